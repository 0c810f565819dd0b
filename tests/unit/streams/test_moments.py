"""A call whose emotion was measured several times is felt like the same call told in several events."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_batch import PERSON_OF, FakeJournal, run, touchpoint
from test_batch_alerts import told_by

from schemas.envelope import Event as Published
from schemas.names import WITHDRAWN
from schemas.touchpoint import MAX_MOMENTS
from streams.alerts.alert import Hint

MEASURED = st.fixed_dictionaries(
    {
        "seconds": st.sampled_from([0, 0.25, 30, 30, 600]),
        "valence": st.sampled_from([-0.9, -0.3, 0, 0.4, 0.8]),
    },
    optional={
        "arousal": st.sampled_from([0.1, 0.9]),
        "confidence": st.sampled_from([0.2, 1]),
        "emotions": st.just({"anger": 0.7, "relief": 0.2}),
    },
)


class Call(NamedTuple):
    """One call: when, what the publisher says of it as a whole, and what was measured in it."""

    number: int
    day: int
    said: dict[str, Any]
    moments: list[dict[str, Any]]

    def event(self, id: str, seconds: float, **data: Any) -> tuple[str, bytes]:
        minutes, rest = divmod(seconds, 60)
        at = f"2026-01-{self.day:02d}T09:{int(minutes):02d}:{rest:06.3f}Z"
        told = Published.touchpoint("agent.called", id=id, source="/calls", customer="p", time=at, **data)
        return "p", told.to_json()

    def in_one_event(self) -> list[tuple[str, bytes]]:
        return [self.event(f"{self.number}", 0, moments=self.moments, **self.said)]

    def in_several_events(self) -> list[tuple[str, bytes]]:
        contact = {**self.said, "episode": self.said.get("episode", f"{self.number}")}
        rest = {name: value for name, value in contact.items() if name not in ("facts", "survey")}
        events = [self.event(f"{self.number}", 0, **contact)] if rest != contact or not self.moments else []
        for number, moment in enumerate(self.moments, start=1):
            emotion = {name: value for name, value in moment.items() if name != "seconds"}
            events.append(
                self.event(f"{self.number}-{number:03d}", moment["seconds"], emotion=emotion, **rest)
            )
        return events


@st.composite
def calls(draw: st.DrawFn) -> list[Call]:
    """A customer's calls, some in one episode, in cases, with facts of their own, of recovery."""
    made = []
    for number in range(draw(st.integers(1, 5))):
        said: dict[str, Any] = {}
        if draw(st.booleans()):
            said["episode"] = draw(st.sampled_from("ab"))
        if draw(st.booleans()):
            said["case"] = "x"
        if draw(st.booleans()):
            said["facts"] = {"minutes_waited": 12}
        if draw(st.booleans()):
            said |= {"importance": 3, "recovery": True, "needs_met": ["apology"]}
        made.append(Call(number, draw(st.integers(1, 4)), said, draw(st.lists(MEASURED, max_size=4))))
    return made


def figures(journal: FakeJournal) -> tuple[int, float]:
    bond = journal.bonds[PERSON_OF("p")]
    return bond.felt, bond.bond_index


def all_of(lists: Sequence[list[tuple[str, bytes]]]) -> list[tuple[str, bytes]]:
    return [event for events in lists for event in events]


@settings(max_examples=60)
@given(calls(), st.randoms(use_true_random=False), st.integers(1, 3))
def test_one_event_of_moments_gives_the_bond_of_several_events(
    made: list[Call], random: Any, batch: int
) -> None:
    told = all_of([call.in_one_event() for call in made])
    random.shuffle(told)
    one = run([*told, *told[:2]], batch)
    several = run(all_of([call.in_several_events() for call in made]), batch=100)
    assert figures(one) == pytest.approx(figures(several), abs=1e-9)
    assert len(one.repeated) == len(told[:2]), "an event that comes again is one repetition"
    offsets = {row.kafka_offset for row in one.rows.values()}
    assert len(offsets) == len(told), "every row stands at the offset of its event"


