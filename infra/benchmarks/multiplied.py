"""Many times the customers of a database, made inside ClickHouse: journeys as they are, people as copies.

Every copy of a customer has a pseudonym of its own and lives some hours earlier, so that nothing that depends
on differences of time changes: movements, contributions and commitments stay those that the worker derived.
Ids of touchpoints are those of the original, which compresses too well: storage is measured elsewhere.
"""

from clickhouse_connect.driver.client import Client

from infra.clickhouse.statement import quoted
from schemas.names import Hint, Table

TABLES = (
    Table.JOURNAL,
    Table.STEPS,
    Table.BONDS,
    Table.PROFILES,
    Table.WITHDRAWALS,
    Table.LINKS,
    Table.IDENTITIES,
    Table.ALERTS,
    Table.REPEATED,
    Table.REJECTED,
    Table.HELD,
)
"""What is about customers, or accounts for an offset."""
PSEUDONYM = "substring(lower(hex(sipHash128({name}, copy))), 1, 20)"
COPIED = {
    "String": {
        name: PSEUDONYM.format(name=name) for name in ("person_id", "name_id", "other_id", "alert_id")
    },
    "Array(String)": {
        "persons": f"arrayMap(one -> if(one = '', '', {PSEUDONYM.format(name='one')}), persons)"
    },
    "Int64": {"kafka_offset": "kafka_offset * {copies:UInt32} + copy"},
}
"""What a copy has in place of a column, by type. Times are earlier, all else is equal."""
EARLIER = "toIntervalHour(copy * 29 % 168)"
"""Within a week, so that hours and weekdays mix."""
COLUMNS = """
SELECT name, type FROM system.columns
WHERE database = currentDatabase() AND table = {table:String} AND default_kind = '' ORDER BY position
"""
BLOCK = {"min_insert_block_size_rows": 1_000_000, "min_insert_block_size_bytes": 200_000_000}


def multiply(client: Client, source: str, copies: int) -> None:
    """Write so many copies of every customer of another database into the client's own; merge every part."""
    for table in TABLES:
        columns = client.query(COLUMNS, {"table": table}).result_rows
        names = ", ".join(name for name, _ in columns)
        values = ", ".join(_copied(name, kind) for name, kind in columns)
        client.command(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM {quoted(source)}.{table}"
            f" CROSS JOIN (SELECT toUInt32(number) AS copy FROM numbers({{copies:UInt32}})) AS copies",
            {"copies": copies},
            settings=BLOCK,
        )
    for merged in (*TABLES, *Hint):
        client.command(f"OPTIMIZE TABLE {merged} FINAL")


def _copied(name: str, kind: str) -> str:
    """Return the value of a column in a copy."""
    if kind.removeprefix("Nullable(").startswith("DateTime64"):
        return f"{name} - {EARLIER}"
    if kind.startswith("Array(DateTime64"):
        return f"arrayMap(at -> at - {EARLIER}, {name})"
    return COPIED.get(kind, {}).get(name, name)
