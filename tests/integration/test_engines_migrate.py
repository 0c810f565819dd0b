"""Migrations on the real engine: once, in order, and going on where a run was killed."""

import uuid

import pytest
from asking import connect

from infra.migrate import migrate
from infra.migration_files import MigrationError

pytestmark = pytest.mark.stack


@pytest.fixture
def client(clickhouse):
    with connect(clickhouse) as client:
        yield client


@pytest.fixture
def database():
    return f"migrated {uuid.uuid4().hex[:8]}"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "0001_first.sql").write_text(
        "-- two tables; one file\n"
        "CREATE TABLE one (a UInt8 COMMENT 'it''s; a') ENGINE = MergeTree ORDER BY a;\n"
        "CREATE VIEW of_one AS SELECT a FROM one WHERE a = {least:UInt8};\n"
    )
    (tmp_path / "0002_second.sql").write_text("INSERT INTO one VALUES (1), (2)")
    return tmp_path


def tables(client, database):
    rows = client.query(
        "SELECT name FROM system.tables WHERE database = {name:String} ORDER BY name", {"name": database}
    ).result_rows
    return [name for (name,) in rows]


def test_files_are_applied_in_order_into_a_new_database(client, database, folder):
    assert migrate(client, database, folder) == ["0001_first.sql", "0002_second.sql"]

    assert tables(client, database) == ["migrations", "of_one", "one"]
    assert client.command(f"SELECT sum(a) FROM `{database}`.one") == 3


def test_applying_again_does_nothing(client, database, folder):
    migrate(client, database, folder)

    assert migrate(client, database, folder) == []
    assert client.command(f"SELECT count() FROM `{database}`.one") == 2


def test_a_new_file_is_applied_alone(client, database, folder):
    migrate(client, database, folder)
    (folder / "0003_third.sql").write_text("ALTER TABLE one ADD COLUMN b UInt8")

    assert migrate(client, database, folder) == ["0003_third.sql"]


def test_a_changed_file_is_an_error_that_names_it(client, database, folder):
    migrate(client, database, folder)
    (folder / "0001_first.sql").write_text("SELECT 1")

    with pytest.raises(MigrationError, match=r"0001_first\.sql was changed after it was applied"):
        migrate(client, database, folder)


def test_a_lost_file_is_an_error_that_names_it(client, database, folder):
    migrate(client, database, folder)
    (folder / "0002_second.sql").unlink()

    with pytest.raises(MigrationError, match=r"0002_second\.sql was applied to this database"):
        migrate(client, database, folder)


def test_a_file_before_an_applied_one_is_refused(client, database, folder):
    migrate(client, database, folder)
    (folder / "0000_late.sql").write_text("SELECT 1")

    with pytest.raises(MigrationError, match=r"0000_late\.sql comes before 0002_second\.sql"):
        migrate(client, database, folder)


def test_a_failed_statement_is_named_in_one_line(client, database, folder):
    (folder / "0002_second.sql").write_text("SELECT nothing_like_it")

    with pytest.raises(MigrationError, match=r"^0002_second\.sql, statement 1: .*nothing_like_it.*$"):
        migrate(client, database, folder)


def test_a_corrected_file_goes_on_after_its_last_good_statement(client, database, folder):
    (folder / "0002_second.sql").write_text("INSERT INTO one VALUES (1), (2); SELECT nothing_like_it")
    with pytest.raises(MigrationError, match="nothing_like_it"):
        migrate(client, database, folder)
    (folder / "0002_second.sql").write_text("INSERT INTO one VALUES (1), (2); INSERT INTO one VALUES (4)")

    assert migrate(client, database, folder) == ["0002_second.sql"]
    assert client.command(f"SELECT sum(a) FROM `{database}`.one") == 7


def test_a_statement_that_has_run_cannot_be_corrected(client, database, folder):
    (folder / "0002_second.sql").write_text("INSERT INTO one VALUES (1), (2); SELECT nothing_like_it")
    with pytest.raises(MigrationError, match="nothing_like_it"):
        migrate(client, database, folder)
    (folder / "0002_second.sql").write_text("INSERT INTO one VALUES (3); INSERT INTO one VALUES (4)")

    with pytest.raises(MigrationError, match=r"0002_second\.sql was changed"):
        migrate(client, database, folder)


def test_a_statement_added_to_an_applied_file_is_an_error(client, database, folder):
    migrate(client, database, folder)
    (folder / "0002_second.sql").write_text("INSERT INTO one VALUES (1), (2); SELECT 1")

    with pytest.raises(MigrationError, match=r"0002_second\.sql was changed"):
        migrate(client, database, folder)


def test_a_run_killed_after_a_statement_goes_on_with_the_next(client, database, folder):
    migrate(client, database, folder)
    # As if the process had died after CREATE VIEW ran and before that was noted.
    client.command(
        f"ALTER TABLE `{database}`.migrations DELETE WHERE number = 2 OR (place = 2 AND finished)",
        settings={"mutations_sync": 2},
    )

    assert migrate(client, database, folder) == ["0001_first.sql", "0002_second.sql"]
    assert tables(client, database) == ["migrations", "of_one", "one"]
