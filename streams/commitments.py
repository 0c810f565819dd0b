"""Absence counts: a commitment that nothing kept is felt when it is due. Pure.

A touchpoint makes a commitment, or keeps one by its id. The laws:

- a commitment is missed at T if it is due by then and no touchpoint of its person, at or before the time it
  was due, keeps it; what comes after that is too late, and a touchpoint like any other;
- made again before it was due it is moved: the later making holds. Made again afterwards it is another one;
- only what stands makes and keeps: a maker withdrawn promised nothing, a keeper withdrawn kept nothing;
- what was missed depends on what happened until it was due, never on when that became known.

What is missed is a touchpoint that nobody published: it is worked out, in the stream as in SQL
(`v_commitments_at`), and taken back as soon as a keeper of its time becomes known.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.names import MISSED
from streams.bond.seen import Seen, mark_of
from streams.feeling.reading import IfMissed
from streams.rows import JournalRow
from streams.value import Value, replace


def unkept(standing: Iterable[JournalRow]) -> list[JournalRow]:
    """Return the makers whose commitment nothing kept and nothing moved, in the order in which they are due.

    `standing` holds all that stands of a person, in the order of time.
    """
    first_kept_ms: dict[str, int] = {}
    holding: dict[str, JournalRow] = {}
    made: list[JournalRow] = []
    for row in standing:
        if row.keeps_id:
            first_kept_ms.setdefault(row.keeps_id, row.occurred_at)
        if row.commitment_id:
            before = holding.get(row.commitment_id)
            if before is not None and before.due_at < row.occurred_at:
                made.append(before)
            holding[row.commitment_id] = row
    made += holding.values()
    return _as_due(
        maker for maker in made if first_kept_ms.get(maker.commitment_id, maker.due_at + 1) > maker.due_at
    )


def owed(standing: Sequence[JournalRow]) -> list[JournalRow]:
    """Return the makers whose commitment nothing kept, not even late, in the order in which they are due."""
    kept = {row.keeps_id for row in standing}
    return [maker for maker in unkept(standing) if maker.commitment_id not in kept]


def _as_due(makers: Iterable[JournalRow]) -> list[JournalRow]:
    return sorted(makers, key=lambda maker: (maker.due_at, missed_id(maker)))


def missed_id(maker: JournalRow) -> str:
    """Return what identifies the touchpoint that a commitment is when it is missed."""
    return f"{maker.touchpoint_id}|missed"


def missed(maker: JournalRow) -> JournalRow:
    """Return what is felt when the commitment made here is due, and nothing kept it.

    It is a touchpoint and an episode of its own; department, stage, sector and case are the maker's.
    """
    id = missed_id(maker)
    felt = IfMissed(*maker.felt_if_missed)
    return replace(
        maker,
        touchpoint_id=id,
        kind="felt",
        type=MISSED,
        occurred_at=maker.due_at,
        channel="",
        episode_id=id,
        valence=felt.valence,
        arousal=felt.arousal,
        importance=felt.importance * felt.confidence,
        confidence=felt.confidence,
        promise=felt.promise,
        profile_surprise=felt.surprise,
        profile_relief=felt.relief,
        profile_gratitude=felt.gratitude,
        profile_familiarity=felt.familiarity,
        profile_belonging=felt.belonging,
        recovery=False,
        needs_met_mask=0,
        needs_asked_mask=0,
        outcome="",
        moment_of_truth=felt.moment_of_truth,
        commitment_id="",
        keeps_id="",
        language="",
        text="",
        evidence="[]",
        payload=b"{}",
    )


class Effect(NamedTuple):
    """What new touchpoints did to commitments."""

    lived: Sequence[JournalRow]
    """These touchpoints and what was missed, in the order of time."""
    averted: Sequence[JournalRow]
    """Makers whose commitment was open, and was kept or moved."""
    after: "Commitments"


class Commitments(Value, frozen=True):
    """What a person was promised, as far as it matters for what is to come."""

    open: tuple[JournalRow, ...] = ()
    """Makers whose commitment is not due, in the order in which they are."""
    kept: Seen = Seen()
    """Ids of the commitments that were kept."""
    missed: int = 0
    """How many were missed."""

    def with_news(self, rows: Sequence[JournalRow], now_ms: int) -> Effect | None:
        """Return what new rows do to the commitments.

        The rows are later than all that is known, and in order; by `now_ms` what is due is missed, and so is
        what is due before the last of the rows. None if that needs the whole history.
        """
        if not self.open and not any(row.commitment_id or row.keeps_id for row in rows):
            return Effect(rows, (), self)
        waiting, kept = list(self.open), self.kept
        lived, averted = list[JournalRow](), list[JournalRow]()
        for row in rows:
            while waiting and waiting[0].due_at < row.occurred_at:
                lived.append(missed(waiting.pop(0)))
            if waiting and waiting[0].due_at == row.occurred_at:
                return None  # which of the two comes first is for the ids to say
            lived.append(row)
            if row.keeps_id:
                kept = kept.also(mark_of(row.keeps_id))
            if row.commitment_id and kept.has(mark_of(row.commitment_id)):
                return None
            if closed := {row.keeps_id, row.commitment_id} - {""}:
                averted += [one for one in waiting if one.commitment_id in closed]
                waiting = [one for one in waiting if one.commitment_id not in closed]
            if row.commitment_id:
                waiting = _as_due([*waiting, row])
        while waiting and waiting[0].due_at <= now_ms:
            lived.append(missed(waiting.pop(0)))
        after = Commitments(tuple(waiting), kept, self.missed + len(lived) - len(rows))
        return Effect(lived, averted, after)


NONE_MADE = Commitments()


def of_history(standing: Sequence[JournalRow], now_ms: int) -> tuple[list[JournalRow], Commitments]:
    """Return what is missed by a time, and the commitments, of all that stands of a person in order."""
    makers = unkept(standing)
    passed = [maker for maker in makers if maker.due_at <= now_ms]
    kept = Seen().also(b"".join([mark_of(row.keeps_id) for row in standing if row.keeps_id]))
    return [missed(maker) for maker in passed], Commitments(tuple(makers[len(passed) :]), kept, len(passed))
