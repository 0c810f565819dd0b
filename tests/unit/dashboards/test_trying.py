"""A rule is tried on a thread of its own: one at a time, and it is always told how it ended."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from dashboards.trying import Progress, Trial, Trials, Tried, UntriedError
from infra.trying import Trial as Answer

SINCE = datetime(2026, 3, 1, tzinfo=UTC)


def ended(trials: Trials, rule: str) -> Tried:
    """The trial of a rule once its thread has ended."""
    for thread in threading.enumerate():
        if thread.name == f"try {rule}":
            thread.join(10)
    tried = trials.of(rule)
    assert tried is not None
    return tried


def waiting(go: threading.Event) -> Callable[[str, datetime, Progress], Trial]:
    """A way to try that has read one of two customers and waits."""

    def attempt(rule: str, since: datetime, progress: Progress) -> Trial:
        progress(1, 2)
        assert go.wait(10)
        return Answer(customers=2)

    return attempt


def test_one_rule_is_tried_at_a_time() -> None:
    go = threading.Event()
    trials = Trials(waiting(go))
    assert trials.begin("won_back", SINCE)
    assert not trials.begin("bad_series", SINCE)
    assert trials.of("bad_series") is None
    go.set()
    assert ended(trials, "won_back").trial == Answer(customers=2)
    assert trials.begin("bad_series", SINCE)
    ended(trials, "bad_series")


def test_it_is_told_how_far_a_trial_is() -> None:
    go, told = threading.Event(), threading.Event()

    def attempt(rule: str, since: datetime, progress: Progress) -> Trial:
        progress(3, 7)
        told.set()
        assert go.wait(10)
        return Answer()

    trials = Trials(attempt)
    trials.begin("won_back", SINCE)
    assert told.wait(10)
    tried = trials.of("won_back")
    assert tried is not None
    assert (tried.done, tried.of, tried.is_running) == (3, 7, True)
    go.set()
    assert not ended(trials, "won_back").is_running


def test_what_cannot_be_tried_is_told_and_another_may_be_tried() -> None:
    def attempt(rule: str, since: datetime, progress: Progress) -> Trial:
        raise UntriedError("no histories here")

    trials = Trials(attempt)
    trials.begin("won_back", SINCE)
    assert ended(trials, "won_back").problem == "no histories here"
    assert trials.begin("won_back", SINCE)


def test_without_a_way_nothing_is_tried() -> None:
    trials = Trials()
    trials.begin("won_back", SINCE)
    assert "no way" in ended(trials, "won_back").problem
