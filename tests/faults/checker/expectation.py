"""What must stand after a ledger of deliveries, whatever happened on the way.

The first delivery of a content is journaled, every further one is repeated. Of several contents under one
id the one with the least hash stands, unless it was withdrawn. What was promised for a time and neither kept
nor promised anew until then is missed, and felt like a touchpoint. Order of arrival plays no other part.
Of whoever was erased nothing stands, whenever it came, but where their records lie.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from .bond import THETA, Moment, Reading, read
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
    erased: set[Place] = field(default_factory=set)
    lives: dict[str, list[Fact]] = field(default_factory=dict)
    """Of each person who ever had a touchpoint, the standing and the missed ones in the order of time.

    A person is told by the least of the customers that are one.
    """
    persons: dict[str, str] = field(default_factory=dict)
    """The person of each customer who ever had a touchpoint."""
    commitments: dict[str, Commitment] = field(default_factory=dict)
    """By the touchpoint that made it."""
    newest: int = 0
    """The time of the newest touchpoint that was journaled, standing or not."""
    steps: dict[str, Step] = field(default_factory=dict)
    segments: dict[str, str] = field(default_factory=dict)
    read: dict[int, int] = field(default_factory=dict)
    """Records of each partition."""
    theta: float = THETA

    def bond(self, person: str, at: int) -> Reading:
        """Return a person's bond at a time."""
        return read(_felt(self.lives[person], self.theta), at)


def expected_of(ledger: Ledger, theta: float = THETA) -> Expected:
    """Work out what must stand, by a version of the model that has this `theta`."""
    expected = Expected(theta=theta)
    contents = _sorted_out(ledger, expected)
    withdrawn = {
        f"{event['source']}|{event['data']['id']}"
        for event in (one.publication.event for one in ledger.of(Fate.WITHDRAWAL))
    }
    customers = {fact.customer for facts in contents.values() for fact, _ in facts.values()}
    expected.persons = persons_of(customers, [one.publication.event for one in ledger.of(Fate.LINK)])
    expected.segments = _segments(ledger, expected.persons)
    for id_, facts in contents.items():
        fact, place = facts[min(facts)]
        life = expected.lives.setdefault(expected.persons[fact.customer], [])
        if id_ not in withdrawn:
            expected.standing[id_], expected.places[id_] = fact, place
            life.append(fact)
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
        expected.steps.update(steps_of(life, theta))
    return expected


def _sorted_out(ledger: Ledger, expected: Expected) -> dict[str, dict[int, tuple[Fact, Place]]]:
    """Note what is no touchpoint; return the contents of each touchpoint by their hash."""
    contents: dict[str, dict[int, tuple[Fact, Place]]] = defaultdict(dict)
    expected.read = Counter(one.partition for one in ledger.deliveries)
    expected.erased = {(one.partition, one.offset) for one in ledger.deliveries if ledger.is_erased(one)}
    for delivery in ledger.of(*Fate):
        record, place = delivery.publication, (delivery.partition, delivery.offset)
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
    return contents


def persons_of(customers: set[str], links: list[dict[str, Any]]) -> dict[str, str]:
    """Return the person of each customer: the least of those that the links standing at the end join."""
    last: dict[frozenset[str], str] = {}
    for event in sorted(links, key=lambda one: (millis_of(one["time"]), touchpoint_id(one))):
        last[frozenset((event["subject"], event["data"]["name"]))] = event["type"]
    together = {customer: {customer} for customer in customers.union(*last)}
    for pair, said in last.items():
        if said == "identity.linked.v1":
            joined = set().union(*(together[customer] for customer in pair))
            together.update(dict.fromkeys(joined, joined))
    return {customer: min(joined) for customer, joined in together.items()}


def _segments(ledger: Ledger, persons: dict[str, str]) -> dict[str, str]:
    """Return the segment of each person, as the newest profile under any name has it."""
    profiles = [one.publication.event for one in ledger.of(Fate.PROFILE)]
    profiles.sort(key=lambda event: (millis_of(event["time"]), touchpoint_id(event)))
    return {persons.get(one["subject"], one["subject"]): one["data"]["segment"] for one in profiles}


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
    return Fact(missed.id, maker.customer, MISSED, "felt", "", missed.t, (0,), missed)


def steps_of(life: list[Fact], theta: float) -> dict[str, Step]:
    """Return what each touchpoint of a life did, by its id; the life is in the order of time."""
    steps = {}
    felt: list[Moment] = []
    for fact in life:
        if fact.kind == "unfelt":
            steps[fact.touchpoint_id] = Step(None, None, None)
            continue
        before = read(felt, fact.t)
        felt += _felt([fact], theta)
        after = read(felt, fact.t) if fact.felt else before
        steps[fact.touchpoint_id] = Step(before.index, after.index, after.evidence)
    return steps


def _felt(life: list[Fact], theta: float) -> list[Moment]:
    felt = [fact.felt for fact in life if fact.felt is not None]
    return felt if theta == THETA else [replace(one, theta=theta) for one in felt]
