"""`vincle publish FILE`: events, or rows of any log with a mapping, from a file to Kafka.

A line that is wrong is told with its number, the field and the reason, never with what it says, and hinders
no other. Every line ends up published, skipped by a rule, or wrong: nothing is dropped silently.
"""

import csv
import gzip
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Literal, NamedTuple

import orjson

from infra.mapping import RowError, RowMapper, Skipped
from streams.events import Held, Record, Rejected
from streams.intake import Intake

Format = Literal["ndjson", "csv"]
Send = Callable[[bytes, bytes, str], None]
"""Takes the key, the value, and a name of the event for messages."""
FAR_FUTURE_MS = 2**60
"""Whether an event lies in the future is for the worker to say, by Kafka's clock."""
DELIMITERS = ",;\t|"
LONGEST_FIELD = 1_000_000


class PublishError(Exception):
    """The file as a whole cannot be published; the text is one line."""


class Wrong(NamedTuple):
    """A line that is no event: the field and the reason, without the value."""

    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return (
            f"line {self.line}: {self.field}: {self.reason}"
            if self.field
            else f"line {self.line}: {self.reason}"
        )


class Ready(NamedTuple):
    """A line's event as Kafka takes it."""

    line: int
    key: bytes
    value: bytes
    name: str


class LeftOut(NamedTuple):
    """A line that a rule of the mapping skips."""

    line: int
    reason: str


@dataclass
class Summary:
    """What became of a file: each of its rows is in one of these."""

    rows: int = 0
    published: int = 0
    wrong: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    """Published, but the catalogue does not know the type: the workers hold them."""

    def lines(self) -> Iterator[str]:
        """Give the summary for people."""
        yield f"{self.rows:,} rows: {self.published:,} events published, {self.wrong:,} wrong"
        for reason, count in self.skipped.most_common():
            yield f"{count:,} skipped: {reason}"
        for kind, count in self.waiting.most_common():
            yield f"{count:,} will be held: the catalogue has no type {kind}"


def format_of(name: str) -> Format:
    """Return the format by a file's name; what is no table is taken for JSON lines."""
    return "csv" if name.removesuffix(".gz").lower().endswith((".csv", ".tsv")) else "ndjson"


def unpacked(name: str, stream: IO[bytes]) -> IO[bytes]:
    """Return the stream, unzipped if the name says so."""
    return gzip.GzipFile(fileobj=stream) if name.endswith(".gz") else stream  # type: ignore[return-value]


def publish(
    stream: IO[bytes],
    format_: Format,
    mapper: RowMapper | None,
    intake: Intake,
    send: Send,
    refuse: Callable[[Wrong], None],
) -> Summary:
    """Send every event of a stream and tell what became of the rows; wrong ones go to `refuse`.

    Raises PublishError if the stream breaks off or cannot be read at all; what came before is sent.
    """
    summary = Summary()
    seen = 0
    for outcome in outcomes(stream, format_, mapper):
        if outcome.line != seen:
            summary.rows += 1
            seen = outcome.line
        judged = _judged(outcome, intake, summary) if isinstance(outcome, Ready) else outcome
        match judged:
            case Wrong():
                summary.wrong += 1
                refuse(judged)
            case LeftOut(_, reason):
                summary.skipped[reason] += 1
            case Ready(_, key, value, name):
                send(key, value, name)
                summary.published += 1
    return summary


def _judged(ready: Ready, intake: Intake, summary: Summary) -> Ready | Wrong:
    """Ask the workers' own intake, so that what is published is accepted."""
    read = intake.read(Record("", 0, 0, FAR_FUTURE_MS, ready.key, ready.value, ()), FAR_FUTURE_MS)
    if isinstance(read, Rejected):
        return Wrong(ready.line, read.field, read.detail)
    if isinstance(read, Held):
        summary.waiting[read.type] += 1
    return ready


def outcomes(
    stream: IO[bytes], format_: Format, mapper: RowMapper | None
) -> Iterator[Ready | LeftOut | Wrong]:
    """Give what each line of a stream is, before it is judged."""
    if format_ == "csv" and mapper is None:
        raise PublishError("a table needs a mapping (--mapping)")
    rows = csv_rows(stream) if format_ == "csv" else json_rows(stream)
    try:
        for line, row in rows:
            if isinstance(row, Wrong):
                yield row
            elif mapper is None:
                yield _event(line, row)
            else:
                yield from _mapped(line, row, mapper)
    except (OSError, EOFError) as error:
        raise PublishError(f"the file breaks off: {error}") from error


def _event(line: int, event: dict[str, Any]) -> Ready | Wrong:
    customer = event.get("subject")
    if not isinstance(customer, str):
        return Wrong(line, "subject", "must be the customer's id, a text")
    try:
        return Ready(line, customer.encode(), orjson.dumps(event), f"{event.get('source')}|{event.get('id')}")
    except (TypeError, UnicodeEncodeError):
        return Wrong(line, "", "cannot be written as JSON in UTF-8")


def _mapped(line: int, row: dict[str, Any], mapper: RowMapper) -> Iterator[Ready | LeftOut | Wrong]:
    try:
        for event in mapper.events_of(row):
            yield LeftOut(line, event.reason) if isinstance(event, Skipped) else _event(line, event)
    except RowError as error:
        yield Wrong(line, error.field, error.reason)


def json_rows(stream: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any] | Wrong]]:
    """Give the number and the object of each line that is not empty."""
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield number, Wrong(number, "", f"is no JSON: {error.msg} at column {error.colno}")
            continue
        yield number, row if isinstance(row, dict) else Wrong(number, "", "is no JSON object")


def csv_rows(stream: IO[bytes]) -> Iterator[tuple[int, dict[str, Any] | Wrong]]:
    """Give the line and the columns of each row of a table whose first row holds their names."""
    csv.field_size_limit(LONGEST_FIELD)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    head = text.readline()
    if not head.strip():
        return
    delimiter = max(DELIMITERS, key=head.count)
    names = next(csv.reader([head], delimiter=delimiter))
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        number = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, Wrong(number, "", f"is no row of a table: {error}")
            continue
        if not cells:
            continue
        if len(cells) != len(names):
            yield number, Wrong(number, "", f"has {len(cells)} columns, the first row {len(names)}")
        elif any("\udc80" <= sign <= "\udcff" for cell in cells for sign in cell):
            yield number, Wrong(number, "", "is not in UTF-8")
        else:
            yield number, dict(zip(names, cells, strict=True))
