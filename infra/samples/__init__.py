"""The journeys that a new installation starts with, published once."""

from datetime import UTC, datetime
from pathlib import Path

from infra.simulation import sample
from infra.simulation.running import publish
from schemas.settings import Settings

MARK = "sample-journeys"
DONE = "published"


def load_once(settings: Settings) -> str:
    """Publish the sample journeys unless that has been done, and say what was done.

    The time they end at is kept before the first is sent, so that a second try after a crash sends the same
    events. Raises DeliveryError, aiokafka's KafkaError or OSError.
    """
    mark = settings.data_folder / MARK
    told = mark.read_text(encoding="utf-8").splitlines() if mark.exists() else []
    if told[1:] == [DONE]:
        return "already there"
    now = datetime.fromisoformat(told[0]) if told else datetime.now(UTC)
    _keep(mark, now.isoformat())
    count = publish(sample(now), settings)
    _keep(mark, f"{now.isoformat()}\n{DONE}")
    return f"{count:,} events of simulated customers published"


def _keep(mark: Path, text: str) -> None:
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(f"{text}\n", encoding="utf-8")