CALL = Call(1, 3, {}, [{"seconds": 10, "valence": -0.9}, {"seconds": 60, "valence": 0.8}])
SHORTER = [Call(1, 3, {}, [{"seconds": 20, "valence": valence}]) for valence in (0.1, 0.2, 0.3, 0.4, 0.5)]
"""The same call told otherwise: of each pair of contents chance (their hash) tells which stands."""
OTHER = touchpoint(2, 1, "p", 0.2)


def test_the_peak_and_the_end_of_a_call_are_its_moments_and_its_start_says_nothing() -> None:
    journal = run(CALL.in_one_event(), batch=1)
    kinds = {id: step.kind for id, step in journal.standing_steps().items()}
    assert kinds == {"/calls|1": "unfelt", "/calls|1|001": "felt", "/calls|1|002": "felt"}
    assert {step.episode_id for step in journal.steps.values()} == {"/calls|1"}


def test_a_complaint_that_tells_moments_counts_once() -> None:
    complaint = Published.touchpoint(
        "complaint.made",
        id="1",
        source="/calls",
        customer="p",
        time="2026-01-03T09:00:00Z",
        moments=CALL.moments,
    )
    journal = run([("p", complaint.to_json())], batch=1)
    assert [row.outcome for row in journal.rows.values()] == ["complained", "", ""]


def test_a_call_that_goes_wrong_at_every_moment_of_truth_is_hinted_once() -> None:
    moments = [{"seconds": seconds, "valence": -0.5} for seconds in (5, 10, 15)]
    journal = told_by(Call(1, 3, {"importance": 3}, moments).in_one_event(), batch=1)
    hints = [word.told for word in journal.words if isinstance(word.told, Hint)]
    assert [hint.touchpoint_id for hint in hints] == ["/calls|1|001"]


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 1, 0), (0, 2, 1)])
@pytest.mark.parametrize("shorter", SHORTER)
def test_of_two_contents_of_a_call_one_stands_with_exactly_its_moments(
    shorter: Call, order: tuple[int, ...]
) -> None:
    events = [*CALL.in_one_event(), *shorter.in_one_event(), OTHER]
    both = run([events[place] for place in order], batch=1)
    hashes = {row.content_hash: row.kafka_offset for row in both.rows.values() if row.event_id == "/calls|1"}
    stands = events[order[hashes[min(hashes)]]]
    alone = run([stands, OTHER], batch=2)
    assert figures(both) == pytest.approx(figures(alone), abs=1e-9)
    assert both.standing_steps().keys() == alone.standing_steps().keys()


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (2, 0, 1)])
def test_withdrawing_a_call_takes_back_every_moment_of_it(order: tuple[int, ...]) -> None:
    back = Published.of(
        WITHDRAWN, id="w", source="/calls", customer="p", time="2026-02-01T00:00:00Z", data={"id": "1"}
    )
    events = [*CALL.in_one_event(), ("p", back.to_json()), OTHER]
    taken_back = run([events[place] for place in order], batch=1)
    never = run([OTHER], batch=1)
    assert figures(taken_back) == pytest.approx(figures(never), abs=1e-9)
    assert taken_back.standing_steps().keys() == never.steps.keys()


def test_as_many_moments_as_allowed_keep_their_order_and_one_more_is_refused() -> None:
    moments = [{"seconds": 1, "valence": place / MAX_MOMENTS} for place in range(MAX_MOMENTS)]
    journal = run(Call(1, 3, {}, moments).in_one_event(), batch=1)
    ids = sorted(step.touchpoint_id for step in journal.steps.values() if step.kind == "felt")
    assert [journal.steps[id].valence for id in ids] == [moment["valence"] for moment in moments]
    with pytest.raises(ValueError, match="moments"):
        Call(1, 3, {}, [*moments, moments[0]]).in_one_event()
