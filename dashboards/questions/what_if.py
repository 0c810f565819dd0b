"""What the page of what-ifs asks."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from dashboards.answers.what_if import ComparedRow
from dashboards.context import Context
from dashboards.runs import Piece
from dashboards.state import Imagined
from dashboards.store import StoreEmptyError

PEOPLE_A_PIECE, MOST_PIECES = 25_000, 16
"""A piece is to take a second or so; each costs the planning of its query."""


class EverybodyRow(NamedTuple):
    """All whose bond can be read."""

    people: int


class ModelRow(NamedTuple):
    """A version of the model."""

    model_version: str


class SavedRow(NamedTuple):
    """What somebody saved: its name, and the part of the address that tells it."""

    name: str
    scenario: str
    saved_by: str
    saved_at: datetime


def ranges_of(people: int) -> list[tuple[str, str]]:
    """Return ranges of pseudonyms, which are hexadecimal, for so many customers: from, before; empty: all."""
    count = min(MOST_PIECES, -(-people // PEOPLE_A_PIECE))
    bounds = ["", *(f"{256 * place // count:02x}" for place in range(1, count)), ""]
    return [(bounds[place], bounds[place + 1]) for place in range(count)]


def pieces_of(context: Context, imagined: Imagined, at: datetime) -> Sequence[Piece]:
    """Return the question range by range of pseudonyms; none without customers."""
    people = context.store.row("what_if.everybody", EverybodyRow).people
    model = imagined.model or context.levels().model_version

    def ask(first: str, until: str) -> Sequence[ComparedRow]:
        return context.store.rows(
            "what_if.compared",
            ComparedRow,
            at=at,
            model=model,
            changes=imagined.changes_json,
            instead=imagined.instead,
            type=imagined.type,
            department=imagined.owner,
            hours=float(imagined.hours),
            first=first,
            until=until,
        )

    return [partial(ask, *some) for some in ranges_of(people)]


def models_of(context: Context) -> list[str]:
    """Return the versions of the model that there are."""
    return [row.model_version for row in context.store.rows("what_if.models", ModelRow)]


def saved(context: Context) -> tuple[SavedRow, ...]:
    """Return what was saved, the newest first; raises StoreEmptyError if nothing was."""
    rows = context.store.rows("what_if.saved", SavedRow)
    if not rows:
        raise StoreEmptyError("nothing is saved")
    return rows
