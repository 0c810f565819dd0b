"""Reading a statement's kind: rows behind an INSERT, formats, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.clickhouse.errors import EngineError
from infra.clickhouse.statement import read_statement


def test_a_query_keeps_its_text_and_loses_its_semicolon():
    statement = read_statement(b"SELECT ';' -- ;\n ; \n")

    assert statement.sql == b"SELECT ';'"
    assert statement.gives_rows


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "(SELECT 1) UNION ALL (SELECT 2)",
        "WITH 1 AS a SELECT a",
        "/* a */ show tables",
        "DESCRIBE t",
    ],
)
def test_what_asks_for_rows_gives_rows(sql):
    assert read_statement(sql.encode()).gives_rows


@pytest.mark.parametrize(
    "sql", ["INSERT INTO t SELECT 1", "WITH 1 AS a INSERT INTO t SELECT a", "DROP TABLE t", "SET a = 1"]
)
def test_what_changes_something_gives_no_rows(sql):
    assert not read_statement(sql.encode()).gives_rows


@pytest.mark.parametrize(
    ("sql", "output_format"),
    [
        ("SELECT 1 FORMAT JSON", "JSON"),
        ("select 1 format Native", "Native"),
        ("SELECT 1 FORMAT JSON SETTINGS max_threads = 1", "JSON"),
        ("SELECT 1 AS format", None),
        ("SELECT format('{}', 1)", None),
        ("SELECT 'FORMAT JSON'", None),
        ("INSERT INTO t SELECT 1 FORMAT JSON", None),
    ],
)
def test_the_format_of_the_answer_is_the_one_of_the_last_clause(sql, output_format):
    assert read_statement(sql.encode()).output_format == output_format


@pytest.mark.parametrize(
    ("text", "rows_format", "rows"),
    [
        (b"INSERT INTO t FORMAT CSV\n1,2\n", "CSV", b"1,2\n"),
        (b"INSERT INTO t (a, b) FORMAT Native\n\x00\n;'", "Native", b"\x00\n;'"),
        (b"INSERT INTO t FORMAT CSV \r\n\n1", "CSV", b"\n1"),
        (b"INSERT INTO t VALUES (1, ';')", "Values", b" (1, ';')"),
        (b'insert into db."t; x" (`FORMAT`) format JSONEachRow {"a": 1}', "JSONEachRow", b'{"a": 1}'),
        (b"INSERT INTO t SETTINGS max_threads = 1 FORMAT TSV\n1", "TSV", b"1"),
        (b"INSERT INTO t FORMAT TSV", "TSV", b""),
    ],
)
def test_the_rows_of_an_insert_begin_after_its_format(text, rows_format, rows):
    statement = read_statement(text)

    assert statement.rows_format == rows_format
    assert text[statement.rows_at :] == rows


def test_an_insert_reads_its_rows_from_a_file_before_its_settings():
    statement = read_statement(b"INSERT INTO t (a) SETTINGS b = 1 FORMAT CSV\n1")

    assert statement.from_file("/it's").split() == (
        rb"INSERT INTO t (a) FROM INFILE '/it\'s' COMPRESSION 'none' SETTINGS b = 1 FORMAT CSV".split()
    )


@pytest.mark.parametrize(
    "sql", ["INSERT INTO t SELECT 1", "INSERT INTO t WITH 1 AS a SELECT a", "INSERT INTO t (SELECT 1)"]
)
def test_an_insert_of_a_query_takes_no_rows(sql):
    statement = read_statement(sql.encode())

    assert not statement.takes_rows
    assert statement.sql == sql.encode()


@pytest.mark.parametrize("sql", ["SET a = 1", "USE db", "CREATE TEMPORARY TABLE t (a UInt8)"])
def test_what_a_session_must_remember_is_marked(sql):
    assert read_statement(sql.encode()).keeps_in_session


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("", 62),
        ("-- nothing\n ;", 62),
        ("SELECT 1; SELECT 2", 62),
        ("SELECT 1; DROP TABLE t", 62),
        ("SELECT 'open", 62),
        ("SELECT /* open", 62),
        ("SELECT $a$ open", 62),
        ("SELECT 1 INTO OUTFILE '/tmp/x'", 344),
        ("INSERT INTO t FROM INFILE '/etc/passwd' FORMAT CSV", 344),
        ("INSERT INTO t", 48),
    ],
)
def test_what_cannot_be_one_statement_is_refused_with_clickhouses_code(sql, code):
    with pytest.raises(EngineError) as refused:
        read_statement(sql.encode())
    assert refused.value.code == code


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(text):
    try:
        statement = read_statement(text)
    except EngineError:
        return
    assert statement.sql in text


@given(st.text("'\"`$/*-#\\;a \n", max_size=60))
def test_no_second_statement_hides_behind_quotes(text):
    try:
        statement = read_statement(f"SELECT {text}".encode())
    except EngineError:
        return
    assert read_statement(statement.sql).sql == statement.sql
