"""`vincle brief CUSTOMER`: the agent brief, printed."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.markup import escape
from rich.table import Table

from dashboards.access.guard import GuardedStore
from dashboards.access.rights import Role, Viewer
from dashboards.context import Context
from dashboards.questions.brief import brief as brief_of
from dashboards.serve import store_of
from dashboards.store import Store, StoreEmptyError
from schemas.brief import Brief, Experience
from schemas.settings import Settings
from streams.pseudonyms import pseudonymiser
from streams.sinks.vault import vault_of

HERE = Viewer("vincle", Role.ADMIN)
"""Whoever runs commands holds the keys."""


def context_of(settings: Settings, store: Store) -> Context:
    """Return what commands ask with; raises FileNotFoundError without the key of pseudonyms."""
    guarded = GuardedStore(store, lambda: HERE, vault_of(settings).keys)
    return Context(
        guarded, pseudonymiser(settings.pseudonym_secret()), lambda: datetime.now(UTC), settings.zone
    )


def brief(settings: Settings, customer: str) -> Brief:
    """Return the brief of a customer's id, or pseudonym; raises StoreError, FileNotFoundError."""
    context = context_of(settings, store_of(settings))
    try:
        return brief_of(context, context.person_of(customer), context.texts())
    except StoreEmptyError:
        return brief_of(context, customer, context.texts())


def printed(told: Brief) -> Iterator[Table | str]:
    """Yield what to print: the bond, what to do, what not to do, promises, experiences."""
    bond = told.bond
    yield (
        f"[bold]{told.person_id}[/] {escape(told.segment)} {escape(told.language)} "
        f"at {told.as_of:%Y-%m-%d %H:%M} UTC"
    )
    yield (
        f"bond {bond.index:+.1f} ({bond.level}), {bond.trend}: {bond.change:+.1f} in 28 days, "
        f"evidence {bond.evidence:.2f}"
    )
    for step in told.steps:
        owner = escape(step.department) or "nobody named"
        yield f"\n[bold]To do[/] by {step.act_by:%Y-%m-%d %H:%M}, {owner}: {escape(step.act)}"
        yield f"  begin: {escape(step.opening)}"
        yield f"  end:   {escape(step.closing)}"
    for caution in told.avoid:
        yield f"[bold]Avoid[/] {escape(caution.text)}"
    for promise in told.promises:
        state = "missed" if promise.missed else "open"
        yield f"[bold]Promise[/] {state}, due {promise.due_at:%Y-%m-%d %H:%M}, {escape(promise.department)}"
    yield _experiences(told)


def _experiences(told: Brief) -> Table:
    table = Table("", "what", "when", "points", "words", box=None)
    for label, one in (("best", told.best), ("worst", told.worst)):
        if one is not None:
            table.add_row(label, *_cells(one))
    for one in told.last:
        table.add_row("last", *_cells(one))
    return table


def _cells(one: Experience) -> tuple[str, ...]:
    when = f"{one.occurred_at:%Y-%m-%d %H:%M}"
    return escape(one.title), when, f"{one.impact:+.2f}", escape(one.words or "")
