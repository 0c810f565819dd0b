"""`vincle alerts`: what was raised, who acts on it, and what a rule would have raised."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from infra.command_line import complaint, fail

app = typer.Typer(help="List alerts, act on them, try rules and switch them.", no_args_is_help=True)

AlertId = Annotated[str, typer.Argument(help="The alert, as in the list")]
RuleName = Annotated[str, typer.Argument(help="The rule, as in rules.yaml or the company's file")]
By = Annotated[str | None, typer.Option(help="Who gives the command; the user of this machine if absent")]
Note = Annotated[str | None, typer.Option(help="In your own words")]

LIST_WIDTH = 200
"""Of the list, however narrow the screen: ids are copied from it, so none may be cut."""
COLUMNS = "alert_id, raised_at, rule, department, person_id, round(movement, 1), state, assigned_to"


@contextmanager
def _one_line() -> Iterator[None]:
    """End what cannot be done with one line."""
    from clickhouse_connect.driver.exceptions import Error as ClickHouseError
    from kafka.errors import KafkaError
    from pydantic import ValidationError

    from infra.publisher import DeliveryError
    from infra.trying import TrialError

    try:
        yield
    except ValidationError as error:
        fail(complaint(error))
    except (TrialError, ValueError, KafkaError, ClickHouseError, DeliveryError, OSError) as error:
        fail(str(error))


@app.command(name="list")
def list_(
    state: Annotated[str | None, typer.Option(help="Only open, acknowledged, assigned or done")] = None,
    rule: Annotated[str | None, typer.Option(help="Only of this rule")] = None,
    owner: Annotated[str | None, typer.Option(help="Only of this department")] = None,
    most: Annotated[int, typer.Option(help="So many, the newest first")] = 20,
) -> None:
    """List alerts, the newest first."""
    from rich.console import Console
    from rich.table import Table

    from schemas.names import View
    from schemas.settings import Settings
    from streams.connections import connect

    table = Table(box=None)
    for name in ("alert", "raised", "rule", "owner", "customer", "points", "state", "with"):
        table.add_column(name, no_wrap=True)
    query = (
        f"SELECT {COLUMNS} FROM {View.ALERTS} WHERE {{state:String}} IN ('', state)"
        " AND {rule:String} IN ('', rule) AND {owner:String} IN ('', department)"
        " ORDER BY raised_at DESC LIMIT {most:UInt32}"
    )
    values = {"state": state or "", "rule": rule or "", "owner": owner or "", "most": most}
    with _one_line(), connect(Settings()) as client:
        for alert_id, raised_at, *words in client.query(query, values).result_rows:
            table.add_row(alert_id, f"{raised_at:%Y-%m-%d %H:%M}", *map(str, words))
        Console(width=LIST_WIDTH).print(table)


@app.command()
def ack(alert: AlertId, by: By = None, note: Note = None) -> None:
    """Acknowledge an alert."""
    from schemas.names import ALERT_ACKNOWLEDGE

    _send(ALERT_ACKNOWLEDGE, alert, by, note=note)


@app.command()
def assign(
    alert: AlertId,
    to: Annotated[str, typer.Argument(help="Who is to act")],
    by: By = None,
    note: Note = None,
) -> None:
    """Assign an alert to somebody."""
    from schemas.names import ALERT_ASSIGN

    _send(ALERT_ASSIGN, alert, by, to=to, note=note)


@app.command()
def done(alert: AlertId, by: By = None, note: Note = None) -> None:
    """Close an alert as done."""
    from schemas.names import ALERT_CLOSE

    _send(ALERT_CLOSE, alert, by, note=note)


@app.command()
def enable(rule: RuleName, by: By = None, note: Note = None) -> None:
    """Switch a rule on."""
    from schemas.names import RULE_SWITCH

    _send(RULE_SWITCH, rule, by, on=True, note=note)


@app.command()
def disable(rule: RuleName, by: By = None, note: Note = None) -> None:
    """Switch a rule off."""
    from schemas.names import RULE_SWITCH

    _send(RULE_SWITCH, rule, by, on=False, note=note)


def _send(type: str, subject: str, by: str | None, **data: Any) -> None:
    from datetime import UTC, datetime
    from getpass import getuser

    from infra.commanding import sender
    from schemas.commands import Command
    from schemas.settings import Settings

    with _one_line():
        command = Command.of(type, subject, by=by or getuser(), time=datetime.now(UTC), **data)
        sender(Settings())(command)
    print(f"{command.type} {subject} by {command.data.by}")


@app.command(name="try")
def try_(
    rule: RuleName,
    since: Annotated[str | None, typer.Option(help="A time or a date of events; ever if absent")] = None,
    most: Annotated[int, typer.Option(help="Print so many of the alerts, the newest first")] = 20,
) -> None:
    """Tell what a rule would have raised in the past, on whom, and how many of those left."""
    from rich.console import Console
    from rich.progress import Progress

    from infra.trying import try_rule
    from schemas.instants import instant_of, moment_of
    from schemas.settings import Settings

    settings = Settings()
    with _one_line(), Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("customers", total=None)
        trial = try_rule(
            settings,
            rule,
            instant_of(since, settings.zone) if since else None,
            lambda count, total: progress.update(task, completed=count, total=total),
        )
    for alert in sorted(trial.alerts, key=lambda one: -one.raised_at)[:most]:
        left = "  left afterwards" if alert.person_id in trial.left_after else ""
        print(
            f"{moment_of(alert.raised_at):%Y-%m-%d %H:%M}  {alert.person_id}  "
            f"{alert.index_from:+.1f} to {alert.index_to:+.1f}  {alert.department}{left}"
        )
    told, others = len(trial.alerted), trial.customers - len(trial.alerted)
    print(
        f"{rule} would have raised {len(trial.alerts):,} alerts on {told:,} of {trial.customers:,} customers"
    )
    print(f"left after the alert: {len(trial.left_after):,} of {told:,}{_share(len(trial.left_after), told)}")
    print(f"left without one:     {trial.left_untold:,} of {others:,}{_share(trial.left_untold, others)}")


def _share(part: int, whole: int) -> str:
    return f" ({100 * part / whole:.1f} %)" if whole else ""
