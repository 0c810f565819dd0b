"""Runs one worker process until it is told to stop."""

import asyncio
import logging
import sys

import structlog
import uvloop
from faust.worker import Worker

from schemas.settings import Settings
from streams.app import build_app


def run_worker(settings: Settings) -> None:
    """Run a worker; returns when it was told to stop by SIGTERM or SIGINT."""
    log_as_json_lines()
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    app = build_app(settings)
    worker = Worker(
        app, loglevel="INFO", override_logging=False, loop=loop, console_port=0, blocking_timeout=0
    )
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
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
