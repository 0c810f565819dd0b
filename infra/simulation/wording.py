"""The bytes of simulated events: one template for each step of a story.

A template takes the number of the story, the name of the customer, the time, and then what its slots name:
the story's number again (episode, case), the number of another customer, a drawn number, or a fragment.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from infra.simulation.phrases import Texts
from infra.simulation.script import Range, Step
from schemas.catalogue import TouchpointType
from schemas.names import LINKED, PROFILE, UNLINKED
from schemas.touchpoint import USUAL_SCALE, NameKind

COMPANY = "exemple"
MOST_DRAWN = 6
"""Most drawn slots of a step: the width of a row's drawn values."""
NEGATIVE_WEIGHT = 2.25

Filling = Literal["story", "due", "number", "score", "product", "text", "profile", "other"]


@dataclass(frozen=True)
class Slot:
    """A place in a template: what fills it, and between which ends a number or score is drawn.

    A time at which something is due lies `low` milliseconds after that of the event.
    """

    filling: Filling
    low: float = 0.0
    high: float = 0.0
    whole: bool = False


@dataclass(frozen=True)
class Wording:
    """A step in bytes, what it makes a simulated customer feel (−7 to 3), and what fills its slots."""

    template: bytes
    slots: tuple[Slot, ...]
    feel: float = 0.0
    texts: Texts | None = None
    text_chance: float = 0.0
    products: NDArray[np.int64] | None = None

    @property
    def drawn_slots(self) -> list[Slot]:
        return [slot for slot in self.slots if slot.filling not in ("story", "due", "other")]


def profile_wording(run: str) -> Wording:
    """Return the wording of a profile event."""
    head = _head(run, "p", f"/{COMPANY}/crm", PROFILE)
    return Wording(head + b"%b}}", (Slot("profile"),))


def link_wording(run: str, number: str, mark: str, kind: NameKind | None) -> Wording:
    """Return the wording of a link between names, or of one undone where no kind is told.

    The other name is a mark before a number: `c` of customers, `v` of visitors.
    """
    head = _head(run, number, f"/{COMPANY}/identity", LINKED if kind else UNLINKED)
    told = f'"name":"{mark}%07d"' + (f',"kind":"{kind}"' if kind else "")
    return Wording(head + told.encode() + b"}}", (Slot("other"),))


def step_wording(
    step: Step,
    number: int,
    sector: str,
    run: str,
    entry: TouchpointType,
    texts: Texts | None,
    products: NDArray[np.int64],
) -> Wording:
    """Return the wording of the step that has this number in its story."""
    pieces: list[tuple[str, list[Slot]]] = [(f'"sector":"{sector}","channel":"{step.channel}"', [])]
    if step.department:
        pieces.append((f',"department":"{step.department}"', []))
    if step.product and len(products):
        pieces.append(("%b", [Slot("product")]))
    if step.episode:
        pieces.append((f',"episode":"{run}-%x-{step.episode}"', [Slot("story")]))
    if step.case:
        pieces.append((f',"case":"{run}-%x","case_scope":"company"', [Slot("story")]))
    if step.importance:
        pieces.append((f',"importance":{step.importance}', []))
    if step.survey:
        low, high = USUAL_SCALE[step.survey]
        pieces.append(
            (f',"survey":{{"kind":"{step.survey}","score":%d}}', [Slot("score", low, high, whole=True)])
        )
    pieces += [_emotion(step), _facts(step), _commitment(step, run), (_recovery(step), [])]
    if texts is not None:
        pieces.append(("%b", [Slot("text")]))
    head = _head(run, str(number), f"/{COMPANY}/{sector}/{step.source}", f"touchpoint.{step.type}.v1")
    return Wording(
        head + "".join(piece for piece, _ in pieces).encode() + b"}}",
        tuple(slot for _, slots in pieces for slot in slots),
        feel_of(step, entry),
        texts,
        step.words.chance if step.words else 0.0,
        products,
    )


