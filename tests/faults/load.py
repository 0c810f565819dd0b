"""What is published in a row: lives of customers, and all that goes wrong on the way to the broker.

Late, repeated, conflicting, withdrawn, invalid and untimely records are mixed in by shares; the same load
gives the same records in the same order, always.
"""

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from random import Random
from typing import Any

from .checker.ledger import Fate, Publication
from .mutants import mutant_of
from .story import Event, lives

SOON = 0.04
"""Within this share of the load something comes soon after something else: in the same batch or the next."""
HOUSEHOLD = 3
"""So many customers may be linked to each other."""
FAR_FUTURE = "2200-01-01T00:00:00.000Z"


@dataclass(frozen=True)
class Load:
    """A load of about `size` records. Shares are of all touchpoints."""

    size: int = 5_000
    seed: int = 1
    a_customer: int = 16
    """Touchpoints of each customer, at least."""
    generations: int = 1
    """With many, customers come and go; with one they are all there most of the time."""
    a_second: float = 1_500.0
    """Pace of publishing; 0: as fast as it goes, before any worker starts."""
    late: float = 0.03
    repeated: float = 0.03
    conflicting: float = 0.01
    withdrawn: float = 0.01
    invalid: float = 0.01
    held: float = 0.005
    linked: float = 0.02
    """Links between the names of a household, half of them undoing what was said before."""
    untimely: float = 0.0
    """Touchpoints long ago, in the next century, or in an hour that a clock passes twice or never."""
    newer: float = 0.0
    """Touchpoints as a release to come publishes them: a further field, or a further version."""
    mutated: float = 0.0
    """Mutants, compressed by every codec in turn; published beside the rest."""
    shuffled: bool = False
    """Is the order of arrival any order at all?"""
    latest: float = 1.0
    """Whatever is late comes within this share of the load; where any delay goes, ever more is late."""
    live: bool = False
    """Does nothing come before it has happened? Else some copies do, as where years are published afterwards:
    whatever comes of their customers until then is late."""

    def __str__(self) -> str:
        return f"{self.size} seed {self.seed}" + (" shuffled" if self.shuffled else "")


def publications(load: Load) -> list[Publication]:
    """Return the records of a load in the order of publishing."""
    chance = Random(load.seed)
    extra = 1 + load.repeated + load.conflicting + load.withdrawn + load.invalid + load.held + load.linked
    customers = max(3, round(load.size / extra / (load.a_customer + 1)))
    told = [*lives(customers, load.a_customer, chance, load.generations), life_taken_back()]
    line = Line(chance, sorted(chain.from_iterable(told), key=lambda event: event["time"]), load)
    line.delay(load.late)
    line.spoil(load.conflicting, conflict)
    line.spoil(load.withdrawn, withdrawal)
    line.add(withdrawal(chance, life_taken_back()[0]), 0.9)
    line.spoil(load.repeated, lambda _, event: touchpoint(event))
    line.spoil(load.invalid, invalid)
    line.spoil(load.held, held)
    line.spoil(load.held, profile)
    line.spoil(load.linked, partial(link, customers))
    line.spoil(load.untimely, untimely)
    line.spoil(load.newer, newer, copies=(1,))
    line.spoil(load.mutated, mutant)
    return line.published()


def life_taken_back() -> list[Event]:
    """Return the one touchpoint of a customer of whom nothing is left in the end."""
    [life] = lives(1, 1, Random(0))
    return [{**life[0], "id": "taken-back", "subject": "customer-taken-back"}]


