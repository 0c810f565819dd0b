"""Tell a story to many customers at once: which steps happen, when, and what is drawn for each.

A row is one touchpoint that will be published at its time. Drawing is by whole arrays: a story told to a
thousand customers costs hardly more than to one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.simulation.people import People
from infra.simulation.script import Chance, Story
from infra.simulation.seasons import Incident, opened
from infra.simulation.wording import MOST_DRAWN, Slot, Wording

ROW = np.dtype(
    [
        ("at", "i8"),
        ("story", "i8"),
        ("customer", "i4"),
        ("anonymous", "?"),
        ("other", "i4"),
        ("step", "i4"),
        ("drawn", "f4", (MOST_DRAWN,)),
    ]
)
"""`anonymous`: under a visitor's name; `other`: the number of the other customer in a link."""
LEFT = "customer.left"
SCORE_MIDDLE, SCORE_SLOPE, SCORE_NOISE = 0.7, 0.3, 0.45
SURE = 1e-6

Flags = dict[str, NDArray[np.bool_]]
Rows = NDArray[np.void]


@dataclass(frozen=True)
class Script:
    """A story with the wordings of its steps, which have consecutive numbers."""

    story: Story
    first_step: int
    wordings: tuple[Wording, ...]
    incidents: tuple[Incident, ...] = ()


@dataclass
class Telling:
    """One story as it happens to customers; all arrays have a value for each of them."""

    customers: NDArray[np.int64]
    starts: NDArray[np.int64]
    numbers: NDArray[np.int64]
    moods: NDArray[np.float64]
    felt: NDArray[np.float64]


def tell(
    script: Script,
    customers: NDArray[np.int64],
    starts: NDArray[np.int64],
    numbers: NDArray[np.int64],
    people: People,
    random: np.random.Generator,
) -> Rows:
    """Return the rows of a story for customers from their starts on; their moods and leaving are updated."""
    telling = Telling(customers, starts, numbers, people.mood(customers, starts), np.zeros(len(customers)))
    flags = _flags(script, telling, people, random)
    parts = list(_steps(script, telling, flags, people, random))
    people.feel(customers, starts, telling.felt)
    return np.concatenate(parts) if parts else np.empty(0, dtype=ROW)


def _flags(script: Script, telling: Telling, people: People, random: np.random.Generator) -> Flags:
    flags: Flags = {}
    count = len(telling.customers)
    for name, chance in script.story.failures.items():
        likely = np.minimum(0.95, chance * people.hardship[telling.customers].astype(float))
        for incident in script.incidents:
            if incident.kind.failure == name:
                raised = np.maximum(likely, incident.kind.chance)
                likely = np.where(_struck(incident, telling, people), raised, likely)
        flags[name] = random.random(count) < likely
    for name, choice in script.story.choices.items():
        flags[name] = _holds(choice.when, flags, count) & (
            random.random(count) < _odds(choice, telling.moods)
        )
    return flags


def _struck(incident: Incident, telling: Telling, people: People) -> NDArray[np.bool_]:
    during: NDArray[np.bool_] = (telling.starts >= incident.begins) & (telling.starts < incident.ends)
    if incident.segment is None:
        return during
    struck: NDArray[np.bool_] = during & (people.segment[telling.customers] == incident.segment)
    return struck


def _odds(choice: Chance, moods: NDArray[np.float64]) -> NDArray[np.float64] | float:
    if not choice.mood:
        return choice.chance
    chance = min(max(choice.chance, SURE), 1 - SURE)
    odds: NDArray[np.float64] = 1 / (1 + np.exp(-(np.log(chance / (1 - chance)) + choice.mood * moods)))
    return odds


def _holds(when: Sequence[str], flags: Flags, count: int) -> NDArray[np.bool_]:
    """Say where all words hold; a word is a flag, `!flag`, or several joined by `|`."""
    holds = np.ones(count, dtype=bool)
    for word in when:
        either = np.zeros(count, dtype=bool)
        for flag in word.split("|"):
            either |= ~flags[flag[1:]] if flag.startswith("!") else flags[flag]
        holds &= either
    return holds


def _steps(
    script: Script, telling: Telling, flags: Flags, people: People, random: np.random.Generator
) -> Iterator[Rows]:
    count = len(telling.customers)
    at = telling.starts.copy()
    for number, (step, wording) in enumerate(zip(script.story.steps, script.wordings, strict=True)):
        happens = _holds(step.when, flags, count)
        if step.chance < 1:
            happens &= random.random(count) < step.chance
        chosen = np.flatnonzero(happens)
        if not len(chosen):
            continue
        low, high = step.after
        if high:
            # Waiting times spread over orders of magnitude.
            spread = np.exp(random.random(len(chosen)) * np.log(high / max(low, 1)))
            at[chosen] += (max(low, 1) * spread).astype(np.int64)
        if step.open_hours:
            at[chosen] = opened(random, at[chosen])
        telling.felt[chosen] += wording.feel
        rows = np.zeros(len(chosen), dtype=ROW)
        rows["at"], rows["story"] = at[chosen], telling.numbers[chosen]
        rows["customer"], rows["step"] = telling.customers[chosen], script.first_step + number
        for column, slot in enumerate(wording.drawn_slots):
            rows["drawn"][:, column] = _drawn(slot, wording, telling, chosen, people, random)
        if step.type == LEFT:
            np.minimum.at(people.left_at, telling.customers[chosen], at[chosen])
        yield rows


def _drawn(
    slot: Slot,
    wording: Wording,
    telling: Telling,
    chosen: NDArray[np.int64],
    people: People,
    random: np.random.Generator,
) -> NDArray[np.float64] | NDArray[np.int64]:
    uniforms = random.random(len(chosen))
    if slot.filling == "text" and wording.texts is not None:
        languages = people.language[telling.customers[chosen]]
        spoken = random.random(len(chosen)) < wording.text_chance
        return np.where(spoken, wording.texts.drawn(languages, uniforms), 0)
    if slot.filling == "product" and wording.products is not None:
        return wording.products[(uniforms * len(wording.products)).astype(np.int64)]
    if slot.filling == "score":
        lean = (
            telling.moods[chosen]
            + np.tanh(telling.felt[chosen] / 2)
            + random.normal(0, SCORE_NOISE, len(chosen))
        )
        share = np.clip(SCORE_MIDDLE + SCORE_SLOPE * lean, 0, 1)
        return np.rint(slot.low + (slot.high - slot.low) * share)
    if slot.whole:
        return np.floor(slot.low + (slot.high - slot.low + 1) * uniforms * (1 - SURE))
    return slot.low + (slot.high - slot.low) * uniforms
