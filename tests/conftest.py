"""Fixtures for the whole project: one real broker and one real engine, started when first used."""

from collections.abc import Iterator
from typing import NamedTuple

import hypothesis
import pytest
from stack import broker_place, engine_place, running_broker, running_engine, scratch_folder

hypothesis.settings.register_profile("untimed", deadline=None)  # speed is for benchmarks to judge
hypothesis.settings.load_profile("untimed")


class Address(NamedTuple):
    """Where a server answers."""

    host: str
    port: int


@pytest.fixture(scope="session", autouse=True)
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep tests that name no data folder away from what `make up` has made in this one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VINCLE_DATA_FOLDER", str(tmp_path_factory.mktemp("installation")))
        yield


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    """The bootstrap address of a real broker; topics must be created and be the test's own."""
    with scratch_folder() as folder:
        place = broker_place(folder)
        with running_broker(place):
            yield place.bootstrap


@pytest.fixture(scope="session")
def clickhouse() -> Iterator[Address]:
    """Host and port of a real engine; a test makes a database of its own in it."""
    with scratch_folder() as folder:
        place = engine_place(folder)
        with running_engine(place):
            yield Address(place.host, place.port)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last: their driver keeps an event loop running in the thread of the tests."""
    items.sort(key=lambda item: "browser" in item.path.parts)
