"""Calls of customers to an agent, and how they felt, for tests on the real stack."""

from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.envelope import Event

START = datetime(2024, 2, 1, tzinfo=UTC)
"""So long ago that nothing here lies in the future, where it would be held."""


def touchpoint(
    who: str, day: float, valence: float, type: str = "agent.called", **data: Any
) -> tuple[str, bytes]:
    event = Event.touchpoint(
        type,
        id=f"{who}-{day}",
        source="/calls",
        customer=who,
        time=START + timedelta(days=day),
        emotion={"valence": valence, "confidence": 1.0},
        **data,
    )
    return who, event.to_json()
