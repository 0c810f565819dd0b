"""Sends commands: the way in for the command line and for the dashboard, which is handed the function."""

from collections.abc import Callable

from kafka.errors import KafkaError

from dashboards.sending import Send, UndeliveredError
from infra.publisher import DeliveryError, Publisher
from schemas.commands import Command
from schemas.names import Topic
from schemas.settings import Settings
from streams.connections import kafka_options


def sender(settings: Settings) -> Callable[[Command], None]:
    """Return a function that returns when Kafka has a command.

    It raises kafka.errors.KafkaError if no broker answers, DeliveryError if the command did not arrive.
    """

    def send(command: Command) -> None:
        with Publisher(kafka_options(settings), settings.topic(Topic.COMMANDS)) as publisher:
            publisher.send_bytes(command.subject.encode(), command.to_json(), name=command.id)

    return send


def delivering(settings: Settings) -> Send:
    """Return the function by which the dashboard sends a command."""
    send = sender(settings)

    def deliver(command: Command) -> None:
        try:
            send(command)
        except (KafkaError, DeliveryError, OSError) as error:
            raise UndeliveredError(str(error)) from error

    return deliver
