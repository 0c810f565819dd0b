"""Clients of Kafka and ClickHouse, embedded or not, from the settings."""

import ssl
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client

from schemas.names import DatabaseUser
from schemas.settings import Settings

CONNECT_SECONDS = 5
ANSWER_SECONDS = 60
ON_CLUSTER: dict[str, Any] = {"distributed_product_mode": "global", "distributed_foreground_insert": 1}
"""A query within a query is asked once for all shards; an insert is acknowledged when the shards have it."""


def connect(
    settings: Settings,
    user: DatabaseUser = DatabaseUser.WRITER,
    database: str | None = None,
    answer_seconds: int = ANSWER_SECONDS,
) -> Client:
    """Return a client of ClickHouse; raises clickhouse_connect's OperationalError if it is not there.

    An answer may take so many seconds.
    """
    username, password = settings.clickhouse_login(user)
    return clickhouse_connect.get_client(
        host=settings.clickhouse_host,
        port=settings.clickhouse_port,
        secure=settings.clickhouse_secure,
        ca_cert=str(settings.clickhouse_ca_file) if settings.clickhouse_ca_file else None,
        username=username,
        password=password,
        database=database or settings.clickhouse_database,
        settings=ON_CLUSTER if settings.clickhouse_cluster else None,
        autogenerate_session_id=False,
        form_encode_query_params=True,
        query_retries=0,
        connect_timeout=CONNECT_SECONDS,
        send_receive_timeout=answer_seconds,
    )


def kafka_options(settings: Settings) -> dict[str, Any]:
    """Return the keyword arguments that kafka-python and aiokafka clients share."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap.split(","),
        "security_protocol": settings.kafka_security,
    }
    if settings.kafka_security.startswith("SASL"):
        options |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": settings.kafka_password.get_secret_value(),
        }
    context = ssl_context(settings)
    return options | ({"ssl_context": context} if context else {})


def ssl_context(settings: Settings) -> ssl.SSLContext | None:
    """Return a context that checks host names, if Kafka speaks TLS."""
    if not settings.kafka_security.endswith("SSL"):
        return None
    return ssl.create_default_context(cafile=str(settings.kafka_ca_file) if settings.kafka_ca_file else None)