class Line:
    """Records in the order of publishing: each has a place, 0 to 1, and what is late one further on."""

    def __init__(self, chance: Random, events: list[Event], load: Load) -> None:
        self._chance, self._events, self._load = chance, events, load
        self._places = [position / len(events) for position in range(len(events))]
        self._added: list[tuple[float, Publication]] = []

    def delay(self, share: float) -> None:
        """Let a share of the touchpoints arrive late."""
        for position in self._some(share):
            self._places[position] = self._later(self._places[position])

    def spoil(
        self, share: float, made: Callable[[Random, Event], Publication], copies: Sequence[int] = (1, 1, 2)
    ) -> None:
        """Add what is made of a share of the touchpoints; twice of some, before the touchpoint for some."""
        for position in self._some(share):
            record = made(self._chance, self._events[position])
            for _ in range(self._chance.choice(copies)):
                self.add(record, self._place_beside(self._places[position]))

    def _place_beside(self, place: float) -> float:
        """Return a place soon after another, later than it, or, unless all is live, anywhere."""
        match self._chance.randrange(5):
            case 0 if not self._load.live:
                return self._chance.random()
            case 1 | 2:
                return place + self._chance.uniform(0, SOON)
            case _:
                return self._later(place)

    def _later(self, place: float) -> float:
        return self._chance.uniform(place, min(1, place + self._load.latest))

    def add(self, record: Publication, place: float) -> None:
        """Add a record at a place."""
        self._added.append((place, record))

    def published(self) -> list[Publication]:
        """Return the records in their order."""
        placed = [*zip(self._places, map(touchpoint, self._events), strict=True), *self._added]
        if self._load.shuffled:
            self._chance.shuffle(placed)
        else:
            placed.sort(key=lambda one: one[0])
        return [record for _, record in placed]

    def _some(self, share: float) -> list[int]:
        number = max(1, round(share * len(self._events))) if share else 0
        return sorted(self._chance.sample(range(len(self._events)), number))


def touchpoint(event: Event) -> Publication:
    """Return the record of a touchpoint."""
    return _record(event, Fate.TOUCHPOINT)


def conflict(chance: Random, event: Event) -> Publication:
    """Return a record with the same id and other content: another feeling, time or contact."""
    other = deepcopy(event)
    match chance.randrange(3):
        case 0 if "emotion" in other["data"]:
            other["data"]["emotion"]["valence"] = -other["data"]["emotion"]["valence"] + 0.0
        case 1:
            other["data"] = {
                "channel": "letter",
                **{k: v for k, v in other["data"].items() if k != "channel"},
            }
        case _:
            moved = datetime.fromisoformat(event["time"]) + timedelta(days=chance.choice((-40, -1, 1, 40)))
            other["time"] = _text(moved)
            if commitment := other["data"].get("commitment"):
                commitment["due"] = _text(moved + timedelta(days=1))
    return touchpoint(other)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def withdrawal(_: Random, event: Event) -> Publication:
    """Return the record that takes a touchpoint back."""
    return _record(
        _about(event, "touchpoint.withdrawn.v1", {"id": event["id"], "reason": "entered twice"}),
        Fate.WITHDRAWAL,
    )


def profile(chance: Random, event: Event) -> Publication:
    """Return the record of facts about a customer."""
    data = {"segment": chance.choice(("gold", "silver")), "language": chance.choice(("ca", "it", "ro"))}
    return _record(_about(event, "customer.profile.v1", data), Fate.PROFILE)


def link(customers: int, chance: Random, event: Event) -> Publication:
    """Return the record that says of two names of a household that they are one customer, or that not."""
    mark, number = event["subject"].rsplit("-", 1)
    if not number.isdecimal():
        return profile(chance, event)
    first = int(number) // HOUSEHOLD * HOUSEHOLD
    others = [one for one in range(first, min(first + HOUSEHOLD, customers)) if one != int(number)]
    said = chance.choice(("identity.linked.v1", "identity.unlinked.v1"))
    name = {"name": f"{mark}-{chance.choice(others or [0])}"}
    return _record(_about(event, said, name), Fate.LINK)


