"""What is an outage: something else is away or unwell, and trying again is right."""

from aiokafka.errors import KafkaError
from clickhouse_connect.driver.exceptions import Error as ClickHouseError
from urllib3.exceptions import HTTPError


def is_outage(error: BaseException) -> bool:
    """Tell whether an error came from Kafka, ClickHouse or the way there, not from our own code."""
    return isinstance(error, KafkaError | ClickHouseError | HTTPError | OSError)
