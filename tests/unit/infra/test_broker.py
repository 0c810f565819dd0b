"""The embedded broker's folder: what goes wrong while it is made."""

from pathlib import Path

import psutil
import pytest
from stack import broker_place

from infra.kafka import broker
from infra.processes import ProcessError


def test_formatting_that_hangs_is_ended_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(broker, "FORMAT_SECONDS", 0.01)
    place = broker_place(tmp_path)
    before = psutil.Process().children()

    with pytest.raises(ProcessError, match=r"^Kafka did not format .+ within 0\.01 s: "):
        broker.format_storage(place, [])

    assert psutil.Process().children() == before