def held(chance: Random, event: Event) -> Publication:
    """Return a record that has to wait: from the future, of an unknown type, of a newer version."""
    match chance.randrange(3):
        case 0:
            told = {**_about(event, event["type"], _alone(event)), "time": FAR_FUTURE}
            return _record(told, Fate.HELD, "future")
        case 1:
            return _record(_about(event, "touchpoint.dream.dreamt.v1", {}), Fate.HELD, "unknown_type")
        case _:
            newer = event["type"].removesuffix("v1") + "v2"
            return _record(_about(event, newer, {"anything": [1, {}]}), Fate.HELD, "newer_version")


def invalid(chance: Random, event: Event) -> Publication:
    """Return a record that cannot be read, each with the one reason why."""
    key, broken = event["subject"].encode(), _about(event, event["type"], event["data"])
    value = json.dumps(broken).encode()
    makings: list[tuple[bytes | None, bytes | None, str]] = [
        (key, None, "empty"),
        (key, b"", "empty"),
        (key, value[:-9], "not_json"),
        (key, b"\xff\xfe" + value, "not_json"),
        (b"somebody-else", value, "key"),
        (None, value, "key"),
        (key, _bytes({**broken, "specversion": "0.3"}), "envelope"),
        (key, _bytes({**broken, "id": 7}), "envelope"),
        (key, _bytes({**broken, "time": "2025-02-30T00:00:00Z"}), "time"),
        (key, _bytes({**broken, "data": {"surprise": "unknown field"}}), "data"),
        (key, _bytes({**broken, "data": {"emotion": {"valence": 1.5}}}), "data"),
    ]
    key, value, reason = chance.choice(makings)
    return Publication(key, value, Fate.REJECTED, reason)


UNTIMELY = (
    "1900-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999Z",
    "1970-01-01T00:00:00Z",
    "2025-03-30T02:30:00+01:00",
    "2025-03-30T02:30:00+02:00",
    "2025-10-26T02:30:00+01:00",
    "2025-10-26T02:30:00+02:00",
    "2100-02-28T23:59:59-14:00",
)


def untimely(chance: Random, event: Event) -> Publication:
    """Return the record of a touchpoint at a time that programs get wrong."""
    time = chance.choice(UNTIMELY)
    told = {**event, "id": f"{event['id']}-{time[:19]}", "time": time, "data": _alone(event)}
    return _record(told, Fate.HELD, "future") if time > "2100" else _record(told, Fate.TOUCHPOINT)


def newer(chance: Random, event: Event) -> Publication:
    """Return the record of a touchpoint as a release to come publishes it."""
    told = {**event, "id": f"{event['id']}-newer", "data": _alone(event)}
    if "emotion" in told["data"] and chance.random() < 0.5:
        return _record({**told, "type": "touchpoint.agent.called.v2"}, Fate.TOUCHPOINT)
    schema = "https://vincle.example/touchpoint/1.1"
    return _record(
        {**told, "dataschema": schema, "data": {**told["data"], "weather": "rain"}}, Fate.TOUCHPOINT
    )


def _alone(event: Event) -> Event:
    """Return the data of an event without what is tied to its time."""
    return {
        name: told
        for name, told in event["data"].items()
        if name not in ("commitment", "keeps", "keeps_scope")
    }


def mutant(chance: Random, event: Event) -> Publication:
    """Return a record that is broken in some way."""
    key, value, headers = mutant_of(chance, event)
    return Publication(key, value, Fate.MUTANT, headers=headers)


def _about(event: Event, type_: str, data: dict[str, Any]) -> Event:
    """Return another event of the same source and customer, at the same time."""
    linked = {"identity.linked.v1": "link", "identity.unlinked.v1": "link"}
    marks = linked | {"touchpoint.withdrawn.v1": "back", "customer.profile.v1": "profile"}
    return {**event, "id": f"{event['id']}-{marks.get(type_, 'other')}", "type": type_, "data": data}


def _record(event: Event, fate: Fate, reason: str = "") -> Publication:
    return Publication(event["subject"].encode(), _bytes(event), fate, reason)


def _bytes(event: Event) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
