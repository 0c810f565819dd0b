"""An installation without a broker, whose engine is to be swept."""

import random
import secrets
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import seed
from clickhouse_connect.driver.client import Client
from sweeps import Life
from workers import database

from infra.keys import make_private
from infra.setup import set_up_database
from schemas.catalogue import load_catalogue
from schemas.settings import MASTER_KEY_FILE, Settings
from streams.sinks.door import door_of
from streams.sinks.journal import Journal


@pytest.fixture
def settings(clickhouse, tmp_path: Path) -> Settings:
    """An installation without a broker, and without customers."""
    made = Settings(
        clickhouse_port=clickhouse.port,
        clickhouse_database=f"test_{uuid4().hex[:8]}",
        data_folder=tmp_path,
        log_folder=tmp_path / "logs",
        pseudonym_key="a key for tests",
    )
    make_private(made.keys_folder / MASTER_KEY_FILE, secrets.token_bytes(32))
    list(set_up_database(made))
    return made


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    with database(settings) as client:
        yield client


@pytest.fixture
def lives(settings: Settings, client: Client) -> list[Life]:
    """Three customers, as workers wrote them."""
    catalogue, chance = load_catalogue(), random.Random(7)
    lives = [seed.life(catalogue, chance, number) for number in range(3)]
    Journal(client, door_of(settings)).insert(seed.tables_of(lives), lambda _: None)
    return lives
