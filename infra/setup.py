"""What must stand before workers run: keys, database, tables, views, the catalogue's rows, topics."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import Error as ClickHouseError
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from infra import migrate
from infra.belonging import note_vault
from infra.clickhouse.gate import grants
from infra.clickhouse.gate.roles import ROLES
from infra.clickhouse.identities import make_secret
from infra.clickhouse.statement import quoted
from infra.kafka.topics import ensure_topics
from infra.keys import make_private
from infra.migration_files import MigrationError
from infra.relinking import refill_links
from schemas.catalogue import Catalogue, load_catalogue
from schemas.names import DatabaseUser, Table, Topic
from schemas.settings import MASTER_KEY_FILE, PSEUDONYM_KEY_FILE, Settings
from streams.alerts.rules import Rules, load_rules
from streams.bond.parameters import VERSIONS, Level, Parameters
from streams.connections import connect, kafka_options
from streams.sealing import SEALED
from streams.sinks.belonging import ForeignVaultError
from streams.sinks.eraser import MARGIN_DAYS

KEY_BYTES = 32
DAY_MS = 86_400_000
ROUTING_DAYS = 7
"""A hint for routing is of use for a call."""
STAMPED = {"message.timestamp.type": "LogAppendTime"}


def topic_settings(raw_days: int) -> dict[Topic, dict[str, str]]:
    """Return Kafka's settings of each topic; nothing of a customer stays for more than `raw_days` and a day.

    So none of them is compacted: compacting merges old segments into new ones, whose oldest record never
    gets old enough. Who wants a customer's bond as it stands asks ClickHouse. Links are of pseudonyms only,
    and stay: `streams/sinks/links.py` says why.
    """
    bounded = {
        "cleanup.policy": "delete",
        "retention.ms": str(raw_days * DAY_MS),
        "segment.ms": str(DAY_MS),
    }
    brief = {**bounded, "retention.ms": str(min(raw_days, ROUTING_DAYS) * DAY_MS)}
    return {
        Topic.TOUCHPOINTS: STAMPED | bounded,
        Topic.REJECTED: bounded,
        Topic.BONDS: bounded,
        Topic.ALERTS: STAMPED | bounded,
        Topic.ROUTING: STAMPED | brief,
        Topic.COMMANDS: STAMPED | bounded,
        Topic.LINKS: {
            "cleanup.policy": "compact",
            "segment.ms": str(DAY_MS),
            "max.compaction.lag.ms": str(DAY_MS),
        },
        Topic.TOUCHED: STAMPED | bounded,
    }


RECEIVED_AT = {
    Table.REJECTED: "received_at",
    Table.JOURNAL: "first_received_at",
    Table.PROFILES: "received_at",
    Table.WITHDRAWALS: "known_at",
}
"""When Kafka received the bytes and words that a table holds. What is held waits for as long as it must."""


class SetupError(Exception):
    """Something that must be there is not; the text is one line."""


def set_up(settings: Settings) -> Iterator[str]:
    """Bring keys, database and topics to this release; yields a line for each thing done.

    Raises SetupError, and FileError before anything is done if a company's own file is wrong.
    """
    check_files(settings)
    for name, what in ((PSEUDONYM_KEY_FILE, "pseudonyms"), (MASTER_KEY_FILE, "customers' keys")):
        if make_private(settings.keys_folder / name, secrets.token_bytes(KEY_BYTES)):
            yield f"made the key of the {what}"
    with _named_servers(settings):
        yield from set_up_database(settings)
        with connect(settings, DatabaseUser.ADMIN) as client:
            note_vault(client, settings)
        yield from set_up_topics(settings)
        yield from refill_links(settings)


@contextmanager
def _named_servers(settings: Settings) -> Iterator[None]:
    """Raise SetupError with the address of the server that fails, or the setting that is wrong."""
    try:
        yield
    except (ClickHouseError, MigrationError) as error:
        raise SetupError(
            f"ClickHouse at {settings.clickhouse_host}:{settings.clickhouse_port}: {error}"
        ) from error
    except ForeignVaultError as error:
        raise SetupError(str(error)) from error
    except KafkaError as error:
        raise SetupError(f"Kafka at {settings.kafka_bootstrap}: {error}") from error


def check_files(settings: Settings) -> None:
    """Raise FileError if a company's own file is wrong."""
    load_catalogue(settings.catalogue_file)
    load_rules(settings.rules_file)


def set_up_database(settings: Settings) -> Iterator[str]:
    """Bring the tables, the views and the rows of catalogue and models to this release."""
    with connect(settings, DatabaseUser.ADMIN, database="default") as client:
        if settings.clickhouse_grants:
            for name, value in grants.VIEWS_RUN_AS_THEIR_MAKER.items():
                client.set_client_setting(name, value)
        values = {"time_zone": settings.time_zone}
        for name in migrate.migrate(
            client, settings.clickhouse_database, values=values, cluster=settings.clickhouse_cluster
        ):
            yield f"migrated {name}"
    with connect(settings, DatabaseUser.ADMIN) as client:
        check_receipts(client, settings.raw_days)
        bound_retention(client, settings)
        insert_models(client)
        insert_catalogue(client, load_catalogue(settings.catalogue_file))
        insert_rules(client, load_rules(settings.rules_file))
        if settings.clickhouse_grants:
            grant(client, settings)


