"""Kafka over TLS with passwords: all of vincle works through it, and whoever does not belong is refused."""

import dataclasses
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from certificates import certificate_for
from kafka import KafkaConsumer
from pydantic import SecretStr, ValidationError
from stack import broker_place, running_broker, scratch_folder
from workers import DEADLINE_SECONDS, database, fresh_settings, settled, wait_until

from infra import processes
from infra.kafka.broker import SecureDoor
from infra.publisher import Publisher
from infra.workers import environment_of, running_worker
from schemas.envelope import Event
from schemas.names import Topic
from schemas.settings import Settings
from streams.connections import kafka_options

pytestmark = pytest.mark.stack

PASSWORD = "a-password-for-tests"
KNOCK = """
from kafka.admin import KafkaAdminClient
from schemas.settings import Settings
from streams.connections import kafka_options

options = kafka_options(Settings())
KafkaAdminClient(**options, bootstrap_timeout_ms=3000, request_timeout_ms=3000).close()
"""


@pytest.fixture(scope="module")
def secured() -> Iterator[Settings]:
    """Settings by which a broker's listener with TLS is reached, under the name localhost alone."""
    with scratch_folder() as folder:
        made = certificate_for(folder / "keys", "localhost")
        chain = folder / "keys" / "chain.pem"
        chain.write_bytes(made.key.read_bytes() + made.certificate.read_bytes())
        door = SecureDoor("localhost", processes.free_ports(1)[0], chain, {"vincle": PASSWORD})
        place = dataclasses.replace(broker_place(folder), secure=door)
        with running_broker(place):
            yield Settings(
                kafka_bootstrap=f"localhost:{door.port}",
                kafka_security="SASL_SSL",
                kafka_sasl_mechanism="PLAIN",
                kafka_username="vincle",
                kafka_password=SecretStr(PASSWORD),
                kafka_ca_file=made.authority,
            )


def test_publisher_worker_and_announcer_work_over_tls(secured: Settings, clickhouse, tmp_path: Path) -> None:
    kafka = [name for name in secured.model_fields_set if name.startswith("kafka_")]
    given = {name: getattr(secured, name) for name in kafka}
    settings = fresh_settings(given.pop("kafka_bootstrap"), clickhouse.port, tmp_path, **given)
    event = Event.touchpoint("delivery.late", id="1", source="/shop", customer="c1", time="2026-02-01")
    with running_worker(settings), database(settings) as client:
        with Publisher(kafka_options(settings), settings.topic(Topic.TOUCHPOINTS)) as publisher:
            publisher.send(event)
        wait_until(lambda: settled(client, 1), "the event is journaled and folded")
        told = KafkaConsumer(
            settings.topic(Topic.BONDS),
            **kafka_options(settings),
            auto_offset_reset="earliest",
            consumer_timeout_ms=30_000,
        )
        try:
            assert json.loads(next(iter(told)).value)["type"] == "bond.changed.v1"
        finally:
            told.close()


@pytest.mark.parametrize("wrong", ["", "name", "certificate", "password", "user", "no tls"])
def test_whoever_does_not_belong_is_refused(secured: Settings, tmp_path: Path, wrong: str) -> None:
    port = secured.kafka_bootstrap.rpartition(":")[2]
    changes = {
        "": {},
        "name": {"kafka_bootstrap": f"127.0.0.1:{port}"},
        "certificate": {"kafka_ca_file": certificate_for(tmp_path, "localhost").authority},
        "password": {"kafka_password": SecretStr("wrong")},
        "user": {"kafka_username": "nobody"},
        "no tls": {"kafka_security": "SASL_PLAINTEXT"},
    }
    # In a process of its own: a client of kafka-python that could not start never ends its thread.
    knocked = subprocess.run(
        (sys.executable, "-c", KNOCK),
        env=environment_of(secured.model_copy(update=changes[wrong])),
        capture_output=True,
        text=True,
        timeout=DEADLINE_SECONDS,
    )
    assert bool(knocked.returncode) is bool(wrong), knocked.stderr
    assert ("kafka.errors" in knocked.stderr) is bool(wrong)


def test_plain_text_is_spoken_on_this_machine_only_unless_it_is_allowed() -> None:
    for bootstrap in ("kafka.example.org:9092", "127.0.0.1:9092,10.0.0.7:9092"):
        for security in ("PLAINTEXT", "SASL_PLAINTEXT"):
            with pytest.raises(ValidationError, match="VINCLE_KAFKA_PLAINTEXT_ALLOWED"):
                Settings(kafka_bootstrap=bootstrap, kafka_security=security)
        Settings(kafka_bootstrap=bootstrap, kafka_plaintext_allowed=True)
        Settings(kafka_bootstrap=bootstrap, kafka_security="SASL_SSL")
    Settings(kafka_bootstrap="localhost:9092,[::1]:9093")
