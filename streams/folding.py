"""From a person's touchpoints to the rows derived from them: steps and the bond. Pure.

`Folder.on` carries a remembered person on; `Folder.again` starts from the whole history. Both give the same.

Of several rows that of who knew more stands, so whoever knows better must write where others wrote. A
worker that was replaced and goes on may take for missed what was kept since: so both take away the step of
a commitment that was kept or moved, whether anybody wrote one or not.
"""

from collections.abc import Iterable, Sequence, Set
from typing import Any

from streams.alerts.alert import Alert, Hint
from streams.alerts.follow import NO_NEWS, Follower, News
from streams.alerts.watch import LEFT, Watch
from streams.bond.bond import Fading
from streams.bond.episodes import impact
from streams.bond.felt import FeltTouchpoint
from streams.bond.fold import Fold, Step
from streams.bond.parameters import MS_PER_DAY, Parameters
from streams.bond.seen import Seen, mark_of
from streams.bond.state import NOTHING_YET, State
from streams.commitments import missed, of_history
from streams.history import FOR_EVER_MS, NEVER_MS, Known, in_order, standing
from streams.person import NOTHING_SEEN, Person
from streams.rows import BondRow, JournalRow, StepRow
from streams.stepped import UNMOVED, UNREAD, Stepped, lived_of, step_rows
from streams.value import Value, replace


class Joined(Value, frozen=True):
    """How a person is derived who has, or had, several names."""

    person_id: str
    revision: int
    """Without that of missed commitments."""
    from_ms: int
    """Time from which steps may have changed."""


class Folded(Value, frozen=True):
    """A person after a batch, and the derived rows that changed."""

    person: Person
    steps: list[StepRow]
    bond: BondRow
    evidence: float
    alerts: list[Alert]
    hints: list[Hint]
    past: Sequence[Alert] = ()
    """Alerts of what was only read again: to be written down, but not said."""


