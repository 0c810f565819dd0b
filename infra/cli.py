"""The `vincle` command. Each is a few lines over a function elsewhere; imports happen when it runs."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from infra import alerts, users

app = typer.Typer(
    help="vincle: from what customers live through to the bond that keeps them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(users.app, name="users")
app.add_typer(alerts.app, name="alerts")

File = Annotated[str, typer.Argument(help="A file, .gz too, or - for standard input")]


def main() -> None:
    """Run the command line; what is wrong with the set-up ends it with one clear line."""
    from pydantic import ValidationError

    from schemas.yaml_file import FileError

    try:
        app()
    except FileError as error:
        fail(str(error))
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        fail(f"VINCLE_{name}: {first['msg']}" if name else first["msg"])
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None


def fail(message: str) -> NoReturn:
    """End with one line on standard error."""
    print(f"vincle: {message}", file=sys.stderr)
    raise SystemExit(1)


@contextmanager
def opened(file: str) -> Iterator[Iterable[bytes]]:
    """Open a file, or standard input for `-`."""
    import gzip

    if file == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(Path(file).open("rb"))
        except OSError as error:
            fail(f"{file}: {error.strerror}")
        yield stack.enter_context(gzip.GzipFile(fileobj=raw)) if file.endswith(".gz") else raw


def print_lines(results: Iterable[dict[str, Any]]) -> None:
    """Print each result as a JSON line as soon as it is there; exit code 1 if one was an error."""
    import json

    wrong = False
    for result in results:
        wrong = wrong or "error" in result
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
    if wrong:
        raise SystemExit(1)


@app.command()
def read(file: File) -> None:
    """Read bonds from felt touchpoints, one customer a JSON line, without Kafka or ClickHouse."""
    from streams.bond.file import read_lines

    with opened(file) as lines:
        print_lines(read_lines(lines))


@app.command()
def worker() -> None:
    """Run one worker: touchpoints from Kafka to the journal."""
    from schemas.settings import Settings
    from streams.run import run_worker

    run_worker(Settings())


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
def explain(
    customer: Annotated[str, typer.Argument(help="The customer's id, or pseudonym")],
    at: Annotated[
        str | None, typer.Option(help="A time or a date; the newest touchpoint's if absent")
    ] = None,
    without: Annotated[str | None, typer.Option(help="Also read the index without this touchpoint")] = None,
) -> None:
    """Print a customer's bond, its components, and what each touchpoint contributes."""
    from clickhouse_connect.driver.exceptions import Error as ClickHouseError
    from rich.console import Console

    from infra.explaining import ExplainError, printed
    from infra.explaining import explain as explained
    from schemas.settings import Settings

    try:
        explanation = explained(Settings(), customer, at, without)
    except (ExplainError, ValueError, FileNotFoundError, ClickHouseError) as error:
        fail(str(error))
    console = Console(highlight=False, soft_wrap=True)
    for each in printed(explanation):
        console.print(each)


@app.command()
def brief(
    customer: Annotated[str, typer.Argument(help="The customer's id, or pseudonym")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what the HTTP endpoint answers")] = False,
) -> None:
    """Print who is in front of me: bond, last experiences, promises, what to do and what to avoid."""
    from rich.console import Console

    from dashboards.store import StoreEmptyError, StoreError
    from infra import briefing
    from schemas.settings import Settings

    try:
        told = briefing.brief(Settings(), customer)
    except StoreEmptyError:
        fail(f"nothing is known of customer {customer}")
    except (StoreError, FileNotFoundError) as error:
        fail(str(error))
    if as_json:
        print(told.model_dump_json())
        return
    console = Console(highlight=False, soft_wrap=True)
    for each in briefing.printed(told):
        console.print(each)


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

    settings = Settings()
    try:
        since_ms = rereading.beginning(since, settings.zone)
        done = rereading.reread(settings, millis_of(datetime.now(UTC)), since_ms)
    except (ValueError, ClickHouseError) as error:
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
    from schemas.settings import Settings
    from streams.pseudonyms import pseudonymiser

    settings = Settings()
    serve(settings, pseudonymiser(settings.pseudonym_secret()))


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
def feel(file: File) -> None:
    """Read the feeling of texts, one JSON line each, without Kafka or ClickHouse."""
    from streams.feeling.text.file import feel_lines
    from streams.feeling.text.reader import LinearReader

    with opened(file) as lines:
        print_lines(feel_lines(lines, LinearReader()))


@app.command()
def rejected(
    replay: Annotated[bool, typer.Option("--replay", help="Publish them again, after a fix")] = False,
    reason: Annotated[str | None, typer.Option(help="Replay only those of one reason")] = None,
) -> None:
    """List what could not be read, by reason; replaying twice is harmless."""
    from clickhouse_connect.driver.exceptions import Error as ClickHouseError
    from kafka.errors import KafkaError
    from rich.console import Console

    from infra import rejections
    from schemas.settings import Settings

    try:
        if replay:
            print(f"{rejections.replay(Settings(), reason):,} events published again")
        else:
            Console(soft_wrap=True).print(rejections.rejected(Settings()))
    except (KafkaError, ClickHouseError) as error:
        fail(str(error))


@app.command()
def settings() -> None:
    """List every setting with its default."""
    from schemas.settings import Settings

    for name, field in Settings.model_fields.items():
        print(f"VINCLE_{name.upper()}={field.get_default()}\n    {field.description}")


if __name__ == "__main__":
    main()
