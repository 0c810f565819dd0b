"""Reads feeling again, from what the journal keeps: another reading or catalogue, the same facts. Pure.

A new reading is a new row with a higher revision, known from the time it was made; the old row stays, so that
what was known before can still be asked. Payload and masked text are all that is read: the first reading and
every later one hear the same words.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from schemas.decoding import struct_of
from schemas.touchpoint import TouchpointData
from streams.events import Event, Record
from streams.facts import FactRows
from streams.feeling.reading import Feeler, TextReader, reading_version
from streams.rows import JournalRow
from streams.value import replace

_decode = msgspec.json.Decoder(struct_of(TouchpointData)).decode
WORDS_WERE_HEARD = '"from":"words"'
"""In the evidence of a reading that heard words."""


class ReadAgain(NamedTuple):
    """New rows, and how many had to be left as they were."""

    rows: list[JournalRow]
    left: int


class Rereader:
    """Reads by one catalogue and one reader of texts."""

    def __init__(self, feeler: Feeler, texts: TextReader) -> None:
        self._feeler, self._texts = feeler, texts
        self.reading_version = reading_version(texts)
        self.catalogue_version = feeler.catalogue.version
        self._facts = FactRows(lambda _: "", self.reading_version, self.catalogue_version)

    def read_again(self, rows: Sequence[JournalRow], known_at_ms: int) -> ReadAgain:
        """Return the rows of a new reading of whole rows of the journal, known from a time on.

        Left as it was is what cannot be read any more: its type is gone from the catalogue, or its words are.
        """
        readable = list(self._readable(rows))
        spoken = [(row.text, event.data.language) for row, event in readable if row.text]
        heard = iter(self._texts.read([text for text, _ in spoken], [language for _, language in spoken]))
        made = []
        for row, event in readable:
            text = next(heard) if row.text else None
            felt = self._feeler.feel(row.type, event.data, text)
            made.append(
                replace(
                    self._facts.journal(event, felt, text),
                    person_id=row.person_id,
                    revision=row.revision + 1,
                    known_at=known_at_ms,
                    text=row.text,
                    attributes=row.attributes,
                )
            )
        return ReadAgain(made, len(rows) - len(made))

    def _readable(self, rows: Sequence[JournalRow]) -> Iterator[tuple[JournalRow, Event]]:
        for row in rows:
            lost = not row.text and WORDS_WERE_HEARD in row.evidence
            if row.type in self._feeler.catalogue.types and not lost:
                yield row, _event(row)


def _event(row: JournalRow) -> Event:
    """Return the event of a row, as far as a reading of it goes."""
    return Event(
        Record(row.kafka_topic, row.kafka_partition, row.kafka_offset, row.first_received_at, None, None, ()),
        row.event_id.removeprefix(f"{row.source}|"),
        row.source,
        "",
        row.type,
        "",
        row.occurred_at,
        _decode(row.payload),
        row.payload,
        row.content_hash,
        row.moment_number,
        row.due_at or None,
    )