class Folder:
    """Folds by one version of the model."""

    def __init__(self, parameters: Parameters, follower: Follower) -> None:
        self.parameters = parameters
        self.follower = follower
        self.nobody = Person(NOTHING_YET, NEVER_MS, NEVER_MS, 0, 0, 0, -1, Seen(), follower.start)
        self._fold = Fold(parameters)
        self._fading = Fading(parameters)

    def on(
        self, person: Person, rows: Sequence[JournalRow], now_ms: int, joined: Joined | None = None
    ) -> Folded | None:
        """Carry a person on by new rows with different ids, and by what is missed by now.

        None if the whole history is needed. `joined` is given if the rows, none perhaps, are those of several
        names.

        A touchpoint that is strictly later than everything known cannot be a re-delivery, unless its time
        was changed: every id that was met or taken back guards against that.
        """
        ordered = in_order(rows) if len(rows) > 1 else rows
        if ordered:
            if ordered[0].occurred_at <= person.last_ms:
                return None
            if _tells_what_was_withdrawn(ordered, person.withdrawn):
                return None
            now_ms = max(now_ms, ordered[-1].occurred_at)
        told = person.commitments.with_news(ordered, now_ms)
        if told is None:
            return None
        person_id = joined.person_id if joined else ordered[0].person_id
        state, watch = person.state, person.watch
        steps: list[Stepped] = []
        news: list[News] = []
        for row in told.lived:
            mark, before = mark_of(row.touchpoint_id), state
            if person.unfelt.has(mark):
                return None
            if row.is_felt:
                folded = self._fold.step(state, row.felt())
                if folded is None:
                    return None
                state, step = folded
                steps.append(_felt(row, step))
            elif state.seen.has(mark):
                return None
            else:
                steps.append(self._unfelt(state, row))
            watch = self._followed(person_id, watch, before, state, steps[-1], news)
        steps += _taken_away(map(missed, told.averted))
        after = person.after(state, watch, told.lived, ordered, told.after)
        revision = joined.revision + told.after.missed if joined else after.revision
        return self._folded(after, steps, news, person_id, revision)

    def again(
        self,
        known: Known,
        touched: Set[str],
        now_ms: int,
        joined: Joined | None = None,
        reread: Set[str] = frozenset(),
    ) -> Folded:
        """Fold a person's whole history, at least one row, with what is missed by now.

        The steps are those from the first touched event on, or from what was missed since, or from the first
        of the events that were `reread` since they were folded. What does not stand has a step that takes its
        step away. `joined` is given if the rows are those of several names, and then says which steps.
        """
        person_id = joined.person_id if joined else known.rows[0].person_id
        rows, now_ms = standing(known), max(now_ms, *[row.occurred_at for row in known.rows])
        absences, commitments = of_history(rows, now_ms)
        from_ms = _told_from(known, joined.from_ms) if joined else _changed_from(known, touched, absences)
        reread_ms = _read_again_from(known, reread, from_ms)
        rows = in_order([*rows, *absences])
        state, watch, felt = NOTHING_YET, self.follower.start, list[FeltTouchpoint]()
        steps: list[Stepped] = []
        news, past = list[News](), list[News]()
        for row in rows:
            before = state
            if row.is_felt:
                felt.append(row.felt())
                state, step = self._fold.step(state, felt[-1]) or self._from_scratch(state, felt)
            stepped = _felt(row, step) if row.is_felt else self._unfelt(state, row)
            is_written = row.occurred_at >= reread_ms
            heard = (news if row.occurred_at >= from_ms else past) if is_written else None
            watch = self._followed(person_id, watch, before, state, stepped, heard)
            if is_written:
                steps.append(stepped)
        stands = {_place(row) for row in rows}
        made = [row for row in known.rows if row.commitment_id]
        told = {_place(row): row for row in (*known.rows, *map(missed, made))}
        steps += _taken_away(row for place, row in told.items() if place not in stands)
        person = self.nobody.after(state, watch, rows, known.rows, commitments)
        if known.withdrawn:
            marks = b"".join(map(mark_of, known.withdrawn))
            person = replace(
                person, withdrawn=NOTHING_SEEN.also(marks), rows=person.rows + len(known.withdrawn)
            )
        revision = joined.revision + commitments.missed if joined else person.revision
        folded = self._folded(person, steps, news, person_id, revision)
        return replace(folded, past=[alert for each in past for alert in each.alerts]) if past else folded

    def alerts_of(self, person_id: str, known: Known, now_ms: int) -> list[Alert]:
        """Return every alert of a person's life, of which at least a row is known, under whichever names."""
        folded = self.again(known, frozenset(), now_ms, Joined(person_id, 0, NEVER_MS))
        person = folded.person
        due = self.follower.due(person_id, person.watch, person.state, now_ms, now_ms)
        return [*folded.alerts, *due.alerts]

    def silence(self, person_id: str, known: Known, now_ms: int, received_ms: int) -> News:
        """Return what silence has brought a person, of whom at least a row is known, until now."""
        person = self.again(known, frozenset(), now_ms).person
        return self.follower.due(person_id, person.watch, person.state, now_ms, received_ms)

    def _followed(
        self,
        person_id: str,
        watch: Watch,
        before: State,
        after: State,
        step: Stepped,
        news: list[News] | None,
    ) -> Watch:
        """Let the rules of alerts follow a step between two states; what it brought is added to the news.

        Without a list of news the step is known, and so is what it brought.
        """
        row = step.row
        if not row.is_felt and row.outcome != LEFT:
            return watch  # no rule follows what nobody felt: half of all touchpoints
        if news is None:
            return self.follower.remembered(watch, before, lived_of(step))
        watch, brought = self.follower.step(
            person_id, watch, before, after, lived_of(step), row.first_received_at
        )
        if brought is not NO_NEWS:
            news.append(brought)
        return watch

    def _from_scratch(self, before: State, felt: Sequence[FeltTouchpoint]) -> tuple[State, Step]:
        """Fold the last touchpoint with all before it, where it changes what had been settled."""
        state, at_ms = self._fold.state_of(felt), felt[-1].at_ms
        index, evidence = self._read(state, at_ms)
        size = impact(felt[-1], self.parameters)
        return state, Step(self._read(before, at_ms)[0], index, evidence, size)

    def _read(self, state: State, at_ms: int) -> tuple[float, float]:
        return self._fading.read(self._fading.faded(state.amounts(), at_ms - state.at_ms))

    def _unfelt(self, state: State, row: JournalRow) -> Stepped:
        """What nobody felt has no index; an outcome has that of its time."""
        if not row.outcome:
            return Stepped(row, UNMOVED, UNREAD)
        index, evidence = self._read(state, row.occurred_at)
        return Stepped(row, UNMOVED, (index, index, evidence))

    def _folded(
        self, person: Person, stepped: Sequence[Stepped], news: Sequence[News], person_id: str, revision: int
    ) -> Folded:
        state, version = person.state, self.parameters.version
        steps = step_rows(stepped, person_id, version, revision)
        last_ms = person.last_ms if person.touchpoints else 0  # all was withdrawn: any time will do
        amounts = state.amounts()
        index, evidence = self._fading.read(amounts)
        fields: tuple[Any, ...] = (
            person_id,
            state.at_ms if person.felt else last_ms,
            last_ms,
            person.newest_ms,
            person.touchpoints,
            person.felt,
            *amounts,
            index,
            person.read_again,
            version,
            revision,
            False,
        )
        alerts = [alert for each in news for alert in each.alerts]
        hints: dict[str, Hint] = {}
        for hint in (hint for each in news for hint in each.hints):
            hints.setdefault(hint.hint_id, hint)
        return Folded(person, steps, BondRow(*fields), evidence, alerts, list(hints.values()))


