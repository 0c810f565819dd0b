"""Histories of felt touchpoints that look for trouble: ties, straddling, heals, repeated failures.

Times fall on a coarse grid with a few milliseconds around it, ids are short and sort unlike numbers, values
are drawn often from those where the equations bend.
"""

import random

from hypothesis import strategies as st

from streams.bond.felt import FeltTouchpoint
from streams.bond.parameters import MS_PER_DAY, NEEDS

START_MS = 1_767_225_600_000
ALL_NEEDS = (1 << len(NEEDS)) - 1


def day(number: float) -> int:
    """Return an instant so many days into the test's time."""
    return START_MS + round(number * MS_PER_DAY)


def touchpoint(name: str, at: float, valence: float, **more: object) -> FeltTouchpoint:
    """Return a touchpoint that stands alone, so many days into the test's time."""
    return FeltTouchpoint(**{"id": name, "at_ms": day(at), "valence": valence, "episode": name, **more})


def times(last_day: int = 40) -> st.SearchStrategy[int]:
    """Instants that are often equal, often next to each other, and sometimes a year apart."""
    days = st.integers(0, last_day) | st.sampled_from([365, 366, 400])
    return st.builds(lambda whole, ms: day(whole) + ms, days, st.sampled_from([0, 0, 0, -1, 1, 3_600_000]))


def parts(least: float, greatest: float) -> st.SearchStrategy[float]:
    """Numbers of a range, its ends and its middle among them, on a grid or anywhere."""
    ends = st.sampled_from([least, greatest, (least + greatest) / 2])
    grid = st.integers(0, 20).map(lambda step: least + (greatest - least) * step / 20)
    return ends | grid | st.floats(least, greatest)


def profiles() -> st.SearchStrategy[tuple[float, ...]]:
    """Five weights that sum to 1."""
    raw = st.tuples(*[st.integers(0, 4)] * 5).filter(any)
    return raw.map(lambda weights: tuple(weight / sum(weights) for weight in weights))


@st.composite
def felt(draw: st.DrawFn, name: str) -> FeltTouchpoint:
    """One touchpoint with this id."""
    episode = draw(st.sampled_from([name, name, name, "e1", "e2", "e10", "é", "1"]))
    return FeltTouchpoint(
        id=name,
        at_ms=draw(times()),
        valence=draw(parts(-1.0, 1.0) | st.sampled_from([0.0, 4e-10, 6e-10, -1e-6])),
        episode=episode,
        arousal=draw(parts(0.0, 1.0)),
        importance=draw(st.sampled_from([1.0, 1.0, 2.0, 3.0, 0.04, 1.2])),
        promise=draw(st.sampled_from([0.0, 0.0, 0.4, -0.6, 1.0])),
        profile=draw(profiles()),
        case=draw(st.sampled_from([None, None, "C1", "C2", "C10"])),
        recovery=draw(st.booleans()),
        needs=draw(st.integers(0, ALL_NEEDS)),
    )


@st.composite
def histories(draw: st.DrawFn, most: int = 14) -> list[FeltTouchpoint]:
    """One customer's touchpoints, each id once, in any order."""
    names = draw(st.lists(st.integers(0, 30).map(str), max_size=most, unique=True))
    return [draw(felt(name)) for name in names]


def moments() -> st.SearchStrategy[int]:
    """Times to read at: before, among and long after the touchpoints."""
    return times() | st.sampled_from([day(-1), day(500), day(4_000)])


def life(rng: random.Random, count: int) -> list[FeltTouchpoint]:
    """A customer's touchpoints in the order of time, as they come in practice.

    Contacts that grow soon, cases with failures and acts, some in one contact; months apart or minutes.
    """
    touchpoints: list[FeltTouchpoint] = []
    contacts: list[str] = []
    at_ms = START_MS
    for number in range(count):
        at_ms += rng.choice([0, 1, 60_000, 3_600_000, MS_PER_DAY, 7 * MS_PER_DAY, 60 * MS_PER_DAY])
        name = f"{number:04d}"
        if rng.random() < 0.5 and not (contacts and rng.random() < 0.6):
            contacts.append(f"contact {number}")
        together = contacts and rng.random() < 0.5
        case = rng.choice([None, "C1", "C2"])
        weights = rng.choice([(1, 1, 1, 1, 1), (1, 0, 0, 0, 0), (0, 3, 1, 0, 0), (0, 0, 0, 1, 2)])
        touchpoints.append(
            FeltTouchpoint(
                id=name,
                at_ms=at_ms,
                valence=rng.choice([-0.5, -0.1, 0.3, 0.5, round(rng.uniform(-1, 1), 2)]),
                episode=rng.choice(contacts[-2:]) if together else name,
                arousal=rng.choice([0.5, 0.5, 1.0]),
                importance=rng.choice([1.0, 1.0, 3.0]),
                profile=tuple(weight / sum(weights) for weight in weights),
                case=case,
                recovery=case is not None and rng.random() < 0.5,
                needs=rng.choice([ALL_NEEDS, rng.randrange(ALL_NEEDS + 1)]),
            )
        )
    return touchpoints
