"""Users and rights on a ClickHouse server: what is granted is what the gate lets through."""

import re

import pytest

from infra.clickhouse.gate.grants import statements
from infra.clickhouse.gate.roles import ROLES
from schemas.names import DatabaseUser, Table, View
from schemas.settings import Settings

PASSWORDS = {user: f"secret of {user}" for user in ROLES}
WRITTEN = list(statements("bonds", PASSWORDS))


def written(start: str, user: DatabaseUser) -> str:
    [found] = [sql for sql in WRITTEN if sql.startswith(start) and f"`{user}" in sql]
    return found


@pytest.mark.parametrize("user", [DatabaseUser.ANALYST, DatabaseUser.DASHBOARD])
def test_who_asks_reads_every_published_view_and_nothing_else(user: DatabaseUser):
    rights = written("GRANT SELECT", user)

    assert set(re.findall(r"(\w+) ON `bonds`\.`(\w+)`", rights)) == {("SELECT", view) for view in View}
    assert rights.count(" ON ") == len(View)
    assert rights.endswith("WITH REPLACE OPTION")  # what an earlier release granted goes


def test_workers_write_tables_and_no_view():
    rights = re.findall(r"INSERT ON `bonds`\.`(\w+)`", written("GRANT SELECT", DatabaseUser.WRITER))

    assert set(rights) == set(Table)


@pytest.mark.parametrize("user", [DatabaseUser.ANALYST, DatabaseUser.DASHBOARD])
def test_who_asks_changes_no_setting_but_those_of_the_list_and_no_limit_upwards(user: DatabaseUser):
    profile = written("CREATE SETTINGS PROFILE", user)
    constraints = dict(re.findall(r"(?:SETTINGS|,) (\w+)((?: (?:= )?\w+)+)", profile))

    assert constraints.pop("readonly") == " = 1 CONST"
    assert constraints.pop("max_concurrent_queries_for_user") == f" = {ROLES[user].queries_at_once} CONST"
    for name, limit in ROLES[user].limits.items():
        assert constraints.pop(name) == f" = {limit} MIN 1 MAX {limit} CHANGEABLE_IN_READONLY"
    changeable = {name for name, told in constraints.items() if "CHANGEABLE" in told}
    assert changeable == (ROLES[user].settings - ROLES[user].limits.keys()) | {"max_query_size"}


def test_a_statement_holds_no_password_and_two_runs_no_common_hash():
    again = list(statements("bonds", PASSWORDS))

    assert not any(password in sql for sql in WRITTEN for password in PASSWORDS.values())
    hashes = [set(re.findall(r"BY '(\w{64})'", "".join(sql))) for sql in (WRITTEN, again)]
    assert len(hashes[0]) == len(ROLES)
    assert not hashes[0] & hashes[1]


def test_rights_are_granted_on_a_server_where_each_part_is_a_user_of_its_own():
    own = {"clickhouse_embedded": False}

    assert Settings(**own).clickhouse_grants
    assert not Settings().clickhouse_grants  # the gate does it
    assert not Settings(**own, clickhouse_username="one", clickhouse_password="p").clickhouse_grants
    assert not Settings(**own, clickhouse_cluster="c").clickhouse_grants
