"""The Faust application: chunks of touchpoints in, rows and announcements out.

`build_app(settings)` wires everything; importing this module starts nothing.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Iterable
from typing import Any

import faust
from faust.types import TP

from schemas.names import CONSUMER_GROUP, Topic
from schemas.settings import Settings
from streams.connections import ssl_context
from streams.garbage import COLLECT_SECONDS, collect_garbage
from streams.transport import ChunkSchema, ChunkTransport
from streams.vitals import Vitals, serve
from streams.waiting import Delivery
from streams.wiring import build_command_keeper, build_conveyor, build_copier

EXIT_UNEXPECTED = 70
"""Exit code (EX_SOFTWARE) after an error that was not foreseen."""
SESSION_SECONDS = 10.0
HEARTBEAT_SECONDS = 3.0
COMMIT_SECONDS = 0.5
LAG_SECONDS = 5.0
CHUNK_RECORDS = 1_000
"""In a chunk, at most: it is worked out in one go, and acknowledged as one."""
CHUNKS_BUFFERED = 16
"""In front of each stream."""

logger = logging.getLogger(__name__)


def build_app(settings: Settings) -> faust.App:
    """Return the worker's application. Nothing is opened before it starts."""
    app = faust.App(
        settings.topic(CONSUMER_GROUP),
        broker=[f"aiokafka://{server}" for server in settings.kafka_bootstrap.split(",")],
        broker_credentials=_credentials(settings),
        broker_session_timeout=SESSION_SECONDS,
        broker_heartbeat_interval=HEARTBEAT_SECONDS,
        broker_commit_interval=COMMIT_SECONDS,
        broker_max_poll_records=min(CHUNK_RECORDS, settings.worker_batch),
        consumer_auto_offset_reset="earliest",
        stream_wait_empty=False,
        stream_buffer_maxsize=CHUNKS_BUFFERED,
        topic_disable_leader=True,
        topic_partitions=settings.partitions,
        web_enabled=False,
        datadir=str(settings.data_folder / "faust"),
        autodiscover=False,
    )
    app.transport = ChunkTransport(app.conf.broker_consumer, app, app.loop)
    vitals = Vitals()
    conveyor = build_conveyor(settings, vitals)
    keeper = build_command_keeper(settings)
    copier = build_copier(settings)
    touchpoints = settings.topic(Topic.TOUCHPOINTS)
    commands = app.topic(settings.topic(Topic.COMMANDS), schema=ChunkSchema())

    async def read(stream: Any) -> None:
        async for event in stream.noack().events():
            await conveyor.put(Delivery(event.value, event.ack, event.message.generation_id))

    for topic in (Topic.TOUCHPOINTS, Topic.TOUCHED):
        chunks = app.topic(settings.topic(topic), schema=ChunkSchema())
        app.agent(chunks, name=topic.name.lower(), concurrency=1)(read)

    @app.agent(commands, name="commands", concurrency=1)
    async def obey(stream: Any) -> None:
        async for event in stream.noack().events():
            await _or_leave(keeper.keep(event.value))
            event.ack()

    @app.timer(LAG_SECONDS)
    async def look_at_lag() -> None:
        for tp in app.consumer.assignment():
            if tp.topic == settings.topic(Topic.TOUCHPOINTS):
                consumer = app.consumer
                vitals.reaches(tp.partition, consumer.highwater(tp), consumer.committed(tp))

    @app.timer(COLLECT_SECONDS)
    async def give_back() -> None:
        collect_garbage()

    @app.timer(settings.copy_seconds)
    async def copy_what_was_felt() -> None:
        # One worker does it for all.
        if TP(touchpoints, 0) in app.consumer.assignment():
            await _or_leave(copier.renew())

    @app.task
    async def convey() -> None:
        if settings.worker_health_port:
            serve(vitals, settings.worker_health_port)
        await _or_leave(conveyor.run())

    @app.on_partitions_revoked.connect(weak=False)
    async def give_up(_: Any, revoked: Iterable[TP], **__: Any) -> None:
        conveyor.give_up()

    @app.on_partitions_assigned.connect(weak=False)
    async def take_over(_: Any, assigned: Iterable[TP], **__: Any) -> None:
        ours = [tp.partition for tp in assigned if tp.topic == touchpoints]
        conveyor.own(ours, app.consumer_generation_id)

    return app


async def _or_leave(work: Awaitable[None]) -> None:
    """Wait for work; an unexpected error ends the process."""
    try:
        await work
    except asyncio.CancelledError:
        raise
    except BaseException:
        # Anything gentler would let Faust acknowledge and commit what was not journaled.
        logger.critical("unexpected error; leaving without acknowledgement", exc_info=True)
        logging.shutdown()
        os._exit(EXIT_UNEXPECTED)


def _credentials(settings: Settings) -> Any:
    context = ssl_context(settings)
    if settings.kafka_security.startswith("SASL"):
        return faust.SASLCredentials(
            username=settings.kafka_username,
            password=settings.kafka_password.get_secret_value(),
            ssl_context=context,
            mechanism=settings.kafka_sasl_mechanism,
        )
    return faust.SSLCredentials(context=context) if context else None
