"""`vincle erase` and `vincle export`: what a customer may ask for."""

from typing import Annotated

import typer

from infra.command_line import fail

app = typer.Typer()

Customer = Annotated[
    str, typer.Argument(help="Any name of the customer that publishers use, or its pseudonym")
]


@app.command()
def erase(
    customer: Customer,
    anonymise: Annotated[
        bool, typer.Option("--anonymise", help="Keep the figures, of nobody: no words, no names, no ids")
    ] = False,
    by: Annotated[
        str | None, typer.Option(help="Who gives the command; the user of this machine if absent")
    ] = None,
    note: Annotated[str | None, typer.Option(help="In your own words")] = None,
) -> None:
    """Erase a customer for good, and print the receipt; what publishers send of them later is passed over."""
    import getpass

    from clickhouse_connect.driver.exceptions import Error as ClickHouseError
    from kafka.errors import KafkaError

    from infra import erasing
    from infra.exporting import name_id_of
    from infra.publisher import DeliveryError
    from schemas.settings import Settings

    settings = Settings()
    try:
        name_id = name_id_of(settings, customer)
        receipt = erasing.erase(settings, name_id, by or getpass.getuser(), note, anonymise)
    except (erasing.EraseError, KafkaError, DeliveryError, ClickHouseError, OSError) as error:
        fail(str(error))
    for line in erasing.told(receipt):
        print(line)


@app.command()
def export(customer: Customer) -> None:
    """Print everything that is held of a customer, as JSON; what was said is readable."""
    import json

    from clickhouse_connect.driver.exceptions import Error as ClickHouseError

    from infra import exporting
    from schemas.settings import Settings

    try:
        print(json.dumps(exporting.export(Settings(), customer), ensure_ascii=False, indent=1))
    except (ClickHouseError, OSError) as error:
        fail(str(error))
