"""What is an outage: something else is away or unwell, and trying again is right."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiokafka.errors import KafkaError
from clickhouse_connect.driver.exceptions import Error as ClickHouseError
from urllib3.exceptions import HTTPError

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0

T = TypeVar("T")
logger = logging.getLogger(__name__)


def is_outage(error: BaseException) -> bool:
    """Tell whether an error came from Kafka, ClickHouse or the way there, not from our own code."""
    return isinstance(error, KafkaError | ClickHouseError | HTTPError | OSError)


async def until_it_works(what: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """Return what an attempt gives, tried again after each outage; any other error comes out."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return await attempt()
        except Exception as error:
            if not is_outage(error):
                raise
            logger.warning("%s failed, trying again in %.1f s: %s", what, pause, error)
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
