"""What is an outage: something else is away or unwell, and trying again is right."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiokafka.errors import KafkaError
from clickhouse_connect.driver.exceptions import Error as ClickHouseError
from urllib3.exceptions import HTTPError

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0

T = TypeVar("T")
Told = Callable[[str, BaseException | None], None]
"""Told what was attempted, and the error of an outage or None when that is over."""
logger = logging.getLogger(__name__)


VAULT_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
    }
)
"""A process that froze may hold the lock of the file; its folder may be away, or have no room."""
PRIMARY_CODE = 0xFF
"""Of SQLite's extended codes."""


def is_outage(error: BaseException) -> bool:
    """Tell whether an error came from Kafka, ClickHouse, the vault or the way there, not from our code."""
    if isinstance(error, sqlite3.OperationalError):
        return error.sqlite_errorcode & PRIMARY_CODE in VAULT_AWAY
    return isinstance(error, KafkaError | ClickHouseError | HTTPError | OSError)


def untold(what: str, error: BaseException | None) -> None:
    """Tell nobody."""


async def until_it_works(
    what: str,
    attempt: Callable[[], Awaitable[T]],
    told: Told = untold,
) -> T:
    """Return what an attempt gives, tried again after each outage; any other error comes out.

    The error of each outage is `told`, and None at the end, however it ends.
    """
    pause = FIRST_PAUSE_SECONDS
    try:
        while True:
            try:
                return await attempt()
            except Exception as error:
                if not is_outage(error):
                    raise
                told(what, error)
                logger.warning("%s failed, trying again in %.1f s: %s", what, pause, error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
    finally:
        told(what, None)
