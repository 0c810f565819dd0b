"""Runs one worker process until it is told to stop."""

import asyncio
import gc
import logging
import sys

import structlog
import uvloop
from faust.worker import Worker

from schemas.settings import Settings
from streams.app import build_app
from streams.complaints import Complaints
from streams.garbage import keep_little

GARBAGE_THRESHOLDS = (200_000, 20, 50)
"""A batch makes a hundred thousand small tuples; Python's own thresholds spend a third of the time on it."""
SWITCH_SECONDS = 0.001
"""While one batch is worked out, the one before is written: by another thread, which waits for its turn at
every answer of the database. With Python's own 5 ms a batch took a fifth longer to write."""


def run_worker(settings: Settings) -> None:
    """Run a worker; returns when it was told to stop by SIGTERM or SIGINT."""
    log_as_json_lines()
    keep_little()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    sys.setswitchinterval(SWITCH_SECONDS)
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    app = build_app(settings)
    gc.freeze()
    worker = Worker(
        app, loglevel="INFO", override_logging=False, loop=loop, console_port=0, blocking_timeout=0
    )
    worker.spinner = None  # it would draw into the log
    worker.execute_from_commandline()


def log_as_json_lines() -> None:
    """Send every log record to standard error as one JSON line."""
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(Complaints())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
