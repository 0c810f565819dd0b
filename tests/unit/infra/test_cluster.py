"""The migrations on a cluster: what each statement becomes there."""

import pytest

from infra.cluster import databases_on, on_cluster, whole_on
from infra.migrate import HISTORY
from infra.migration_files import FOLDER, read_migrations

TABLE = """-- Facts.
CREATE TABLE journal
(
    person_id String COMMENT 'Whose; really'
)
ENGINE = ReplacingMergeTree(revision, is_deleted)
ORDER BY (toDate32(at), person_id, number)
COMMENT 'It''s the truth'"""


def test_a_table_is_replicated_in_its_shard_and_has_one_in_front():
    shard, front = on_cluster(TABLE, "vincle", "north")

    assert shard.database == "vincle_shard"
    assert shard.sql.startswith("CREATE TABLE journal ON CLUSTER `north`\n(")
    assert (
        "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}',"
        " revision, is_deleted)" in shard.sql
    )
    assert front.database == "vincle"
    assert front.sql == (
        "CREATE TABLE journal ON CLUSTER `north` AS `vincle_shard`.journal\n"
        "ENGINE = Distributed(`north`, `vincle_shard`, journal, cityHash64(person_id))\n"
        "COMMENT 'It''s the truth'"
    )


def test_rows_of_nobody_are_sharded_by_their_whole_sorting_key():
    _, front = on_cluster(
        "CREATE TABLE held (n Int64)\nENGINE = ReplacingMergeTree\nORDER BY (topic, n)", "vincle", "north"
    )

    assert "cityHash64(topic, n)" in front.sql


def test_a_view_is_in_front_and_what_fills_a_table_in_the_shards():
    (view,) = on_cluster("CREATE VIEW v_now AS SELECT 1", "vincle", "north")
    (again,) = on_cluster("CREATE OR REPLACE VIEW v_now AS SELECT 2", "vincle", "north")
    (filler,) = on_cluster("CREATE MATERIALIZED VIEW filler TO held AS SELECT 1", "vincle", "north")

    assert view == ("vincle", "CREATE VIEW v_now ON CLUSTER `north` AS SELECT 1")
    assert again == ("vincle", "CREATE OR REPLACE VIEW v_now ON CLUSTER `north` AS SELECT 2")
    assert filler == (
        "vincle_shard",
        "CREATE MATERIALIZED VIEW filler ON CLUSTER `north` TO held AS SELECT 1",
    )


def test_columns_change_in_front_too_and_how_they_are_kept_in_the_shards_alone():
    added = on_cluster("ALTER TABLE journal ADD COLUMN mood String", "vincle", "north")
    kept = on_cluster("ALTER TABLE journal MODIFY COLUMN text TTL at + INTERVAL 1 DAY", "vincle", "north")

    assert added == [
        (name, "ALTER TABLE journal ON CLUSTER `north` ADD COLUMN mood String")
        for name in ("vincle_shard", "vincle")
    ]
    assert [each.database for each in kept] == ["vincle_shard"]


def test_databases_and_history_are_on_every_node():
    assert databases_on("north", "vincle") == [
        "CREATE DATABASE IF NOT EXISTS `vincle_shard` ON CLUSTER `north`",
        "CREATE DATABASE IF NOT EXISTS `vincle` ON CLUSTER `north`",
    ]
    history = whole_on(HISTORY, "north")
    assert "migrations ON CLUSTER `north`" in history
    assert "ReplicatedMergeTree('/clickhouse/tables/all/" in history


def test_what_has_no_meaning_on_a_cluster_is_refused():
    with pytest.raises(ValueError, match="creates tables and views"):
        on_cluster("INSERT INTO journal SELECT 1", "vincle", "north")


@pytest.mark.parametrize(
    "statement",
    [statement for each in read_migrations(FOLDER) for statement in each.statements],
    ids=lambda statement: statement.splitlines()[-1][:40],
)
def test_every_statement_of_the_migrations_has_its_form_on_a_cluster(statement):
    assert all("ON CLUSTER `north`" in each.sql for each in on_cluster(statement, "vincle", "north"))
