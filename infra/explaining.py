"""`vincle explain CUSTOMER`: the index of one customer at a time, and what each touchpoint contributes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.table import Table as Printed

from schemas.catalogue import load_catalogue
from schemas.instants import instant_of, moment_of
from schemas.names import View
from schemas.settings import Settings
from streams.bond.parameters import BOND_1, EMOTIONS
from streams.bond.reading import Reading, read_out, read_out_without
from streams.connections import connect
from streams.history import lived
from streams.pseudonyms import is_pseudonym, pseudonymiser
from streams.rows import JournalRow
from streams.sinks.journal import Journal


class ExplainError(Exception):
    """There is nothing to explain; the text is one line."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reading of one customer, the touchpoints it stands on, and the reading without one of them."""

    customer: str
    reading: Reading
    touchpoints: dict[str, JournalRow]
    without: Reading | None
    titles: Mapping[str, str]
    """What people call the types of touchpoints."""


def explain(settings: Settings, customer: str, at: str | None, without: str | None) -> Explanation:
    """Read a customer's bond from the journal, at a time or at that of the newest touchpoint.

    `customer` is any name of theirs that publishers use, or its pseudonym. Raises ExplainError if the journal
    does not know the customer or the touchpoint, ValueError if `at` is no time.
    """
    with connect(settings) as client:
        journal = Journal(client)
        name_id = pseudonymiser(settings.pseudonym_secret())(customer)
        known = journal.lives([name_id])[name_id]
        if not known.rows and is_pseudonym(customer):
            known = journal.lives([customer])[customer]
        at_ms = (
            instant_of(at, settings.zone)
            if at
            else _now_ms(client.command(f"SELECT toUnixTimestamp64Milli(at) FROM {View.NOW}"))
        )
    rows = {row.touchpoint_id: row for row in lived(known, at_ms) if row.is_felt}
    if not rows:
        raise ExplainError(f"the journal holds nothing felt of customer {customer}")
    if without is not None and without not in rows:
        raise ExplainError(f"{customer} has no felt touchpoint {without}")
    felt = [row.felt() for row in rows.values()]
    apart = read_out_without(felt, without, at_ms, BOND_1) if without else None
    titles = {name: entry.title for name, entry in load_catalogue(settings.catalogue_file).types.items()}
    return Explanation(customer, read_out(felt, at_ms, BOND_1), rows, apart, titles)


def _now_ms(answer: object) -> int:
    return int(str(answer))


def printed(explanation: Explanation) -> Iterator[Printed | str]:
    """Yield what to print: the index, its components, the emotions, the contributions by size, their sum."""
    reading = explanation.reading
    yield (
        f"{explanation.customer} at {moment_of(reading.at_ms):%Y-%m-%d %H:%M} UTC: "
        f"{reading.index:+.2f} ({reading.level}), evidence {reading.evidence:.2f}, model {BOND_1.version}"
    )
    yield " ".join(f"{name} {value:+.4f}" for name, value in reading.components._asdict().items())
    yield " ".join(f"{name} {value:+.2f}" for name, value in zip(EMOTIONS, reading.emotions, strict=True))
    table = Printed(box=None)
    table.add_column("touchpoint", no_wrap=True, overflow="ignore")
    for name in ("what", "when", "felt", "contribution"):
        table.add_column(name, no_wrap=True)
    ordered = sorted(reading.of_touchpoints.items(), key=lambda item: (-abs(item[1]), item[0]))
    for touchpoint_id, points in ordered:
        row = explanation.touchpoints[touchpoint_id]
        when = f"{moment_of(row.occurred_at):%Y-%m-%d %H:%M}"
        title = explanation.titles.get(row.type, row.type)
        table.add_row(touchpoint_id, title, when, f"{row.valence:+.2f}", f"{points:+.2f}")
    table.add_row("sum", "", "", "", f"{sum(reading.of_touchpoints.values()):+.2f}")
    yield table
    if explanation.without is not None:
        apart = explanation.without.index
        yield f"without it: {apart:+.2f}, which is {apart - reading.index:+.2f}"