def _head(run: str, number: str, source: str, event_type: str) -> bytes:
    return (
        f'{{"specversion":"1.0","id":"{run}-%x-{number}","source":"{source}","type":"{event_type}",'
        '"subject":"%b","time":"%bZ","datacontenttype":"application/json","data":{'
    ).encode()


def _emotion(step: Step) -> tuple[str, list[Slot]]:
    if step.emotion is None:
        return "", []
    named = ",".join(f'"{feeling}":{strength}' for feeling, strength in step.emotion.emotions.items())
    emotions = f',"emotions":{{{named}}}' if named else ""
    ends = (step.emotion.valence, step.emotion.arousal)
    slots = [Slot("number", drawn.low, drawn.high) for drawn in ends]
    return f',"emotion":{{"valence":%.2f,"arousal":%.2f{emotions}}}', slots


def _facts(step: Step) -> tuple[str, list[Slot]]:
    written, slots = [], []
    for name, fact in step.facts.items():
        if isinstance(fact, Range) and fact.low != fact.high:
            slots.append(Slot("number", fact.low, fact.high, fact.whole))
            written.append(f'"{name}":{"%d" if fact.whole else "%.2f"}')
        else:
            written.append(f'"{name}":{json.dumps(fact.low if isinstance(fact, Range) else fact)}')
    return (f',"facts":{{{",".join(written)}}}' if written else ""), slots


def _commitment(step: Step, run: str) -> tuple[str, list[Slot]]:
    """Return what is promised and kept; the whole company knows it, for another system keeps it."""
    told, slots = "", list[Slot]()
    if step.promises:
        told += f',"commitment":{{"id":"{run}-%x-{step.promises.name}","scope":"company","due":"%bZ"}}'
        slots += [Slot("story"), Slot("due", step.promises.within[1])]
    if step.keeps:
        told += f',"keeps":"{run}-%x-{step.keeps}","keeps_scope":"company"'
        slots.append(Slot("story"))
    return told, slots


def _recovery(step: Step) -> str:
    if not (step.recovery or step.needs_met):
        return ""
    needs = f',"needs_met":{json.dumps(step.needs_met)}' if step.needs_met else ""
    return f',"recovery":true{needs}'


def feel_of(step: Step, entry: TouchpointType) -> float:
    """Return how a step moves a simulated mood: roughly, and on purpose not the model's own sum."""
    if entry.kind != "felt" or step.survey:
        return 0.0
    if step.emotion is not None:
        valence, arousal = step.emotion.valence.middle, step.emotion.arousal.middle
    else:
        signals = [entry.valence]
        for name, fact in step.facts.items():
            if name in entry.facts:
                signals.append(entry.facts[name].valence_of(fact.middle if isinstance(fact, Range) else fact))
        known = [signal for signal in signals if signal is not None]
        valence, arousal = sum(known) / max(1, len(known)), entry.arousal
    strength = valence * (0.25 + 0.75 * arousal) * (step.importance or entry.importance)
    return strength * (NEGATIVE_WEIGHT if strength < 0 else 1.0)


def written(
    wording: Wording,
    stories: Sequence[int],
    names: Sequence[bytes],
    others: Sequence[int],
    times: Sequence[bytes],
    drawn: NDArray[np.float32],
    pieces: Sequence[bytes],
) -> list[bytes]:
    """Return the events of one step, one for each story; `drawn` has a column for each drawn slot."""
    columns: list[Sequence[Any]] = [stories, names, times]
    column = 0
    for slot in wording.slots:
        if slot.filling == "story":
            columns.append(stories)
            continue
        if slot.filling == "other":
            columns.append(others)
            continue
        if slot.filling == "due":
            due = np.array(times).astype("datetime64[ms]") + np.timedelta64(int(slot.low), "ms")
            columns.append(due.astype("S23").tolist())
            continue
        values = drawn[:, column].tolist()
        column += 1
        by_number = slot.filling in ("product", "text", "profile")
        columns.append([pieces[int(value)] for value in values] if by_number else values)
    template = wording.template
    return [template % row for row in zip(*columns, strict=True)]
