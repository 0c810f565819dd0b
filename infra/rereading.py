"""`vincle reread`: reads the feeling of all that is journaled again, with the reading and catalogue in force.

Only what was read by another version is read. Broken off, it goes on where it was when it is run again. The
workers find what has been read again in the journal, and fold the people concerned.
"""

from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from schemas.catalogue import load_catalogue
from schemas.instants import EARLIEST, instant_of, millis_of
from schemas.names import Table
from schemas.settings import Settings
from streams.connections import connect
from streams.feeling.reading import Feeler
from streams.feeling.text.reader import LinearReader
from streams.rereading import Rereader
from streams.sinks.belonging import refuse_foreign
from streams.sinks.door import door_of
from streams.sinks.journal import Journal
from streams.sinks.vault import vault_of

MOST_ROWS = 20_000
"""Rows that are read and written in one go."""


def beginning(since: str | None, zone: ZoneInfo) -> int:
    """Return from when on to read: a time, the first hour of a date, or ever; ValueError if it is neither."""
    if since is None:
        return millis_of(EARLIEST)
    try:
        return millis_of(datetime.combine(date.fromisoformat(since), time.min, tzinfo=zone))
    except ValueError:
        return instant_of(since, zone)


class Reread(NamedTuple):
    """How many touchpoints were read again, and how many had to be left as they were."""

    read: int
    left: int


def reread(settings: Settings, known_at_ms: int, since_ms: int) -> Reread:
    """Read again what happened since a time; the new readings are known from `known_at_ms` on.

    Raises FileError for a wrong company's file, ForeignVaultError for a vault with which words would be lost,
    and ClickHouse's Error if the database is away.
    """
    rereader = Rereader(Feeler(load_catalogue(settings.catalogue_file)), LinearReader())
    versions = rereader.reading_version, rereader.catalogue_version
    read = left = 0
    with connect(settings) as client:
        refuse_foreign(client, vault_of(settings), settings)
        journal = Journal(client, door_of(settings))
        after = ("", "", 0)
        while rows := journal.read_otherwise(versions, since_ms, after, MOST_ROWS):
            again = rereader.read_again(rows, known_at_ms)
            journal.insert({Table.JOURNAL: again.rows}, lambda _: None)
            read, left = read + len(again.rows), left + again.left
            after = rows[-1].person_id, rows[-1].touchpoint_id, rows[-1].content_hash
    return Reread(read, left)
