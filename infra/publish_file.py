"""The body of `vincle publish FILE`: opens the file, shows how far it is, tells what is wrong, sums up."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from infra.mapping import RowMapper, load_mapping
from infra.publisher import Publisher
from infra.publishing import Format, PublishError, Send, Summary, Wrong, format_of, publish, unpacked
from schemas.catalogue import load_catalogue
from schemas.names import Topic
from schemas.settings import Settings
from streams.connections import kafka_options
from streams.intake import Intake

STANDARD_INPUT = "-"
MOST_ERRORS_SHOWN = 100
READ_BYTES = 256 * 1024


def publish_file(
    file: str,
    settings: Settings,
    *,
    mapping: str | None = None,
    format_: Format | None = None,
    check: bool = False,
    console: Console,
) -> Summary:
    """Publish a file, `-` for standard input, and print what became of it; with `check` send nothing.

    Raises PublishError, MappingError, FileError, DeliveryError or kafka's KafkaError if the whole fails.
    """
    catalogue = load_catalogue(settings.catalogue_file)
    mapper = RowMapper(load_mapping(mapping, catalogue)) if mapping else None
    errors = _Errors(console)
    with _opened(file, console) as stream, _sending(settings, check) as send:
        summary = publish(
            stream, format_ or format_of(file), mapper, Intake(catalogue, settings.zone), send, errors
        )
    errors.finish()
    for line in summary.lines():
        console.print(("checked: " if check else "") + line, markup=False, highlight=False)
    return summary


class _Errors:
    """Prints the first wrong lines and counts the others."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._count = 0

    def __call__(self, wrong: Wrong) -> None:
        self._count += 1
        if self._count <= MOST_ERRORS_SHOWN:
            self._console.print(str(wrong), markup=False, highlight=False, soft_wrap=True)

    def finish(self) -> None:
        more = self._count - MOST_ERRORS_SHOWN
        if more > 0:
            self._console.print(f"and {more:,} more", markup=False, highlight=False)


@contextmanager
def _opened(file: str, console: Console) -> Iterator[IO[bytes]]:
    """Open a file with a progress bar over its bytes, zipped or not."""
    if file == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    try:
        size = Path(file).stat().st_size
        raw = Path(file).open("rb")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise PublishError(f"{file}: {error.strerror}") from error
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with (
        raw,
        Progress(*columns, console=console, transient=True) as progress,
        progress.wrap_file(raw, total=size, description=Path(file).name) as read,
    ):
        # In large pieces: the bar moves at each read.
        yield unpacked(file, io.BufferedReader(cast(io.RawIOBase, read), READ_BYTES))


@contextmanager
def _sending(settings: Settings, check: bool) -> Iterator[Send]:
    if check:
        yield lambda key, value, name: None
        return
    with Publisher(kafka_options(settings), settings.topic(Topic.TOUCHPOINTS)) as publisher:
        yield lambda key, value, name: publisher.send_bytes(key, value, name=name)
