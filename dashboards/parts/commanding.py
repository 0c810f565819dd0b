"""Giving a command: what is told to whoever pressed a button."""

from collections.abc import Callable

from pydantic import ValidationError

from dashboards.context import Context
from dashboards.sending import UndeliveredError
from dashboards.store import StoreEmptyError, StoreError
from schemas.commands import Command


def give(
    context: Context,
    command: Callable[[], Command | str],
    *,
    nothing: str = "find.later",
    wrong: str = "alerts.wrong",
    sent: str = "alerts.sent",
) -> str:
    """Make and send a command and return what to tell; a worker then obeys.

    In place of a command, the key of why there is none may be made. The others are keys of what is told:
    where what it is about is not there, where it cannot be said so, and when it was sent.
    """
    texts = context.texts()
    try:
        made = command()
        if isinstance(made, str):
            return texts(made)
        context.send(made)
    except StoreEmptyError:
        return texts(nothing)
    except StoreError:
        return texts("find.later")
    except ValidationError:
        return texts(wrong)
    except UndeliveredError:
        return texts("alerts.undelivered")
    return texts(sent)
