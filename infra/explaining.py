"""`vincle explain CUSTOMER`: the index of one customer at a time, and what each touchpoint contributes."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from rich.table import Table as Printed

from dashboards.answers.life import Life
from dashboards.context import Context
from dashboards.questions.told import KnownRow, known_of, life_until
from dashboards.serve import store_of
from dashboards.store import StoreEmptyError
from infra.briefing import context_of
from schemas.catalogue import load_catalogue
from schemas.instants import instant_of, moment_of
from schemas.settings import Settings
from streams.bond.parameters import EMOTIONS, VERSIONS
from streams.bond.reading import Reading, read_out_without
from streams.rows import JournalRow


class ExplainError(Exception):
    """There is nothing to explain; the text is one line."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reading of one customer, the touchpoints it stands on, and the reading without one of them."""

    customer: str
    model_version: str
    reading: Reading
    touchpoints: dict[str, JournalRow]
    without: Reading | None
    titles: Mapping[str, str]
    """What people call the types of touchpoints."""


def explain(settings: Settings, customer: str, at: str | None, without: str | None) -> Explanation:
    """Read a customer's bond, at a time or at that of the newest touchpoint.

    `customer` is any name of theirs that publishers use, or its pseudonym. Raises StoreError, ExplainError if
    nothing is known of the customer or the touchpoint, ValueError if `at` is no time, FileNotFoundError.
    """
    context = context_of(settings, store_of(settings))
    known, life = _life(context, customer, at)
    rows = {one.row.touchpoint_id: one.row for one in life.experiences}
    if without is not None and without not in rows:
        raise ExplainError(f"{customer} has no felt touchpoint {without}")
    felt = [row.felt() for row in rows.values()]
    parameters = VERSIONS[known.model_version]
    apart = read_out_without(felt, without, life.reading.at_ms, parameters) if without else None
    titles = {name: entry.title for name, entry in load_catalogue(settings.catalogue_file).types.items()}
    return Explanation(customer, known.model_version, life.reading, rows, apart, titles)


def _life(context: Context, customer: str, at: str | None) -> tuple[KnownRow, Life]:
    """Return who has a name, or a pseudonym, and the life until a time; ExplainError if nothing was felt."""
    moment = moment_of(instant_of(at, context.zone)) if at else None
    for name_id in (context.person_of(customer), customer):
        with suppress(StoreEmptyError):
            known = known_of(context.store, name_id)
            return known, life_until(context.store, known, moment or known.at, most_without=0)
    raise ExplainError(f"the journal holds nothing felt of customer {customer}")


def printed(explanation: Explanation) -> Iterator[Printed | str]:
    """Yield what to print: the index, its components, the emotions, the contributions by size, their sum."""
    reading = explanation.reading
    yield (
        f"{explanation.customer} at {moment_of(reading.at_ms):%Y-%m-%d %H:%M} UTC: "
        f"{reading.index:+.2f} ({reading.level}), evidence {reading.evidence:.2f}, "
        f"model {explanation.model_version}"
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
