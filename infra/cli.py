"""The `vincle` command. Each is a few lines over a function elsewhere; imports happen when it runs."""

import os
import sys
from typing import Annotated

import typer

from infra import alerts, asking, privacy, reading_lines, users
from infra.command_line import File, complaint, fail

app = typer.Typer(
    help="vincle: from what customers live through to the bond that keeps them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(reading_lines.app)
app.add_typer(asking.app)
app.add_typer(privacy.app)
app.add_typer(users.app, name="users")
app.add_typer(alerts.app, name="alerts")


def main() -> None:
    """Run the command line; what is wrong with the set-up, or was typed wrongly, ends it with one line."""
    from pydantic import ValidationError

    from schemas.yaml_file import FileError

    try:
        app()
    except FileError as error:
        fail(str(error))
    except ValidationError as error:
        fail(complaint(error))
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None


@app.command()
def worker() -> None:
    """Run one worker: touchpoints from Kafka to the journal."""
    # Arrow takes its pool when it is first loaded. Of its own one `streams.garbage` can give nothing back: it
    # held 52 MB after half an hour, and grew by 3 a minute.
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    from schemas.settings import Settings
    from streams.run import run_worker
    from streams.sinks.belonging import ForeignVaultError

    try:
        run_worker(Settings())
    except ForeignVaultError as error:
        fail(str(error))


@app.command()
def webhook() -> None:
    """Send every alert to the web address of the settings, signed, until it is taken."""
    from kafka.errors import KafkaError

    from infra.webhook import WebhookError, run_webhook
    from schemas.settings import Settings
    from streams.run import log_as_json_lines

    log_as_json_lines()
    try:
        run_webhook(Settings())
    except (WebhookError, KafkaError) as error:
        fail(str(error))


@app.command()
def migrate() -> None:
    """Bring the database and the topics to this release. Running it again changes nothing."""
    from infra.setup import SetupError, set_up
    from schemas.settings import Settings

    try:
        for line in set_up(Settings()):
            print(line)
    except SetupError as error:
        fail(str(error))


@app.command()
def reread(
    since: Annotated[str | None, typer.Option(help="Only what happened since a time or a date")] = None,
) -> None:
    """Read the feeling of what is journaled again, with the reading and the catalogue in force."""
    from datetime import UTC, datetime

    from clickhouse_connect.driver.exceptions import Error as ClickHouseError

    from infra import rereading
    from schemas.instants import millis_of
    from schemas.settings import Settings
    from streams.sinks.belonging import ForeignVaultError

    settings = Settings()
    try:
        since_ms = rereading.beginning(since, settings.zone)
        done = rereading.reread(settings, millis_of(datetime.now(UTC)), since_ms)
    except (ValueError, ForeignVaultError, ClickHouseError) as error:
        fail(str(error))
    print(f"{done.read:,} touchpoints read again; the workers fold them within the minute")
    if done.left:
        print(f"{done.left:,} left as they were: their words, or their type, are there no more")


@app.command()
def up() -> None:
    """Bring up Kafka, ClickHouse, workers and dashboard on this machine; Ctrl-C stops everything."""
    from infra.supervisor import StartError
    from infra.up import up as bring_up
    from schemas.settings import Settings

    try:
        bring_up(Settings(), lambda line: print(line, flush=True))
    except StartError as error:
        fail(str(error))


@app.command()
def dashboard() -> None:
    """Serve the dashboard."""
    from dashboards.serve import serve
    from infra.commanding import delivering
    from infra.trying import trier
    from schemas.settings import Settings
    from streams.pseudonyms import pseudonymiser
    from streams.sinks.vault import vault_of

    settings = Settings()
    person_of = pseudonymiser(settings.pseudonym_secret())
    serve(settings, person_of, delivering(settings), vault_of(settings).keys, trier(settings))


@app.command()
def publish(
    file: File,
    mapping: Annotated[str | None, typer.Option(help="A mapping by name or file, for raw rows")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say what would become of the file")] = False,
) -> None:
    """Publish events from NDJSON or CSV; a wrong line is told and loses nothing else of the file."""
    from kafka.errors import KafkaError
    from rich.console import Console

    from infra.mapping import MappingError
    from infra.publish_file import publish_file
    from infra.publisher import DeliveryError
    from infra.publishing import PublishError
    from schemas.settings import Settings

    try:
        summary = publish_file(file, Settings(), mapping=mapping, check=check, console=Console(stderr=True))
    except (PublishError, MappingError, DeliveryError, KafkaError) as error:
        fail(str(error))
    if summary.wrong:
        raise SystemExit(1)


@app.command()
def simulate(
    touchpoints: Annotated[int, typer.Option(help="How many touchpoints")] = 100_000,
    customers: Annotated[int, typer.Option(help="Of how many customers")] = 5_000,
    days: Annotated[float, typer.Option(help="Over how many days")] = 180,
    start: Annotated[str | None, typer.Option(help="First day; so many days ago if absent")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same events")] = 1,
    sectors: Annotated[str | None, typer.Option(help="Sectors, comma-separated; all if absent")] = None,
    jobs: Annotated[int, typer.Option(help="Processes")] = 1,
    rate: Annotated[float | None, typer.Option(help="Events a second, at most")] = None,
    out: Annotated[
        str | None, typer.Option(help="A file to write instead of publishing; - for output")
    ] = None,
) -> None:
    """Publish synthetic customer journeys, or write them to a file."""
    from infra.simulation.command import SimulateError, run
    from schemas.settings import Settings

    try:
        count = run(Settings(), touchpoints, customers, days, start, seed, sectors, jobs, rate, out)
    except SimulateError as error:
        fail(str(error))
    print(f"{count:,} events", file=sys.stderr)


@app.command()
def settings() -> None:
    """List every setting with its default."""
    from schemas.settings import Settings

    for name, field in Settings.model_fields.items():
        print(f"VINCLE_{name.upper()}={field.get_default()}\n    {field.description}")


if __name__ == "__main__":
    main()
