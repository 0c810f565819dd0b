"""What each identity may do, as SQL for a ClickHouse server, from the same lists as the embedded gate. Pure.

A server judges by itself what the gate judges for the embedded engine: a role reads the published views and
nothing beneath them, for the views run with the rights of whoever made them (`VIEWS_RUN_AS_THEIR_MAKER`); its
profile is read-only, with a constraint on each setting that a query may change; a quota bounds what it may
ask in an hour. What is not granted is refused: tables, files, addresses, dictionaries, the queries of others.
No rows are told apart: who may read a view may read all of it. Idea: ClickHouse, "Access Control and Account
Management" and "Constraints on Settings".
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping

from infra.clickhouse.gate.roles import ROLES, Role
from infra.clickhouse.statement import quoted
from schemas.names import DatabaseUser

VIEWS_RUN_AS_THEIR_MAKER = {"default_normal_view_sql_security": "DEFINER"}
"""Settings under which the migrations make views on a server."""
SALT_BYTES = 16
QUOTE = "'"


def statements(database: str, passwords: Mapping[DatabaseUser, str]) -> Iterator[str]:
    """Yield what brings users and roles of a server to this release; running it again changes nothing else.

    `passwords` holds one for each user of `ROLES`; in the statements stand salted SHA-256 alone.
    """
    for user, role in ROLES.items():
        name, profile, quota = (quoted(f"{user}_{what}") for what in ("role", "profile", "quota"))
        yield f"CREATE SETTINGS PROFILE OR REPLACE {profile} SETTINGS {', '.join(_constraints(role))}"
        yield f"CREATE ROLE IF NOT EXISTS {name}"
        yield f"ALTER ROLE {name} SETTINGS PROFILE {profile}"
        yield f"GRANT {', '.join(_rights(database, role))} TO {name} WITH REPLACE OPTION"
        limit = f"MAX execution_time = {role.seconds_an_hour}" if role.seconds_an_hour else "NO LIMITS"
        yield f"CREATE QUOTA OR REPLACE {quota} KEYED BY user_name FOR INTERVAL 1 hour {limit} TO {name}"
        identified = _identified(passwords[user])
        yield f"CREATE USER IF NOT EXISTS {quoted(user)} {identified}"
        yield f"ALTER USER {quoted(user)} {identified}"
        yield f"GRANT {name} TO {quoted(user)}"


def _rights(database: str, role: Role) -> Iterator[str]:
    for right, tables in (("SELECT", role.reads), ("INSERT", role.writes)):
        for table in sorted(tables):
            yield f"{right} ON {quoted(database)}.{quoted(table)}"


def _constraints(role: Role) -> Iterator[str]:
    """Yield each setting with its value and how far a query may change it; 0 would mean no limit at all."""
    may_change = "" if role.writes else " CHANGEABLE_IN_READONLY"
    if not role.writes:
        yield "readonly = 1 CONST"
    yield "allow_ddl = 0 CONST"
    yield f"max_concurrent_queries_for_user = {role.queries_at_once} CONST"
    limits = {**role.limits, "max_query_size": role.statement_bytes}
    for name, most in sorted(limits.items()):
        yield f"{name} = {most} MIN 1 MAX {most}{may_change}"
    if may_change:
        yield from (name + may_change for name in sorted(role.settings - limits.keys()))


def _identified(password: str) -> str:
    salt = secrets.token_hex(SALT_BYTES)
    digest = hashlib.sha256(f"{password}{salt}".encode()).hexdigest()
    return f"IDENTIFIED WITH sha256_hash BY {quoted(digest, QUOTE)} SALT {quoted(salt, QUOTE)}"
