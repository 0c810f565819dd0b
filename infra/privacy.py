"""`vincle erase`, `export`, `backup` and `restore`: what is held of customers, and for how long."""

from pathlib import Path
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
    from streams.sinks.belonging import ForeignVaultError

    try:
        print(json.dumps(exporting.export(Settings(), customer), ensure_ascii=False, indent=1))
    except (ForeignVaultError, ClickHouseError, OSError) as error:
        fail(str(error))


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="An empty folder for the copy of the database")],
    keys: Annotated[
        Path | None, typer.Option(help="Another folder, for keys and ledger; their copy before is replaced")
    ] = None,
) -> None:
    """Copy the database while everything runs. Without the keys nobody reads in it what customers said."""
    from clickhouse_connect.driver.exceptions import Error as ClickHouseError

    from infra import backing_up
    from schemas.settings import Settings
    from streams.sinks.belonging import ForeignVaultError

    settings = Settings()
    try:
        made = backing_up.backup(settings, folder)
        print(f"{len(made.files)} tables as of {made.made_at} in {folder}")
        if keys is not None:
            backing_up.save_keys(settings, keys)
            print(
                f"keys and the ledger of erasures, up to line {made.ledger}, in {keys}: keep the newest only"
            )
    except (backing_up.BackupError, ForeignVaultError, ClickHouseError, OSError) as error:
        fail(str(error))


@app.command()
def restore(
    folder: Annotated[Path, typer.Argument(help="The folder of a backup")],
    keys: Annotated[
        Path | None, typer.Option(help="The folder of keys and ledger, unless they are in their places")
    ] = None,
) -> None:
    """Restore a backup into an empty database; whoever was erased since stays erased."""
    from clickhouse_connect.driver.exceptions import Error as ClickHouseError

    from infra import restoring
    from infra.processes import ProcessError
    from infra.up import with_engine
    from schemas.settings import Settings
    from streams.sinks.belonging import ForeignVaultError

    settings = Settings()
    try:
        if keys is not None:
            restoring.bring_keys(settings, keys)
        with with_engine(settings):
            left_out = restoring.restore(settings, folder)
    except (restoring.RestoreError, ForeignVaultError, ProcessError, ClickHouseError, OSError) as error:
        fail(str(error))
    print(f"restored; {left_out:,} rows of erased customers were left out")