def _felt(row: JournalRow, step: Step) -> Stepped:
    size = step.impact
    return Stepped(
        row,
        [size * weight for weight in row.profile],
        (step.index_before, step.index_after, step.evidence_after),
    )


def _taken_away(rows: Iterable[JournalRow]) -> list[Stepped]:
    """Return what takes away the steps of touchpoints that do not stand."""
    return [Stepped(row, UNMOVED, UNREAD, False) for row in rows]


def _tells_what_was_withdrawn(rows: Sequence[JournalRow], withdrawn: Seen) -> bool:
    """May an event among these have been taken back before it came, or comes it again?"""
    return withdrawn is not NOTHING_SEEN and any(withdrawn.has(mark_of(row.event_id)) for row in rows)


def _place(row: JournalRow) -> tuple[int, str, str]:
    """Return where its step lies in the table, which is in order of days: another day is another row."""
    return row.occurred_at // MS_PER_DAY, row.person_id, row.touchpoint_id


def _told_from(known: Known, from_ms: int) -> int:
    """Return from when on steps may have changed, if something became known of this time or later.

    It may tell otherwise what had been told of an earlier time, and then nothing happened there.
    """
    earliest: dict[tuple[str, str], int] = {}
    for row in known.rows:
        event = row.person_id, row.event_id
        earliest[event] = min(row.occurred_at, earliest.get(event, row.occurred_at))
    told = (earliest[row.person_id, row.event_id] for row in known.rows if row.occurred_at >= from_ms)
    return min([from_ms, *told])


def _changed_from(known: Known, touched: Set[str], absences: Sequence[JournalRow]) -> int:
    """Return from when on steps may have changed: by touched events, or missed after all that was known.

    Where none of the events is known, what is missed may have been told long ago.
    """
    rows = [row for row in known.rows if row.event_id in touched]
    if not rows:
        return FOR_EVER_MS
    known_until = max(
        (row.occurred_at for row in known.rows if row.event_id not in touched), default=NEVER_MS
    )
    rows += [row for row in absences if row.occurred_at > known_until]
    return min(row.occurred_at for row in rows)


def _read_again_from(known: Known, reread: Set[str], from_ms: int) -> int:
    """Return from when on steps may have changed, from a time on or by events that were read again."""
    return min([from_ms, *(row.occurred_at for row in known.rows if row.event_id in reread)])
