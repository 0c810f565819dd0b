"""Where the engine listens, and how long it waits."""

import socket
import subprocess
import sys
import urllib.request
from contextlib import suppress
from pathlib import Path

import clickhouse_connect
import pytest
from asking import connect
from certificates import certificate_for
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError
from stack import engine_place, running_engine, scratch_folder
from workers import wait_until

from infra.clickhouse import process as engine
from infra.clickhouse.waiting import PatientReader, send_patiently
from infra.processes import free_ports

pytestmark = pytest.mark.stack


def test_with_a_certificate_the_engine_speaks_tls_and_clients_check_the_name(tmp_path: Path) -> None:
    made = certificate_for(tmp_path, "localhost")
    with scratch_folder() as folder:
        plain = engine_place(folder)
        place = engine.EnginePlace(**{**vars(plain), "certificate": made.certificate, "key": made.key})
        with running_engine(place):
            options = {"port": place.port, "secure": True, "ca_cert": str(made.authority)}
            with clickhouse_connect.get_client(host="localhost", **options) as client:
                assert client.command("SELECT 1") == 1
            with pytest.raises(OperationalError, match=r"127\.0\.0\.1"):
                clickhouse_connect.get_client(host="127.0.0.1", **options)
            with pytest.raises(OperationalError, match="verify failed"):
                clickhouse_connect.get_client(host="localhost", port=place.port, secure=True)
            with pytest.raises(OperationalError):
                clickhouse_connect.get_client(host="localhost", port=place.port)


def test_without_tls_the_engine_does_not_start_where_others_could_reach_it(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "infra.clickhouse",
        f"--folder={tmp_path}",
        "--port=1",
        "--listen=0.0.0.0",
    ]
    ended = subprocess.run(command, capture_output=True, text=True)

    assert (ended.returncode, ended.stderr) == (
        1,
        "ClickHouse: to listen on 0.0.0.0 needs TLS: a certificate and its key\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_the_engine_tells_on_a_port_of_its_own_what_became_of_statements() -> None:
    with scratch_folder() as folder:
        port = free_ports(1)[0]
        place = engine.EnginePlace(**{**vars(engine_place(folder)), "metrics_port": port})
        with running_engine(place), connect(place) as client:
            before = counted_until_refused(client, port, 1)
            client.command("SELECT 1")
            after = counted_until_refused(client, port, 2)
    name = "vincle_database_statements_total"
    for outcome in ("answered", "refused"):
        assert after[f'{name}{{outcome="{outcome}"}}'] == before[f'{name}{{outcome="{outcome}"}}'] + 1
    assert after["vincle_database_connections"] >= 1


def counted_until_refused(client: Client, port: int, refused: int) -> dict[str, float]:
    """Have a statement refused, and return the metrics once it is counted.

    It is counted when its answer is away, and all before it on the connection by then.
    """
    with pytest.raises(DatabaseError):
        client.command("SELECT nothing")
    name = 'vincle_database_statements_total{outcome="refused"}'
    wait_until(lambda: metrics(port)[name] == refused, "the engine to count it")
    return metrics(port)


def metrics(port: int) -> dict[str, float]:
    """Return every metric by its name and labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[0] != "#")}


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_head_that_drips_in_is_cut_off_at_its_deadline_however_short_each_wait() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        clock = Clock()
        reader = PatientReader(ours, idle_seconds=60, head_seconds=15, clock=clock)
        for moment in (1000.0, 1007.0, 1014.9):
            clock.now = moment
            theirs.send(b"x")
            assert reader.read(1) == b"x"
        clock.now = 1015.0
        theirs.send(b"x")
        with pytest.raises(TimeoutError):
            reader.read(1)


def test_between_requests_a_connection_may_idle_and_a_body_has_its_own_time() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        clock = Clock()
        reader = PatientReader(ours, idle_seconds=60, head_seconds=15, clock=clock)
        theirs.sendall(b"abc")
        reader.read(1)
        reader.allow(600)
        clock.now = 599.0
        assert reader.read(1) == b"b"
        reader.rest()
        clock.now = 9000.0
        assert reader.read(1) == b"c"


def test_an_answer_may_be_read_slowly_but_must_be_read_on_and_within_its_time() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        clock, piece = Clock(), b"x" * (4 << 20)
        read = 0

        def reads_a_little() -> float:
            nonlocal read
            with suppress(BlockingIOError):
                read += len(theirs.recv(1 << 20, socket.MSG_DONTWAIT))
            clock.now += 50.0
            return clock.now

        send_patiently(ours, piece, idle_seconds=60, seconds=100_000, clock=reads_a_little)
        while read < len(piece):
            read += len(theirs.recv(1 << 20))
        assert read == len(piece)

        clock.now = 0.0
        with pytest.raises(TimeoutError, match="too slowly"):
            send_patiently(ours, piece, idle_seconds=60, seconds=100, clock=reads_a_little)
        with pytest.raises(TimeoutError):
            send_patiently(ours, piece, idle_seconds=0.01, seconds=100)
