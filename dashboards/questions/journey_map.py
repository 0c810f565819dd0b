"""What the journey map asks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from dashboards.access.rights import Right
from dashboards.answers.cohorts import span_of
from dashboards.answers.comparison import CarriedRow, continued
from dashboards.answers.emotions import EmotionMap, EmotionsRow, emotion_map
from dashboards.answers.journey import CatalogueRow, Journey, Plan, RunRow, TouchpointRow, journey_of, plan_of
from dashboards.answers.movement import (
    COURSE_PARTS,
    LEVEL_PLACES,
    Course,
    CourseRow,
    Retention,
    RetentionRow,
    course_of,
    retention_of,
)
from dashboards.context import Context
from dashboards.figures.tiles import WEEKS, DayRow
from dashboards.questions.journey_rows import AtRiskRow, BeganRow, LeaversRow, PartRow, WordsRow
from dashboards.state import COMPARE_PREVIOUS, COMPARE_YEAR, EPOCH, GROUPS, Filters, Window
from dashboards.store import StoreEmptyError

SPARK_PARTS = 8
OTHER_PERIODS = {COMPARE_PREVIOUS: Filters.previous, COMPARE_YEAR: Filters.year_before}


@dataclass(frozen=True)
class Compared:
    """Another journey; `kind` says which it is: of another period, or of a group of people called `value`."""

    kind: str
    value: str
    journey: Journey


class JourneyQuestions:
    """Everything about one choice of filters, as of a time."""

    def __init__(self, context: Context, filters: Filters, at: datetime) -> None:
        self._context, self._filters, self._at = context, filters, at
        self.window = filters.window(at)

    @cached_property
    def catalogue(self) -> dict[str, CatalogueRow]:
        """The types by name."""
        return self._context.catalogue()

    @cached_property
    def stage_order(self) -> dict[str, int]:
        """The place of each stage."""
        return {row.stage: row.stage_order for row in self.catalogue.values()}

    @cached_property
    def touchpoints(self) -> tuple[TouchpointRow, ...]:
        """What each type did; raises StoreEmptyError if nothing was felt."""
        rows = self._context.store.rows(
            "journey_map.touchpoints", TouchpointRow, **self.window.parameters, **self._filters.who
        )
        if not rows:
            raise StoreEmptyError("nothing was felt")
        return rows

    @cached_property
    def plan(self) -> Plan:
        """Which types have a place on the map."""
        plan = plan_of(self.touchpoints, self.catalogue, self._filters.department)
        if not plan.types:
            raise StoreEmptyError("nothing was felt there")
        return plan

    def runs(
        self, window: Window, by_segment: bool = False, /, cohort: str = "", **who: str
    ) -> tuple[RunRow, ...]:
        """The index along the journey; `who` are other people than those filtered by."""
        born = span_of(cohort, self._context.zone) or (EPOCH, EPOCH)
        people = {**self._filters.who, **who}
        return self._context.store.rows(
            "journey_map.runs",
            RunRow,
            **window.parameters,
            **people,
            **self.plan.parameters,
            born_from=born[0],
            born_to=born[1],
            by_segment=by_segment,
        )

    @cached_property
    def journey(self) -> Journey:
        """The journey of everybody in the picture."""
        return self._present(self._journey(self.window))

    @cached_property
    def drawn(self) -> Journey:
        """That journey, from the end of the period before on where it is compared with that."""
        before = self.compared
        if before is None or before.kind != COMPARE_PREVIOUS:
            return self.journey
        began = self.window.start - (self.window.end - self.window.start)
        who = {**self._filters.who, **self.window.parameters}
        carried = self._context.store.row("journey_map.carried", CarriedRow, **who, before=began)
        return continued(self.journey, before.journey, carried)

    @cached_property
    def compared(self) -> Compared | None:
        """The journey to compare with, if anybody went it."""
        kind, value = self._filters.group or (self._filters.compare, "")
        other = self._other(kind, value)
        return Compared(kind, value, other) if other else None

    def _other(self, kind: str, value: str) -> Journey | None:
        if kind in OTHER_PERIODS:
            earlier = OTHER_PERIODS[kind](self._filters, self._at)
            return self._journey(earlier) if earlier else None
        return self._journey(self.window, **{kind: value}) if kind in GROUPS else None

    def segments(self) -> tuple[Journey, list[tuple[str, Journey]]]:
        """The journey of all, and of each segment, the largest first; StoreEmptyError if nobody has one."""
        runs = self.runs(self.window, True, segment="")
        each = [(run.segment, journey_of(self.plan, self.touchpoints, [run])) for run in runs if run.segment]
        whole = self._present(journey_of(self.plan, self.touchpoints, runs))
        known = [(name, journey) for name, journey in each if journey is not None]
        if not known:
            raise StoreEmptyError("nobody has a segment")
        return whole, known

    def course(self) -> Course:
        """How people stood at times of the period."""
        rows = self._context.store.rows(
            "journey_map.courses",
            CourseRow,
            **self.seen_window.parameters,
            **self._filters.who,
            **self._levels(),
            times=self.seen_window.times(COURSE_PARTS),
            places=[place + 1 for place in LEVEL_PLACES],
        )
        if not rows:
            raise StoreEmptyError("nobody")
        return course_of(rows)

    @cached_property
    def seen_window(self) -> Window:
        """The period; "everything" begins with what was felt first. Raises StoreEmptyError if nothing was."""
        if self._filters.period != "all":
            return self.window
        began = self._context.store.row("journey_map.began", BeganRow, **self._filters.who)
        return Window(began.began_at - timedelta(milliseconds=1), self._at)

    def retention(self) -> list[Retention]:
        """What became of people, by level."""
        rows = self._context.store.rows(
            "journey_map.retention",
            RetentionRow,
            **self.window.parameters,
            **self._filters.who,
            **self._levels(),
        )
        if not rows:
            raise StoreEmptyError("nobody")
        return retention_of(rows)

    def emotions(self) -> EmotionMap:
        """Which emotions, where."""
        rows = self._context.store.rows(
            "journey_map.emotions",
            EmotionsRow,
            **self.window.parameters,
            **self._filters.who,
            **self._department(),
        )
        answer = emotion_map(rows, self.stage_order)
        if not answer.stages:
            raise StoreEmptyError("nothing was felt")
        return answer

    def days(self) -> tuple[DayRow, ...]:
        """What contacts did, by day."""
        last = self._at.astimezone(self._context.zone).date()
        rows = self._context.store.rows(
            "journey_map.days",
            DayRow,
            first_day=last - timedelta(days=7 * WEEKS),
            last_day=last,
            **self._filters.who,
            **self._department(),
        )
        if not rows:
            raise StoreEmptyError("nothing was felt")
        return rows

    def words(self) -> tuple[WordsRow, ...]:
        """What people said, to whom may read it; may be nothing. Raises NotAllowedError."""
        self._context.viewer().require(Right.READ_WORDS)
        return self._context.store.rows(
            "journey_map.words",
            WordsRow,
            **self.window.parameters,
            **self._filters.who,
            **self._department(),
            type=self._filters.touchpoint,
        )

    def at_risk(self) -> AtRiskRow:
        """Customers now, and those at risk."""
        return self._context.store.row("journey_map.at_risk", AtRiskRow, **self._filters.who)

    def parts(self, types: list[str]) -> dict[str, list[float]]:
        """What types did to those who met them, in equal parts of the period; a part without it has 0."""
        rows = self._context.store.rows(
            "journey_map.parts",
            PartRow,
            **self.seen_window.parameters,
            **self._filters.who,
            types=types,
            parts=SPARK_PARTS,
        )
        found = {one: [0.0] * SPARK_PARTS for one in types}
        for row in rows:
            found[row.type][row.part] = row.moved
        return found

    def leavers(self) -> dict[str, int]:
        """Of those who left, how many had met each type; under "" all who left."""
        rows = self._context.store.rows(
            "journey_map.leavers", LeaversRow, **self.window.parameters, **self._filters.who
        )
        return {row.type: row.people for row in rows}

    def _journey(self, window: Window, **who: str) -> Journey | None:
        return journey_of(self.plan, self.touchpoints, self.runs(window, **who))

    @staticmethod
    def _present(journey: Journey | None) -> Journey:
        if journey is None:
            raise StoreEmptyError("nobody")
        return journey

    def _department(self) -> dict[str, str]:
        return {"department": self._filters.department}

    def _levels(self) -> dict[str, float]:
        return self._context.levels().parameters
