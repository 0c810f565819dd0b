"""Reading migrations: files in order, statements split where they end and nowhere else."""

import pytest

from infra.migration_files import FOLDER, MigrationError, fill, read_migrations, split_statements


def test_statements_end_at_semicolons():
    assert list(split_statements("CREATE TABLE a; CREATE TABLE b;")) == ["CREATE TABLE a", "CREATE TABLE b"]


def test_the_last_statement_needs_no_semicolon():
    assert list(split_statements("SELECT 1;\nSELECT 2")) == ["SELECT 1", "SELECT 2"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT ';'",
        r"SELECT 'it\'s; so'",
        "SELECT 'it''s; so'",
        'SELECT "a;b"',
        "SELECT `a;b`",
        "SELECT 1 -- one; two",
        "SELECT 1 /* one; two */ + 2",
        "SELECT $text$ a; b $text$",
        "# a note; with more\nSELECT 1",
    ],
)
def test_a_semicolon_in_quotes_or_comments_ends_nothing(statement):
    assert list(split_statements(f"{statement}\n; SELECT 2")) == [statement, "SELECT 2"]


def test_comments_and_empty_statements_are_no_statements():
    assert list(split_statements("-- only words;\n;; /* ; */")) == []


def test_files_come_in_the_order_of_their_numbers(tmp_path):
    for name in ("0002_second.sql", "0001_first.sql", "0010_tenth.sql"):
        (tmp_path / name).write_text("SELECT 1")

    assert [each.number for each in read_migrations(tmp_path)] == [1, 2, 10]


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"1_short.sql": "SELECT 1"}, "NNNN_name.sql"),
        ({"0001_a.sql": "SELECT 1", "0001_b.sql": "SELECT 1"}, "same number"),
        ({"0001_empty.sql": "-- later"}, "no statement"),
    ],
)
def test_files_that_cannot_be_migrations_are_refused_by_name(tmp_path, files, complaint):
    for name, content in files.items():
        (tmp_path / name).write_text(content)

    with pytest.raises(MigrationError, match=complaint):
        read_migrations(tmp_path)


def test_the_projects_own_migrations_can_be_read():
    assert read_migrations(FOLDER)


def test_names_in_double_braces_are_filled_with_values():
    assert fill("SELECT toDate(at, '{{zone}}'), {at:Date}", {"zone": "Europe/Madrid"}) == (
        "SELECT toDate(at, 'Europe/Madrid'), {at:Date}"
    )


@pytest.mark.parametrize("values", [{}, {"zone": "UTC' OR 1"}])
def test_a_name_without_a_safe_value_is_an_error_that_names_it(values):
    with pytest.raises(MigrationError, match="zone"):
        fill("SELECT '{{zone}}'", values)
