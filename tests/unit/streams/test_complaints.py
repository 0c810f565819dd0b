"""Complaints of Kafka's client in the log: each once in a while, none uncounted."""

import logging

from streams.complaints import EVERY_SECONDS, Complaints


def logged(
    complaints: Complaints,
    text: str,
    *about: object,
    name: str = "aiokafka.client",
    level: int = logging.ERROR,
) -> list[str]:
    record = logging.LogRecord(name, level, "client.py", 1, text, about, None)
    return [record.getMessage()] if complaints.filter(record) else []


def test_a_complaint_is_told_once_in_a_while_with_how_often_it_was_made_since() -> None:
    now = [0.0]
    complaints = Complaints(lambda: now[0])
    assert logged(complaints, "no way to %s", 1) == ["no way to 1"]
    assert [logged(complaints, "no way to %s", node) for node in (1, 2, 3)] == [[], [], []]
    assert logged(complaints, "no answer") == ["no answer"], "another complaint"
    now[0] += EVERY_SECONDS
    assert logged(complaints, "no way to %s", 4) == ["no way to 4 (and 3 more like it)"]
    now[0] += EVERY_SECONDS
    assert logged(complaints, "no way to %s", 5) == ["no way to 5"], "nothing was kept back"


def test_whoever_else_speaks_and_whatever_is_no_complaint_is_always_told() -> None:
    complaints = Complaints(lambda: 0.0)
    for _ in range(3):
        assert logged(complaints, "rejected", name="streams.batch")
        assert logged(complaints, "discovered", level=logging.INFO)