def grant(client: Client, settings: Settings) -> None:
    """Give the identities of this stack their rights on a server, with the passwords among the keys."""
    for user in ROLES:
        make_secret(settings.keys_folder, user)
    passwords = {user: settings.clickhouse_login(user)[1] for user in ROLES}
    for statement in grants.statements(settings.clickhouse_database, passwords):
        client.command(statement)


def check_receipts(client: Client, raw_days: int) -> None:
    """Raise SetupError if raw copies would be kept for longer than receipts of erasures say."""
    days, until = client.query(
        "SELECT min(dateDiff('day', erased_at, raw_gone_at)), max(raw_gone_at)"
        f" FROM {Table.ERASURES} FINAL WHERE raw_gone_at > now64()"
    ).first_row
    if until.timestamp() and raw_days + MARGIN_DAYS > days:
        raise SetupError(
            f"raw_days: {raw_days} days are more than the {days - MARGIN_DAYS} that receipts of erasures"
            f" promise, the last of them until {until:%Y-%m-%d}"
        )


def bound_retention(client: Client, settings: Settings) -> None:
    """Have the database delete by itself the bytes of what was rejected, and words, kept for so many days."""
    for table, received in RECEIVED_AT.items():
        days = settings.raw_days if table is Table.REJECTED else settings.words_days
        until, columns = f"TTL toDateTime({received}) + toIntervalDay({days})", SEALED[table].columns
        changes = [f"MODIFY COLUMN `{column}` String {until}" for column in columns]
        for database, change in migrate.addressed(
            f"ALTER TABLE {table} {', '.join(changes)}",
            settings.clickhouse_database,
            settings.clickhouse_cluster,
        ):
            kept = f"SHOW CREATE TABLE {quoted(database)}.{table}"
            if str(client.command(kept)).count(until) < len(columns):
                client.command(change, settings={"database": database}, use_database=False)


def insert_models(client: Client) -> None:
    """Write every model version that the release knows; a version never changes."""
    rows = [model_row(parameters) for parameters in VERSIONS.values()]
    client.insert(Table.BOND_MODELS, [list(row.values()) for row in rows], column_names=list(rows[0]))


def model_row(parameters: Parameters) -> dict[str, Any]:
    """Return the columns of `bond_models` for a model version."""
    row = {field.name: getattr(parameters, field.name) for field in fields(parameters)}
    floors = dict(row.pop("levels"))
    row |= {f"{level}_from": floors[level] for level in (Level.LOYAL, Level.WARM, Level.LUKEWARM)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}


def insert_catalogue(client: Client, catalogue: Catalogue) -> None:
    """Write the touchpoint types in force."""
    newest = client.command(f"SELECT max(revision) + 1 FROM {Table.CATALOGUE}")
    names = (
        "type",
        "kind",
        "title",
        "department",
        "stage",
        "stage_order",
        "type_order",
        "importance",
        "catalogue_version",
        "revision",
    )
    rows = [
        [
            name,
            entry.kind,
            entry.title,
            entry.department,
            entry.stage,
            catalogue.stages.index(entry.stage),
            place,
            entry.importance,
            catalogue.version,
            newest,
        ]
        for place, (name, entry) in enumerate(catalogue.types.items())
    ]
    client.insert(Table.CATALOGUE, rows, column_names=names)


def insert_rules(client: Client, rules: Rules) -> None:
    """Write the rules of alerts in force."""
    newest = client.command(f"SELECT max(revision) + 1 FROM {Table.ALERT_RULES}")
    rows = [
        {
            "rule": name,
            "kind": rule.kind,
            "title": rule.title,
            "good": rule.good,
            "enabled": rule.enabled,
            "human": rule.human,
            "owner": rule.owner or "",
            "cooldown_days": rule.cooldown_days,
            "parameters": rule.model_dump_json(),
            "rules_version": rules.version,
            "revision": newest,
        }
        for name, rule in rules.rules.items()
    ]
    client.insert(Table.ALERT_RULES, [list(row.values()) for row in rows], column_names=list(rows[0]))


def set_up_topics(settings: Settings) -> Iterator[str]:
    """Make the topics that are not there."""
    admin = KafkaAdminClient(**kafka_options(settings))
    try:
        wanted = [
            (settings.topic(topic), settings.partitions, options)
            for topic, options in topic_settings(settings.raw_days).items()
        ]
        ensured = ensure_topics(admin, wanted)
    finally:
        admin.close()
    for name in ensured.created:
        yield f"made topic {name}"
    for name, partitions in ensured.other_partitions.items():
        yield f"topic {name} keeps its {partitions} partitions"
