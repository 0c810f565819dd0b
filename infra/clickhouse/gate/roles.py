"""What each identity may do: tables, formats, settings, and limits.  Data, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.clickhouse.gate.lists import names_in
from infra.clickhouse.gate.rules import allowed_functions
from schemas.names import DatabaseUser, Table, View

MEGABYTE = 1 << 20

# Formats that write to the answer alone; those that read a schema or a template from a file are not here.
OUTPUT_FORMATS = names_in(
    """
    Arrow ArrowStream CSV CSVWithNames CSVWithNamesAndTypes JSON JSONColumns JSONColumnsWithMetadata
    JSONCompact JSONCompactColumns JSONCompactEachRow JSONCompactEachRowWithNames
    JSONCompactEachRowWithNamesAndTypes JSONCompactStrings JSONEachRow JSONObjectEachRow JSONStrings
    JSONStringsEachRow Markdown MsgPack Native Null NDJSON ORC Parquet Pretty PrettyCompact
    PrettyCompactMonoBlock PrettyCompactNoEscapes PrettyNoEscapes PrettySpace RowBinary RowBinaryWithNames
    RowBinaryWithNamesAndTypes SQLInsert TabSeparated TabSeparatedRaw TabSeparatedRawWithNames
    TabSeparatedRawWithNamesAndTypes TabSeparatedWithNames TabSeparatedWithNamesAndTypes TSKV TSV TSVRaw
    TSVWithNames TSVWithNamesAndTypes Values Vertical XML
    """
)
ROW_FORMATS = frozenset({"Arrow", "ArrowStream", "Native", "RowBinary", "JSONEachRow"})

# Settings that change how an answer looks, or ask for less than the limits.
HARMLESS_SETTINGS = names_in(
    """
    any_join_distinct_right_table_keys date_time_output_format extremes group_by_use_nulls join_use_nulls
    log_comment max_block_size max_execution_time max_memory_usage max_query_size max_result_bytes
    max_result_rows max_rows_to_read max_threads output_format_arrow_compression_method
    output_format_arrow_low_cardinality_as_dictionary output_format_arrow_string_as_string
    output_format_csv_crlf_end_of_line output_format_decimal_trailing_zeros
    output_format_json_escape_forward_slashes output_format_json_named_tuples_as_objects
    output_format_json_quote_64bit_floats output_format_json_quote_64bit_integers
    output_format_json_quote_decimals output_format_json_quote_denormals
    output_format_native_encode_types_in_binary_format output_format_native_write_json_as_string
    output_format_parquet_compression_method output_format_parquet_string_as_string
    output_format_pretty_color output_format_pretty_max_rows output_format_write_statistics
    prefer_column_name_to_alias result_overflow_mode send_progress_in_http_headers session_timezone
    totals_mode use_client_time_zone
    """
)
# Settings by which an insert is one part.
INSERT_SETTINGS = names_in(
    """
    async_insert input_format_null_as_default insert_deduplicate insert_deduplication_token
    max_insert_block_size max_partitions_per_insert_block min_insert_block_size_bytes
    min_insert_block_size_rows wait_for_async_insert
    """
)


@dataclass(frozen=True)
class Role:
    """What an identity may do.

    `reads` and `writes` are names of tables in the database asked for; `limits` settings of the engine that a
    request may lower and not raise; `queries_at_once` is how many of its queries run together. A server of
    its own (`grants.py`) also counts the seconds for which queries run in an hour, where there is a bound.
    """

    reads: frozenset[str]
    writes: frozenset[str] = frozenset()
    settings: frozenset[str] = HARMLESS_SETTINGS
    limits: Mapping[str, int] = field(default_factory=dict)
    queries_at_once: int = 3
    statement_bytes: int = 256 << 10
    seconds_an_hour: int | None = None


VIEWS = frozenset(View)

ROLES: Mapping[DatabaseUser, Role] = {
    DatabaseUser.WRITER: Role(
        reads=VIEWS | frozenset(Table),
        writes=frozenset(Table),
        settings=HARMLESS_SETTINGS | INSERT_SETTINGS,
        limits={"max_execution_time": 60},
        queries_at_once=64,
    ),
    DatabaseUser.DASHBOARD: Role(
        reads=VIEWS,
        limits={"max_execution_time": 30, "max_memory_usage": 1024 * MEGABYTE, "max_result_rows": 1_000_000},
        queries_at_once=6,
    ),
    DatabaseUser.ANALYST: Role(
        reads=VIEWS,
        limits={
            "max_execution_time": 30,
            "max_memory_usage": 512 * MEGABYTE,
            "max_rows_to_read": 500_000_000,
            "max_result_rows": 2_000_000,
            "max_result_bytes": 512 * MEGABYTE,
            "max_threads": 2,
        },
        queries_at_once=3,
        seconds_an_hour=3_600,
    ),
}
"""All but the administrator, who may do everything."""


def row_filters(role: Role) -> dict[str, str]:
    """Conditions on the engine's own tables, by table: what a role may know of is what it may use."""
    tables = f"database = currentDatabase() AND {{column}} IN ({_list(role.reads)})"
    return {
        "system.columns": tables.format(column="table"),
        "system.databases": "name = currentDatabase()",
        "system.functions": f"lower(name) IN ({_list(allowed_functions())})",
        "system.settings": f"name IN ({_list(role.settings)})",
        "system.tables": tables.format(column="name"),
    }


def _list(names: frozenset[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))


GUARDS: Mapping[str, str] = {
    "allow_ddl": "0",
    "timeout_overflow_mode": "throw",
    "read_overflow_mode": "throw",
}
"""Settings that are laid over those of a request, whatever it says."""


def row_guard(role: Role) -> dict[str, str]:
    """The setting that is laid over a statement that names tables of the engine's own.

    It is long: to send it along with every statement cost the engine two milliseconds of processor each.
    """
    conditions = ", ".join(f"'{table}': '{_escaped(rows)}'" for table, rows in row_filters(role).items())
    return {"additional_table_filters": f"{{{conditions}}}"}


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")
