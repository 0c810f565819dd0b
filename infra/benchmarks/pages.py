"""What every page of the dashboard asks, section by section: the first section is what is seen first.

The questions are those of the pages themselves, asked through their store, which answers equal questions of
one page once. What drawing takes is not in it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Flask, g

from dashboards.access.guard import GuardedStore
from dashboards.context import Context
from dashboards.questions.alerts import AlertsQuestions
from dashboards.questions.customer import CustomerQuestions
from dashboards.questions.customers import CustomersQuestions
from dashboards.questions.data_health import HealthQuestions
from dashboards.questions.departments import DepartmentsQuestions
from dashboards.questions.journey_map import JourneyQuestions
from dashboards.questions.moments import MomentsQuestions
from dashboards.questions.recovery import RecoveryQuestions
from dashboards.state import CustomerView, Filters
from dashboards.store import Limits, StoreEmptyError, open_store
from infra.briefing import HERE
from schemas.settings import Settings
from streams.sinks.vault import vault_of

Section = Callable[[], object]
Page = Callable[[Context, Filters, datetime], Sequence[Section]]
LIMITS = Limits(seconds=120, fresh_seconds=120.0)
"""A page is asked anew with a store of its own; a slow answer is waited for, for it is to be measured."""


def _journey_map(context: Context, filters: Filters, at: datetime) -> Sequence[Section]:
    ask = JourneyQuestions(context, filters, at)
    return (
        lambda: (ask.journey, ask.compared, ask.at_risk(), ask.days()),
        lambda: ask.drawn,
        lambda: ask.leavers(),
        lambda: ask.parts([row.type for row in ask.touchpoints][:12]),
        lambda: (ask.course(), ask.retention()),
        lambda: ask.emotions(),
        lambda: ask.segments(),
        lambda: ask.words(),
    )


def _customers(context: Context, filters: Filters, at: datetime) -> Sequence[Section]:
    ask = CustomersQuestions(context, filters, at)
    return lambda: ask.counts, ask.listed


def _customer(context: Context, filters: Filters, at: datetime) -> Sequence[Section]:
    people = CustomersQuestions(context, filters, at).listed()
    ask = CustomerQuestions(context, CustomerView(people[len(people) // 2].person_id), at)
    return (lambda: (ask.known, ask.life),)


def _departments(context: Context, filters: Filters, at: datetime) -> Sequence[Section]:
    ask = DepartmentsQuestions(context, filters, at)
    return lambda: (ask.balances, ask.handovers), ask.weeks, ask.recovery


def _moments(context: Context, filters: Filters, at: datetime) -> Sequence[Section]:
    ask = MomentsQuestions(context, filters, at)
    return (lambda: ask.moments,)


def _recovery(context: Context, filters: Filters, at: datetime) -> Sequence[Section]:
    ask = RecoveryQuestions(context, filters, at)
    return lambda: ask.states, lambda: ask.compared, ask.bonds, ask.waiting


def _alerts(context: Context, filters: Filters, at: datetime) -> Sequence[Section]:
    ask = AlertsQuestions(context, filters, at)
    return lambda: ask.counts, lambda: ask.curves(ask.listed), ask.rules


def _data_health(context: Context, filters: Filters, at: datetime) -> Sequence[Section]:
    ask = HealthQuestions(context, filters)
    return (
        lambda: (ask.whole, ask.apart, ask.quiet()),
        ask.sources,
        ask.rejected,
        ask.held,
        ask.languages,
        ask.partitions,
    )


PAGES: Mapping[str, Page] = {
    "journey map": _journey_map,
    "customers": _customers,
    "customer": _customer,
    "departments": _departments,
    "moments": _moments,
    "recovery": _recovery,
    "alerts": _alerts,
    "data health": _data_health,
}


def asked(section: Section) -> None:
    """Ask a section; that there is nothing to show is an answer."""
    try:
        section()
    except StoreEmptyError:
        return


@contextmanager
def opened(settings: Settings) -> Iterator[Context]:
    """What a page is given that was opened just now, by somebody who may see all of it."""
    store = open_store(
        settings.clickhouse_host, settings.clickhouse_port, settings.clickhouse_database, limits=LIMITS
    )
    guarded = GuardedStore(store, lambda: HERE, vault_of(settings).keys)
    with Flask(__name__).test_request_context():
        g.viewer = HERE
        yield Context(guarded, str, lambda: datetime.now(UTC), settings.zone)
