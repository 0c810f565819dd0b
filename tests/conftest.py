"""Fixtures for the whole project: one real broker and one real engine, started when first used."""

from collections.abc import Iterator

import pytest
from stack import broker_place, running_broker, scratch_folder


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    """The bootstrap address of a real broker; topics must be created and be the test's own."""
    with scratch_folder() as folder:
        place = broker_place(folder)
        with running_broker(place):
            yield place.bootstrap
