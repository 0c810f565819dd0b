"""`vincle webhook`: sends each alert to a web address, signed, again and again until it is taken.

A process of its own that reads the topic of alerts, so that a slow or dead receiver never holds up the
stream. At least once and in the order of each partition; equal ids are the same alert. What to verify:

    Vincle-Signature: v1=<hex of HMAC-SHA256(secret, "<Vincle-Timestamp>.<body>")>

`Vincle-Timestamp` is in seconds and of this attempt: a receiver refuses what is older than a few minutes.
Alerts about customers who were erased since are passed over, also between two attempts.
"""

import hmac
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
import requests
from kafka import KafkaConsumer
from requests import Session

from schemas.names import WEBHOOK_GROUP, Topic
from schemas.settings import Settings
from streams.connections import kafka_options
from streams.pseudonyms import pseudonymiser
from streams.sinks.ledger import Ledger
from streams.sinks.vault import vault_of

ANSWER_SECONDS = 10.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0
LONGEST_BATCH_MS = 86_400_000
"""Kafka lets so much time pass between two messages: a receiver may be away for hours."""
TAKEN, UNWELL = 2, 5
"""First digits of answers."""
AGAIN = frozenset({408, 425, 429})
"""Answers below 500 after which the same message may be taken later."""

Pause = Callable[[float], None]
IsErased = Callable[[bytes], bool]
"""Tells whether an alert is about somebody who was erased by now."""
logger = logging.getLogger(__name__)


class WebhookError(Exception):
    """The webhook is not set up; the text is one line."""


@dataclass(frozen=True)
class Hook:
    """A receiver, and the secret that is shared with it."""

    url: str
    secret: bytes

    def headers(self, body: bytes, at_seconds: int) -> Mapping[str, str]:
        """Return the headers of an attempt."""
        return {
            "Content-Type": "application/cloudevents+json",
            "Vincle-Timestamp": str(at_seconds),
            "Vincle-Signature": signature(self.secret, at_seconds, body),
        }


def signature(secret: bytes, at_seconds: int, body: bytes) -> str:
    """Return what proves that a body comes from who knows the secret, at a time in seconds since 1970."""
    return "v1=" + hmac.digest(secret, f"{at_seconds}.".encode() + body, "sha256").hex()


class _Data(msgspec.Struct):
    person_id: str


class _Alert(msgspec.Struct):
    """Whom an alert is about."""

    subject: str
    data: _Data


def erased_by(ledger: Ledger, person_of: Callable[[str], str]) -> IsErased:
    """Return what asks the ledger about an alert; `person_of` gives the pseudonym of a customer.

    The subject of an alert that silence brought may be a pseudonym itself.
    """
    read = msgspec.json.Decoder(_Alert).decode

    def is_erased(body: bytes) -> bool:
        alert = read(body)
        ledger.news()
        return not ledger.erased.isdisjoint({alert.subject, person_of(alert.subject), alert.data.person_id})

    return is_erased


def deliver(
    hook: Hook,
    session: Session,
    body: bytes,
    is_erased: IsErased,
    pause: Pause = time.sleep,
    now: Callable[[], float] = time.time,
) -> bool:
    """Send until the receiver has answered for good: True if it took the message.

    False if it refused it, or if whom it is about was erased before it was taken.
    """
    seconds = FIRST_PAUSE_SECONDS
    while True:
        try:
            if is_erased(body):
                logger.info("an alert is not sent: its customer was erased")
                return False
            answer = session.post(
                hook.url,
                data=body,
                headers=hook.headers(body, int(now())),
                timeout=ANSWER_SECONDS,
                allow_redirects=False,
            )
            code = answer.status_code
            if code // 100 == TAKEN:
                return True
            if code // 100 < UNWELL and code not in AGAIN:
                logger.error("the webhook refused an alert for good: %d", code)
                return False
            told = str(code)
        except (requests.RequestException, sqlite3.OperationalError) as error:
            told = type(error).__name__
        logger.warning("an alert did not go to the webhook (%s), trying again in %.0f s", told, seconds)
        pause(seconds)
        seconds = min(2 * seconds, LONGEST_PAUSE_SECONDS)


def run_webhook(settings: Settings) -> None:
    """Send alerts until the process is ended; those of before the first start are not sent.

    Raises WebhookError if it is not set up, KafkaError if no broker answers.
    """
    hook, is_erased = hook_of(settings), _erased_by_vault(settings)
    consumer = KafkaConsumer(
        settings.topic(Topic.ALERTS),
        **kafka_options(settings),
        group_id=settings.topic(WEBHOOK_GROUP),
        auto_offset_reset="latest",
        enable_auto_commit=False,
        max_poll_records=1,
        max_poll_interval_ms=LONGEST_BATCH_MS,
    )
    with requests.Session() as session:
        for record in consumer:
            deliver(hook, session, record.value, is_erased)
            consumer.commit()


def hook_of(settings: Settings) -> Hook:
    """Return the receiver of the settings; WebhookError if address or secret is missing."""
    secret = settings.webhook_secret.get_secret_value()
    if not settings.webhook_url:
        raise WebhookError("VINCLE_WEBHOOK_URL is not set")
    if not secret:
        raise WebhookError("VINCLE_WEBHOOK_SECRET is not set: what is sent must be signed")
    return Hook(settings.webhook_url, secret.encode())


def _erased_by_vault(settings: Settings) -> IsErased:
    try:
        return erased_by(Ledger(vault_of(settings)), pseudonymiser(settings.pseudonym_secret()))
    except FileNotFoundError as error:
        raise WebhookError(f"who was erased cannot be known: there is no {error.filename}") from error
