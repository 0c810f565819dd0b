"""`vincle simulate`: write a plan's events to a file, or send them to Kafka, in one process or several."""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing.queues import Queue
from queue import Empty
from typing import IO

from infra.bulk import publish_all
from infra.simulation import Plan, simulate
from schemas.names import Topic
from schemas.settings import Settings
from streams.connections import kafka_options

POLL_SECONDS = 0.2

_told: "Queue[int] | None" = None


def write(plan: Plan, stream: IO[bytes], progress: Callable[[int], None] = lambda count: None) -> int:
    """Write a plan's events as JSON lines in order of time, and return how many."""
    written = 0
    for block in simulate(plan):
        stream.write(b"\n".join(block.values) + b"\n")
        written += len(block.values)
        progress(len(block.values))
    return written


def publish(
    plan: Plan,
    settings: Settings,
    *,
    jobs: int = 1,
    rate: float | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> int:
    """Send a plan's events to Kafka and return how many; `rate` is events a second, of all jobs together.

    Several jobs share the customers: each sends in order of time, all together only roughly.
    Raises DeliveryError or aiokafka's KafkaError.
    """
    if jobs == 1:
        return _publish_part(plan, settings, 0, 1, rate, progress)
    context = multiprocessing.get_context("spawn")
    told: Queue[int] = context.Queue()
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_listen, initargs=(told,)) as pool:
        share = rate / jobs if rate else None
        parts = [pool.submit(_publish_job, plan, settings, job, jobs, share) for job in range(jobs)]
        _follow(parts, told, progress)
        return sum(part.result() for part in parts)


def _follow(parts: list[Future[int]], told: "Queue[int]", progress: Callable[[int], None]) -> None:
    """Pass on what the jobs tell until all are done, or one has failed."""
    running = set(parts)
    while running:
        done, running = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
        try:
            while True:
                progress(told.get_nowait())
        except Empty:
            pass
        if any(part.exception() for part in done):
            return


def _listen(told: "Queue[int]") -> None:
    """Keep the queue of a job's own process, where it tells how far it is."""
    global _told
    _told = told


def _publish_job(plan: Plan, settings: Settings, job: int, jobs: int, rate: float | None) -> int:
    assert _told is not None
    return _publish_part(plan, settings, job, jobs, rate, _told.put)


def _publish_part(
    plan: Plan, settings: Settings, job: int, jobs: int, rate: float | None, progress: Callable[[int], None]
) -> int:
    blocks = simulate(plan, job=job, jobs=jobs)
    topic = settings.topic(Topic.TOUCHPOINTS)
    return asyncio.run(publish_all(blocks, kafka_options(settings), topic, rate, progress))
