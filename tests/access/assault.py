"""Sends what must not pass, and says what got out: canaries, visits, writes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from schemas.names import DatabaseUser

from .places import CANARY, Place

CHECKED_EVERY = 250
SERVER_ERRORS = ("UNKNOWN_EXCEPTION", "LOGICAL_ERROR", "An error of the server itself")


class Breach(NamedTuple):
    """What a statement brought about that nobody allowed."""

    sql: str
    what: str


def breaches(
    place: Place, statements: Iterable[tuple[str, Mapping[str, str]]], user: DatabaseUser
) -> Iterator[Breach]:
    """Send statements as somebody and yield what got out; writes are looked for every so many statements."""
    before, visits, sent = place.state(), place.doors.visits, list[str]()
    for sql, parameters in statements:
        sent.append(sql)
        _, answer = place.ask(user, sql, parameters)
        if CANARY in answer:
            yield Breach(sql, "the canary")
        if any(sign in answer for sign in SERVER_ERRORS):
            yield Breach(sql, f"an error of the server: {answer[:200]}")
        if place.doors.visits != visits:
            visits = place.doors.visits
            yield Breach(sql, "a connection")
        if len(sent) == CHECKED_EVERY:
            yield from _changes(place, before, sent)
            sent.clear()
    yield from _changes(place, before, sent)


def _changes(place: Place, before: list[str], sent: list[str]) -> Iterator[Breach]:
    if place.state() != before:
        yield Breach("\n".join(sent), "a write, by one of these")
