"""The agent brief: who is in front of me, out of a life, its promises and its open failures. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from dashboards.answers.life import Experience, Life
from schemas import brief as shape
from schemas.instants import millis_of, moment_of
from schemas.names import NO_LANGUAGE
from streams.acts.next_act import NextAct, Told, next_acts
from streams.acts.words import Occasion, words_for
from streams.bond.fold import Fold
from streams.bond.parameters import Level, Parameters
from streams.commitments import owed
from streams.rows import JournalRow

LAST = 5
"""Experiences that are told, besides the best and the worst."""
MOST_PROMISES = 50
"""The first to be due are told."""
CAUTIONS = ("again", "bot", "sell", "promise")


class Known(NamedTuple):
    """What is known of a customer beside the life."""

    person_id: str
    segment: str
    language: str
    model_version: str


class Voice(NamedTuple):
    """How things are called for the one who reads the brief."""

    title: Callable[[str], str]
    """Of a touchpoint type."""
    caution: Callable[[str], str]
    """Of one of the CAUTIONS."""
    language: str


def brief_of(known: Known, life: Life, parameters: Parameters, voice: Voice) -> shape.Brief:
    """Return the brief of a life in which something was felt."""
    acts = _next_acts(life, parameters)
    promises = [_promise(maker, life.at) for maker in owed(life.rows)[:MOST_PROMISES]]
    change = life.recent_change
    return shape.Brief(
        person_id=known.person_id,
        segment=known.segment,
        language=known.language,
        as_of=life.at,
        model_version=known.model_version,
        bond=shape.BondNow(
            index=life.reading.index,
            level=life.reading.level,
            evidence=life.reading.evidence,
            change=change,
            trend=life.trend,
        ),
        last=[_told(one, voice) for one in reversed(life.experiences[-LAST:])],
        best=_extreme(life, voice, sign=1),
        worst=_extreme(life, voice, sign=-1),
        promises=promises,
        steps=[_step(act, voice.language, known.language or _spoken(life)) for act in acts],
        avoid=[shape.Caution(key=key, text=voice.caution(key)) for key in _cautions(life, acts, promises)],
    )


def _next_acts(life: Life, parameters: Parameters) -> list[NextAct]:
    felt = [one.row.felt() for one in life.experiences]
    state = Fold(parameters).state_of(felt)
    return next_acts(state, millis_of(life.at), _owners(life), parameters)


def _owners(life: Life) -> Mapping[str, Told]:
    """Return who answers for each contact (for its worst moment), and what was asked for in it."""
    contacts: dict[str, list[Experience]] = defaultdict(list)
    for one in life.experiences:
        contacts[one.row.episode_id].append(one)
    return {episode: _owner(moments) for episode, moments in contacts.items()}


def _owner(moments: Sequence[Experience]) -> Told:
    worst = min(moments, key=lambda one: (one.impact, one.row.touchpoint_id))
    return Told(worst.row.department, reduce(or_, (one.row.needs_asked_mask for one in moments)))


def _told(one: Experience, voice: Voice) -> shape.Experience:
    row = one.row
    return shape.Experience(
        touchpoint_id=row.touchpoint_id,
        type=row.type,
        title=voice.title(row.type),
        occurred_at=one.at,
        department=row.department,
        impact=one.impact,
        moment_of_truth=row.moment_of_truth,
        words=row.text or None,
    )


def _extreme(life: Life, voice: Voice, sign: int) -> shape.Experience | None:
    """Return what moved the bond most in a direction; the later of equals."""
    moved = [one for one in life.experiences if sign * one.impact > 0]
    if not moved:
        return None
    return _told(max(moved, key=lambda one: (sign * one.impact, one.at)), voice)


def _promise(maker: JournalRow, at: datetime) -> shape.OpenPromise:
    due_at = moment_of(maker.due_at)
    return shape.OpenPromise(
        commitment_id=maker.commitment_id,
        made_at=moment_of(maker.occurred_at),
        due_at=due_at,
        missed=due_at <= at,
        department=maker.department,
        case_id=maker.case_id,
    )


def _step(act: NextAct, reader: str, customer: str) -> shape.NextStep:
    """Return what to do, in the language of the reader, and what to say, in that of the customer."""
    words = words_for(Occasion.RECOVER, act.unmet, customer)
    return shape.NextStep(
        case_id=act.case,
        department=act.department,
        failed_at=moment_of(act.failed_ms),
        unmet=list(act.unmet),
        asked=list(act.asked),
        act=words_for(Occasion.RECOVER, act.unmet, reader).act,
        opening=words.opening,
        closing=words.closing,
        act_by=moment_of(act.act_by_ms),
        premium_until=None if act.premium_until_ms is None else moment_of(act.premium_until_ms),
        worth=act.worth,
    )


def _spoken(life: Life) -> str:
    """Return the language of the last words that told it; empty if there were none."""
    told = (row.language for row in reversed(life.rows))
    return next((one for one in told if one not in ("", NO_LANGUAGE)), "")


def _cautions(life: Life, acts: Sequence[NextAct], promises: Sequence[shape.OpenPromise]) -> Iterator[str]:
    """Yield what not to do, by key: each has its reason in the life."""
    contacts_of_case: dict[str, set[str]] = defaultdict(set)
    for row in life.rows:
        contacts_of_case[row.case_id].add(row.episode_id)
    if any(len(contacts_of_case[act.case]) > 1 for act in acts):
        yield "again"
    if acts or life.reading.level == Level.AT_RISK:
        yield "bot"
        yield "sell"
    if any(promise.missed for promise in promises):
        yield "promise"
