"""What must stand after a ledger of deliveries, whatever happened on the way.

The first delivery of a content is journaled, every further one is repeated. Of several contents under one
id the one with the least hash stands, unless it was withdrawn. What was promised for a time and neither kept
nor promised anew until then is missed, and felt like a touchpoint. Order of arrival plays no other part.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from .bond import Moment, Reading, read
from .facts import MISSED, Fact, fact_of, millis_of, touchpoint_id
from .ledger import Fate, Ledger

Place = tuple[int, int]
"""Partition and offset."""


@dataclass(frozen=True)
class Step:
    """What a touchpoint did: the index just before and just after it, and the evidence after.

    What nobody felt has none, but for outcomes.
    """

    before: float | None
    after: float | None
    evidence: float | None


@dataclass(frozen=True)
class Commitment:
    """What became of a commitment, and when it was first kept."""

    id: str
    made: int
    due: int
    kept: int | None
    state: str


@dataclass
class Expected:
    """What the published views must show."""

    standing: dict[str, Fact] = field(default_factory=dict)
    """By touchpoint id."""
    places: dict[str, Place] = field(default_factory=dict)
    """Of each standing touchpoint, where its content was first delivered."""
    repeated: dict[Place, str] = field(default_factory=dict)
    rejected: dict[Place, str] = field(default_factory=dict)
    held: dict[Place, str] = field(default_factory=dict)
    lives: dict[str, list[Fact]] = field(default_factory=dict)
    """Of each customer who ever had a touchpoint, the standing and the missed ones in the order of time."""
    commitments: dict[str, Commitment] = field(default_factory=dict)
    """By the touchpoint that made it."""
    newest: int = 0
    """The time of the newest touchpoint that was journaled, standing or not."""
    steps: dict[str, Step] = field(default_factory=dict)
    segments: dict[str, str] = field(default_factory=dict)
    read: dict[int, int] = field(default_factory=dict)
    """Records of each partition."""

    def bond(self, customer: str, at: int) -> Reading:
        """Return a customer's bond at a time."""
        return read(_felt(self.lives[customer]), at)


def expected_of(ledger: Ledger) -> Expected:
    """Work out what must stand."""
    expected = Expected()
    contents = _sorted_out(ledger, expected)
    withdrawn = {
        f"{event['source']}|{event['data']['id']}"
        for event in (one.publication.event for one in ledger.of(Fate.WITHDRAWAL))
    }
    for id_, facts in contents.items():
        fact, place = facts[min(facts)]
        expected.lives.setdefault(fact.customer, [])
        if id_ not in withdrawn:
            expected.standing[id_], expected.places[id_] = fact, place
            expected.lives[fact.customer].append(fact)
    expected.newest = max(fact.t for facts in contents.values() for fact, _ in facts.values())
    for life in expected.lives.values():
        commitments = commitments_of(life, expected.newest)
        expected.commitments |= commitments
        life += [
            missed_of(fact)
            for fact in life
            if fact.touchpoint_id in commitments
            and commitments[fact.touchpoint_id].state in ("missed", "kept_late")
        ]
        life.sort(key=lambda fact: (fact.t, fact.touchpoint_id))
        expected.steps.update(steps_of(life))
    return expected


def _sorted_out(ledger: Ledger, expected: Expected) -> dict[str, dict[int, tuple[Fact, Place]]]:
    """Note what is no touchpoint; return the contents of each touchpoint by their hash."""
    contents: dict[str, dict[int, tuple[Fact, Place]]] = defaultdict(dict)
    newest_profile: dict[str, tuple[int, str]] = {}
    for delivery in ledger.of(*Fate):
        record, place = delivery.publication, (delivery.partition, delivery.offset)
        expected.read[delivery.partition] = expected.read.get(delivery.partition, 0) + 1
        match record.fate:
            case Fate.TOUCHPOINT:
                fact = fact_of(record.event)
                if fact.content_hash in contents[fact.touchpoint_id]:
                    expected.repeated[place] = fact.touchpoint_id
                else:
                    contents[fact.touchpoint_id][fact.content_hash] = (fact, place)
            case Fate.REJECTED:
                expected.rejected[place] = record.reason
            case Fate.HELD:
                expected.held[place] = record.reason
            case Fate.PROFILE:
                age = (millis_of(record.event["time"]), touchpoint_id(record.event))
                if age >= newest_profile.get(customer := record.event["subject"], age):
                    newest_profile[customer] = age
                    expected.segments[customer] = record.event["data"]["segment"]
    return contents


def commitments_of(life: list[Fact], at: int) -> dict[str, Commitment]:
    """Return what became of what was promised in a life, by who made it; not of what was promised anew."""
    commitments = {}
    for maker in life:
        if (promise := maker.promise) is None:
            continue
        place = (maker.t, maker.touchpoint_id)
        if any(
            one.promise and one.promise.id == promise.id and place < (one.t, one.touchpoint_id)
            for one in life
            if one.t <= promise.due
        ):
            continue
        kept = min((one.t for one in life if one.keeps == promise.id), default=None)
        if kept is not None and kept <= promise.due:
            state = "kept"
        elif promise.due > at:
            state = "open"
        else:
            state = "missed" if kept is None else "kept_late"
        commitments[maker.touchpoint_id] = Commitment(promise.id, maker.t, promise.due, kept, state)
    return commitments


def missed_of(maker: Fact) -> Fact:
    """Return the touchpoint that a missed commitment is."""
    assert maker.promise is not None
    missed = maker.promise.missed
    return Fact(missed.id, maker.customer, MISSED, "felt", "", missed.t, 0, missed)


def steps_of(life: list[Fact]) -> dict[str, Step]:
    """Return what each touchpoint of a life did, by its id; the life is in the order of time."""
    steps = {}
    for place, fact in enumerate(life):
        if fact.kind == "unfelt":
            steps[fact.touchpoint_id] = Step(None, None, None)
            continue
        before = read(_felt(life[:place]), fact.t)
        after = read(_felt(life[: place + 1]), fact.t) if fact.felt else before
        steps[fact.touchpoint_id] = Step(before.index, after.index, after.evidence)
    return steps


def _felt(life: list[Fact]) -> list[Moment]:
    return [fact.felt for fact in life if fact.felt is not None]
