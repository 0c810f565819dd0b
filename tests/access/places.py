"""Whom attacks and legal queries are sent to, with canaries in it: an embedded engine, or a server."""

import http.client
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from seed import fill
from stack import running_engine, scratch_folder

from infra import processes
from infra.clickhouse import process as engine
from infra.clickhouse.identities import FILE_NAME, make_secrets
from infra.setup import set_up_database
from schemas.names import DatabaseUser, Table
from schemas.settings import Settings
from streams.connections import connect

CANARY = "canary-" + uuid4().hex
ANSWER_SECONDS = 60.0
CUSTOMERS = 30


@dataclass(frozen=True)
class Place:
    """A set-up database with a canary where nobody but the administrator may look."""

    settings: Settings
    canary_file: Path
    out_file: Path
    hidden: str
    doors: "Doors" = field(repr=False)

    def words(self) -> dict[str, str]:
        """What stands for the names in braces of an attack."""
        return {
            "file": str(self.canary_file),
            "out": str(self.out_file),
            "hidden": self.hidden,
            "base": Table.REJECTED,
            "database": self.settings.clickhouse_database,
            "port": str(self.doors.port),
        }

    def ask(
        self, user: DatabaseUser, sql: str, parameters: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Send one statement over plain HTTP; status and answer."""
        name, password = self.settings.clickhouse_login(user)
        connection = http.client.HTTPConnection(
            self.settings.clickhouse_host, self.settings.clickhouse_port, timeout=ANSWER_SECONDS
        )
        target = "/?" + urlencode({"database": self.settings.clickhouse_database, **(parameters or {})})
        headers = {"X-ClickHouse-User": name, "X-ClickHouse-Key": password}
        try:
            connection.request("POST", target, sql.encode("utf-8", "surrogateescape"), headers)
            with connection.getresponse() as response:
                return response.status, response.read().decode(errors="replace")
        except http.client.IncompleteRead as cut:
            return 0, cut.partial.decode(errors="replace")
        finally:
            connection.close()

    def state(self) -> list[str]:
        """Everything that a write would change."""
        return [self.ask(DatabaseUser.ADMIN, sql)[1] for sql in STATE] + [str(self.out_file.exists())]


STATE = (
    "SELECT database, name, engine, comment FROM system.tables WHERE database NOT IN ('system') ORDER BY ALL",
    "SELECT database, table, sum(rows) FROM system.parts WHERE active AND database != 'system'"
    " GROUP BY ALL ORDER BY ALL",
    "SELECT name, engine FROM system.databases ORDER BY ALL",
    "SELECT name FROM system.functions WHERE origin != 'System' ORDER BY ALL",
    "SELECT count() FROM system.mutations",
)


class Doors:
    """A listener on loopback that counts who comes, and answers nothing."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.visits = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                visitor, _ = self._socket.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()

    def close(self) -> None:
        """Listen no longer."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@contextmanager
def place(server: Settings | None = None) -> Iterator[Place]:
    """A place to attack; it is gone afterwards.

    On a server it is two databases. Its users have rights there alone from then on: it should serve nobody
    else.
    """
    doors = Doors()
    try:
        with scratch_folder() as folder, _on_server(server) if server else _embedded(folder) as settings:
            list(set_up_database(settings))
            made = Place(
                settings, folder / "canary.txt", folder / "out.txt", f"hidden_{uuid4().hex[:8]}", doors
            )
            made.canary_file.write_text(CANARY + "\n")
            with connect(settings) as client:
                fill(client, CUSTOMERS)
            _hide_canaries(made)
            try:
                yield made
            finally:
                _drop(settings, made.hidden)
    finally:
        doors.close()


def _hide_canaries(made: Place) -> None:
    with connect(made.settings, DatabaseUser.ADMIN) as client:
        row = {"value": CANARY, "reason": "x", "received_at": datetime.now(UTC)}
        client.insert(Table.REJECTED, [list(row.values())], column_names=list(row))
        client.command(f"CREATE DATABASE {made.hidden}")
        client.command(f"CREATE TABLE {made.hidden}.kept (value String) ENGINE = MergeTree ORDER BY value")
        client.insert("kept", [[CANARY]], database=made.hidden)


def _drop(settings: Settings, database: str) -> None:
    with connect(settings, DatabaseUser.ADMIN, database="default") as client:
        client.command(f"DROP DATABASE IF EXISTS {database}")


@contextmanager
def _on_server(server: Settings) -> Iterator[Settings]:
    settings = server.model_copy(update={"clickhouse_database": f"attacked_{uuid4().hex[:8]}"})
    try:
        yield settings
    finally:
        _drop(settings, settings.clickhouse_database)


@contextmanager
def _embedded(folder: Path) -> Iterator[Settings]:
    port = processes.free_ports(1)[0]
    settings = Settings(data_folder=folder, clickhouse_port=port)
    make_secrets(settings.keys_folder)
    where = engine.EnginePlace(
        folder / "clickhouse",
        folder / "logs",
        port,
        identities=settings.keys_folder / FILE_NAME,
        home=settings.clickhouse_database,
    )
    with running_engine(where):
        yield settings
