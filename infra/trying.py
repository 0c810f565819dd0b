"""`vincle alerts try`: what a rule would have raised in the past, on whom, and who of them left.

The same evaluation as in the stream, over everybody's journal, in batches of people: nothing is written.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import Error as ClickHouseError

from dashboards.trying import Progress, Try, UntriedError
from schemas.instants import millis_of
from schemas.names import Table, View
from schemas.settings import Settings
from schemas.yaml_file import FileError, perhaps
from streams.alerts.alert import Alert
from streams.alerts.follow import Follower
from streams.alerts.rules import Rules, load_rules
from streams.bond.parameters import BOND_1
from streams.connections import connect
from streams.folding import Folder
from streams.history import NEVER_MS, Known, distinct, standing, together
from streams.sinks.journal import Journal

PEOPLE_AT_A_TIME = 1_000


class TrialError(Exception):
    """There is nothing to try; the text is one line."""


@dataclass
class Trial:
    """What a rule would have raised since a time."""

    customers: int = 0
    alerts: list[Alert] = field(default_factory=list)
    left_after: set[str] = field(default_factory=set)
    """Customers who left after an alert on them."""
    left_untold: int = 0
    """Customers without an alert who left since then."""

    @property
    def alerted(self) -> set[str]:
        """The customers whom it would have spoken of."""
        return {alert.person_id for alert in self.alerts}

    def follow(self, person_id: str, known: Known, alerts: Sequence[Alert], since_ms: int) -> None:
        """Take in the life of one more customer, with the alerts on it since a time."""
        self.customers += 1
        self.alerts += alerts
        first_ms = min((alert.raised_at for alert in alerts), default=since_ms)
        if any(row.outcome == "left" and row.occurred_at >= first_ms for row in standing(known)):
            if alerts:
                self.left_after.add(person_id)
            else:
                self.left_untold += 1


def alone(rules: Rules, name: str) -> Rules:
    """Return the rules with one alone, switched on; TrialError if there is no such rule."""
    if name not in rules.rules:
        raise TrialError(f"there is no rule {name}{perhaps(name, rules.rules)}")
    return rules.model_copy(update={"rules": {name: rules.rules[name].model_copy(update={"enabled": True})}})


def try_rule(settings: Settings, name: str, since_ms: int | None, progress: Progress) -> Trial:
    """Try a rule on the past, since an event time or ever. Raises TrialError, FileError."""
    folder = Folder(BOND_1, Follower(alone(load_rules(settings.rules_file), name)))
    since_ms = NEVER_MS if since_ms is None else since_ms
    trial = Trial()
    with connect(settings) as client:
        now_ms = int(client.command(f"SELECT toUnixTimestamp64Milli(at) FROM {View.NOW}"))
        people, journal = _names_of_people(client), Journal(client)
        for batch in _batches(people):
            known = journal.known(name for person_id in batch for name in people[person_id])
            for person_id in batch:
                life = together(distinct(known[name]) for name in people[person_id])
                alerts = folder.alerts_of(person_id, life, now_ms)
                trial.follow(person_id, life, [one for one in alerts if one.raised_at >= since_ms], since_ms)
            progress(trial.customers, len(people))
    return trial


def trier(settings: Settings) -> Try:
    """Return the function by which the dashboard tries a rule."""

    def attempt(name: str, since: datetime, progress: Progress) -> Trial:
        try:
            return try_rule(settings, name, millis_of(since), progress)
        except (TrialError, FileError, ClickHouseError, OSError) as error:
            raise UntriedError(str(error)) from error

    return attempt


def _names_of_people(client: Client) -> dict[str, list[str]]:
    """Return everybody who has a bond, with the names under which the journal knows them."""
    everybody = client.query(f"SELECT person_id FROM {Table.BONDS} FINAL ORDER BY person_id").result_rows
    joined = dict(
        client.query(
            f"SELECT person_id, groupArray(name_id) FROM {Table.IDENTITIES} FINAL"
            " WHERE names > 1 GROUP BY person_id"
        ).result_rows
    )
    return {person_id: joined.get(person_id, [person_id]) for (person_id,) in everybody}


def _batches(people: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(people)
    while batch := list(islice(waiting, PEOPLE_AT_A_TIME)):
        yield batch
