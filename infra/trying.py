"""`vincle alerts try`: what a rule would have raised in the past, on whom, and who of them left.

The same evaluation as in the stream, over everybody's journal, in batches of people: nothing is written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

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
from streams.history import NEVER_MS, Known, standing
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
        people = client.query(
            f"SELECT DISTINCT person_id FROM {Table.BONDS} ORDER BY person_id"
        ).result_columns
        journal = Journal(client)
        for batch in _batches(people[0] if people else ()):
            for person_id, known in journal.known(batch).items():
                alerts = [one for one in folder.alerts_of(known, now_ms) if one.raised_at >= since_ms]
                trial.follow(person_id, known, alerts, since_ms)
            progress(trial.customers, len(people[0]))
    return trial


def trier(settings: Settings) -> Try:
    """Return the function by which the dashboard tries a rule."""

    def attempt(name: str, since: datetime, progress: Progress) -> Trial:
        try:
            return try_rule(settings, name, millis_of(since), progress)
        except (TrialError, FileError, ClickHouseError, OSError) as error:
            raise UntriedError(str(error)) from error

    return attempt


def _batches(people: Sequence[str]) -> Iterator[list[str]]:
    waiting = iter(people)
    while batch := list(islice(waiting, PEOPLE_AT_A_TIME)):
        yield batch
