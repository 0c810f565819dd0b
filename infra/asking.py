"""`vincle explain`, `brief` and `rejected`: what is asked of ClickHouse and told on the screen."""

from typing import Annotated

import typer

from infra.command_line import fail

app = typer.Typer()


@app.command()
def explain(
    customer: Annotated[str, typer.Argument(help="The customer's id, or pseudonym")],
    at: Annotated[
        str | None, typer.Option(help="A time or a date; the newest touchpoint's if absent")
    ] = None,
    without: Annotated[str | None, typer.Option(help="Also read the index without this touchpoint")] = None,
) -> None:
    """Print a customer's bond, its components, and what each touchpoint contributes."""
    from rich.console import Console

    from dashboards.store import StoreError
    from infra.explaining import ExplainError, printed
    from infra.explaining import explain as explained
    from schemas.settings import Settings

    try:
        explanation = explained(Settings(), customer, at, without)
    except (ExplainError, ValueError, FileNotFoundError, StoreError) as error:
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
