"""The embedded engine owns its folder, and keeps what is in it through any end."""

import threading
from contextlib import suppress

import pytest
from asking import connect
from clickhouse_connect.driver.exceptions import OperationalError
from stack import engine_place, running_engine, scratch_folder

from infra import processes
from infra.clickhouse import process as engine

pytestmark = pytest.mark.stack


def test_an_owned_folder_is_refused_in_one_line():
    with scratch_folder() as folder:
        place = engine_place(folder)
        with running_engine(place) as owner:
            other = engine.EnginePlace(place.data, folder / "other", processes.free_ports(1)[0])
            second = engine.start(other)
            assert second.handle.wait(30) == 1
            said = (folder / "other" / "clickhouse.log").read_text()

    assert said == f"ClickHouse: {place.data} is in use by another ClickHouse engine (process {owner.pid})\n"


def insert_until_killed(client):
    """Rows that were acknowledged, 100 an insert, until the engine was gone."""
    acknowledged = 0
    with suppress(OperationalError):
        while True:
            client.insert("kept", [[number] for number in range(100)])
            acknowledged += 100
    return acknowledged


def test_no_acknowledged_row_is_lost_by_kills_and_no_insert_stays_in_part():
    with scratch_folder() as folder:
        place = engine_place(folder)
        count = 0
        for patience in (0.3, 0.5, 0.7):
            with running_engine(place) as process, connect(place) as client:
                client.command("CREATE TABLE IF NOT EXISTS kept (a UInt64) ENGINE = MergeTree ORDER BY a")
                killer = threading.Timer(patience, process.handle.kill)
                killer.start()
                acknowledged = insert_until_killed(client)
                killer.join()
            with running_engine(place), connect(place) as client:
                before, count = count, client.command("SELECT count() FROM kept")
            # The insert under way at the kill may stand, without its client knowing.
            assert count - before - acknowledged in (0, 100)


def test_an_engine_told_to_end_ends_in_order_with_its_data_kept():
    with scratch_folder() as folder:
        place = engine_place(folder)
        with (
            running_engine(place) as process,
            connect(place) as client,
        ):
            client.command("CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a")
            client.command("INSERT INTO kept VALUES (1)")
            assert engine.stop(process) == 0
        with running_engine(place), connect(place) as client:
            assert client.command("SELECT count() FROM kept") == 1
