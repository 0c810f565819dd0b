"""Runs one row on a stage: publishes, strikes, waits until all is worked off, and lets the checker judge."""

import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from streams.bond.parameters import BOND_1

from .checker.check import check, check_earlier_model
from .checker.expectation import Expected, expected_of
from .checker.findings import Findings
from .checker.mutants import check_mutants
from .odd_workers import NEWER_MODEL
from .rows.row import WORKER, Limits, Row
from .site import Site, anew, site_of
from .stage import Stage
from .strikes import Strikes
from .watch import Watch

POLL_SECONDS = 0.2
MOST_FAILURES = 5
"""A worker that ended so often unasked will not stay up any more."""
BONDS_IN_SHORT = "count(), groupBitXor(cityHash64(person_id, bond_index, evidence))"


@dataclass(frozen=True)
class Outcome:
    """What came of a row."""

    name: str
    fault: str
    load: str
    lost: int
    doubled: int
    wrong: int
    shortfall: str
    """Why the row falls short; empty if it holds."""
    is_control: bool
    notes: tuple[str, ...]
    seconds: float

    @property
    def verdict(self) -> str:
        """One word, and why."""
        if self.shortfall:
            return f"FALLS SHORT: {self.shortfall}"
        return "caught, as it must be" if self.is_control else "holds"


def run(row: Row, stage: Stage) -> Outcome:
    """Run a row; whatever goes wrong with it is in its outcome."""
    began = time.monotonic()
    try:
        delivered, findings, shortfalls, notes = _run(row, stage)
    except Exception as error:
        traceback.print_exc()
        delivered, findings, notes = 0, Findings(), []
        shortfalls = [f"the row itself failed: {error!r}"]
    return Outcome(
        name=row.name,
        fault=row.fault,
        load=f"{delivered} at {row.load.a_second or 'once'}",
        lost=len(findings.lost),
        doubled=len(findings.doubled),
        wrong=len(findings.wrong),
        shortfall=", ".join(shortfalls),
        is_control=row.is_control,
        notes=tuple(notes),
        seconds=time.monotonic() - began,
    )


def _run(row: Row, stage: Stage) -> tuple[int, Findings, list[str], list[str]]:
    """Return how many records were delivered, what is wrong, why it falls short, and what was noticed."""
    watch = Watch(row.limits, bool(row.faults))
    with site_of(row, stage) as site:
        shortfalls = _play(site, watch)
        for worker in site.workers.values():
            worker.stop()
        ledger = site.publisher.ledger
        findings = _judge(site, expected_of(ledger))
        shortfalls += _shortfalls(site, findings)
        if row.is_replayed and findings.clean:
            findings, fell_short = _replay(site)
            shortfalls += fell_short
    shortfalls += watch.shortfalls()
    ended = Counter(text for worker in site.workers.values() for text in worker.failures)
    notes = [*watch.figures(), *findings.summary(), *(f"{count} x {text}" for text, count in ended.items())]
    return len(ledger), findings, shortfalls, notes


def _replay(site: Site) -> tuple[Findings, list[str]]:
    """Let all of it be worked off again; return what is wrong then, and what fell short."""
    answers: set[tuple[object, ...]] = set()

    def ask_old_views() -> None:
        answers.update(site.views.rows("v_bonds", BONDS_IN_SHORT))

    newer = bool(site.row.replayed_by)
    with anew(site) as again:
        shortfalls = _play(again, Watch(Limits(), False), ask_old_views)
        again.workers[WORKER].stop()
        ledger = site.publisher.ledger
        theta = (NEWER_MODEL if newer else BOND_1).promise_weight
        findings = _judge(again, expected_of(ledger, theta))
        if newer and findings.clean:
            findings = check_earlier_model(site.views, again.views, BOND_1.version)
        shortfalls += _shortfalls(again, findings)
    if len(answers) != 1:
        shortfalls.append(f"the old views gave {len(answers)} answers meanwhile")
    return findings, shortfalls


def _shortfalls(site: Site, findings: Findings) -> Iterator[str]:
    """Yield what did not come as it must."""
    row, workers = site.row, site.workers.values()
    if failures := site.publisher.ledger.failures:
        yield f"{len(failures)} sends given up, as {failures[0]}"
    elif len(site.publisher.ledger) < len(site.publisher):
        yield f"only {len(site.publisher.ledger)} of {len(site.publisher)} were published"
    crashes = sum(worker.crashes for worker in workers)
    if crashes != len(row.crash_at):
        yield f"{crashes} crashes, not {len(row.crash_at)}"
    if row.is_control and findings.clean:
        yield "the defect was not found"
    if not row.is_control and not findings.clean:
        yield "the views are not right"
    if not row.is_control and bool(site.reread()) is not row.has_holes:
        yield f"{site.reread()} records were read again"
    yield from site.analysts.shortfalls()
    if row.alarm and not any(worker.said(row.alarm) for worker in workers):
        yield f"no worker said anything of {row.alarm}"


def _play(site: Site, watch: Watch, look_on: Callable[[], object] = tuple) -> list[str]:
    """Let the load be worked off while faults strike; return what did not happen by the deadline.

    Meanwhile it must always be possible to `look_on`.
    """
    strikes = Strikes(site.row.faults, site.targets)
    if not site.row.load.a_second:
        site.publisher.start()
        site.publisher.wait()
    site.workers[WORKER].start()
    if site.row.load.a_second:
        site.publisher.start()
    deadline = time.monotonic() + site.row.deadline_seconds
    while not (strikes.are_over and site.has_crashed() and site.is_settled()):
        if site.stage.interrupted.is_set():
            raise InterruptedError("nobody waits for this row any more")
        committed = 0 if site.stage.broker.is_away else site.committed()
        share = committed / len(site.publisher)
        if time.monotonic() > deadline:
            return [f"not settled after {site.row.deadline_seconds:g} s ({share:.0%} worked off)"]
        strikes.strike(share)
        look_on()
        waiting = len(site.publisher.ledger) - committed
        watch.look(time.monotonic(), committed, waiting, strikes.anybody_away, share, site.workers.values())
        for worker in site.workers.values():
            worker.tend()
            if len(worker.failures) > MOST_FAILURES:
                return [f"{worker.name} does not stay up"]
        time.sleep(POLL_SECONDS)
    return []


def _judge(site: Site, expected: Expected) -> Findings:
    """Return what is wrong now, or else what is wrong once all tables are merged."""

    def look() -> Findings:
        if site.row.has_mutants:
            return check_mutants(expected, site.publisher.ledger, site.views, site.rejected_bytes())
        return check(expected, site.topic, site.views)

    findings = look()
    if not findings.clean:
        return findings
    site.merge()
    return look()
