"""Workers that are not quite the product, `python -m tests.faults.odd_workers NAME`.

Most have one defect, and the checker must catch them. The product's own parts are wired here with one of them
changed; nothing of this is in the product.
"""

import dataclasses
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from schemas.catalogue import Catalogue
from schemas.decoding import struct_of
from schemas.rejections import Reason
from schemas.settings import Settings
from schemas.touchpoint import TouchpointData
from streams import app, conveyor, run, wiring
from streams.audit import Audit
from streams.batch import KnownOf, Processor
from streams.bond.parameters import BOND_1
from streams.derived import Facts
from streams.events import Event, Held, Record, Rejected
from streams.history import Known
from streams.intake import Intake
from streams.joining import Joiner
from streams.outcome import Batch
from streams.value import replace
from streams.vitals import Vitals
from streams.waiting import Delivery

from .crew import PRODUCT

WINDOW = 4
REFUSED = "touchpoint.store.visited.v1"
NEWER_TYPE = "touchpoint.agent.called.v2"
NEWER_MODEL = dataclasses.replace(BOND_1, version="bond-1-newer", promise_weight=0.25)


def command_of(oddity: str | None) -> tuple[str, ...]:
    """Return the command of a worker, of the product itself if it has no oddity."""
    return (
        (sys.executable, "-m", "tests.faults.odd_workers", ODDITIES[oddity].__name__) if oddity else PRODUCT
    )


def auto_ack() -> None:
    """Acknowledge and commit what is handed in, before anything is worked out or written; audit nothing."""

    class AutoAck(conveyor.Conveyor):
        async def put(self, delivery: Delivery) -> None:
            event: Any = delivery.acknowledge.__self__  # type: ignore[attr-defined]
            event.ack()
            await event.app.consumer.commit()
            await super().put(dataclasses.replace(delivery, acknowledge=lambda: None))

    async def nothing(self: Audit, clock_ms: int) -> None:
        """No audit reads again what was lost."""

    Audit.look = nothing  # type: ignore[method-assign, assignment]
    _wired(AutoAck)


def no_dedup() -> None:
    """Take every delivery for a touchpoint of its own."""
    read = Intake.read

    def read_as_new(self: Intake, record: Record, clock_ms: int) -> Event | Held | Rejected:
        event = read(self, record, clock_ms)
        if not isinstance(event, Event):
            return event
        return replace(event, id=f"{event.id}#{record.partition}-{record.offset}")

    Intake.read = read_as_new  # type: ignore[method-assign]


def small_window() -> None:
    """Look only at the touchpoints of a customer that happened last."""
    process = Processor.process

    def process_lately(
        self: Processor, records: Sequence[Record], known_of: KnownOf, clock_ms: int | None = None
    ) -> Batch:
        def lately_known_of(people: Iterable[str]) -> dict[str, Known]:
            return {
                person: Known(sorted(one.rows, key=lambda row: row.occurred_at)[-WINDOW:], one.withdrawn)
                for person, one in known_of(people).items()
            }

        return process(self, records, lately_known_of, clock_ms)

    Processor.process = process_lately  # type: ignore[method-assign]


def never_joins() -> None:
    """Let everybody be alone, whatever links say."""

    def nothing(self: Joiner, records: Iterable[Record], facts: Facts) -> Batch:
        return Batch()

    Joiner.fold = nothing  # type: ignore[method-assign]


def forgetful() -> None:
    """Acknowledge one record in fifty without any trace of it, the first time it comes."""
    process, seen = Processor.process, set[tuple[int, int]]()

    def process_some(
        self: Processor, records: Sequence[Record], known_of: KnownOf, clock_ms: int | None = None
    ) -> Batch:
        kept = []
        for record in records:
            place = (record.partition, record.offset)
            if place in seen or record.offset % 50 != 7:
                kept.append(record)
            seen.add(place)
        return process(self, kept, known_of, clock_ms)

    Processor.process = process_some  # type: ignore[method-assign]


def strict() -> None:
    """Reject every touchpoint of one type, as a release with a mistake might."""
    read = Intake.read

    def read_strictly(self: Intake, record: Record, clock_ms: int) -> Event | Held | Rejected:
        event = read(self, record, clock_ms)
        if isinstance(event, Event) and event.type == REFUSED:
            return Rejected(record, Reason.DATA, "type", "is not liked here", event.source, event.type)
        return event

    Intake.read = read_strictly  # type: ignore[method-assign]


def ahead() -> None:
    """Have a clock that is an hour ahead."""
    _off_by(3_600)


def behind() -> None:
    """Have a clock that is an hour behind."""
    _off_by(-3_600)


def _off_by(seconds: int) -> None:
    now, now_ns = time.time, time.time_ns
    time.time = lambda: now() + seconds
    time.time_ns = lambda: now_ns() + seconds * 10**9


class NewerData(TouchpointData):
    """The data of a release to come: it knows one field more."""

    weather: str | None = None


def newer() -> None:
    """Be a release to come: it knows a field more, and version 2 of a type."""
    put_together = Intake.__init__

    def put_together_newer(self: Intake, catalogue: Catalogue, company_zone: ZoneInfo) -> None:
        put_together(self, catalogue, company_zone)
        self._names[NEWER_TYPE] = "agent.called"
        self.known_types |= {NEWER_TYPE}
        decode = msgspec.json.Decoder(struct_of(NewerData)).decode
        self._decoders |= dict.fromkeys(self._names, decode)

    Intake.__init__ = put_together_newer  # type: ignore[method-assign]


def newer_model() -> None:
    """Be a release to come: it reads bonds by another version of the model."""
    wiring.BOND_1 = NEWER_MODEL  # type: ignore[attr-defined]


WORKERS: tuple[Callable[[], None], ...] = (
    auto_ack,
    no_dedup,
    small_window,
    never_joins,
    forgetful,
    strict,
    ahead,
    behind,
    newer,
    newer_model,
)
ODDITIES = {one.__name__: one for one in WORKERS}


def _wired(kind: type[conveyor.Conveyor]) -> None:
    """Let the application be put together with another kind of conveyor."""
    build = app.build_conveyor

    def build_spoilt(settings: Settings, vitals: Vitals) -> conveyor.Conveyor:
        built = build(settings, vitals)
        built.__class__ = kind
        return built

    app.build_conveyor = build_spoilt


if __name__ == "__main__":
    ODDITIES[sys.argv[1]]()
    run.run_worker(Settings())
