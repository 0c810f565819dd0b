"""The sample journeys of a new installation: published once, into an empty topic."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from infra.bulk import publish_all
from infra.kafka.topics import was_written
from infra.simulation import sample, simulate
from schemas.names import Topic
from schemas.settings import Settings
from streams.connections import kafka_options


def want_none(settings: Settings) -> None:
    """Note that no sample journeys are wanted here."""
    _note(settings, "done").touch()


def _note(settings: Settings, state: str) -> Path:
    return settings.data_folder / f"sample-journeys.{state}"


def load_once(settings: Settings) -> str:
    """Publish the sample journeys unless something else was ever published; return what was done, for people.

    A first try that broke off is taken up again: the note of its time makes the same events, and those that
    had arrived are only repeated.
    """
    begun, done = _note(settings, "begun"), _note(settings, "done")
    topic = settings.topic(Topic.TOUCHPOINTS)
    if done.exists() or (not begun.exists() and was_written(kafka_options(settings), topic)):
        return "not needed, there are touchpoints already"
    if not begun.exists():
        begun.write_text(datetime.now(UTC).isoformat())
    plan = sample(datetime.fromisoformat(begun.read_text()))
    count = asyncio.run(publish_all(simulate(plan), kafka_options(settings), topic))
    done.touch()
    return f"{count:,} events of {plan.customers:,} invented customers published"
