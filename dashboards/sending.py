"""The way for commands out of the dashboard: a function that is given, for the dashboard knows no Kafka."""

from collections.abc import Callable

from schemas.commands import Command

Send = Callable[[Command], None]
"""Returns when the command has arrived; raises UndeliveredError if it did not."""


class UndeliveredError(Exception):
    """A command did not arrive."""


def no_way(command: Command) -> None:
    """Deliver nothing: where a dashboard is without Kafka."""
    raise UndeliveredError(f"there is no way to send {command.type}")
