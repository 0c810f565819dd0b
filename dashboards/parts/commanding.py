"""Giving a command: what is told to whoever pressed a button."""

from collections.abc import Callable

from pydantic import ValidationError

from dashboards.context import Context
from dashboards.sending import UndeliveredError
from dashboards.store import StoreEmptyError, StoreError
from schemas.commands import Command


def give(context: Context, command: Callable[[], Command], nothing: str) -> str:
    """Make and send a command and return what to tell; a worker then obeys.

    `nothing` is the key of what is told where what it is about is not there.
    """
    texts = context.texts()
    try:
        context.send(command())
    except StoreEmptyError:
        return texts(nothing)
    except StoreError:
        return texts("find.later")
    except ValidationError:
        return texts("alerts.wrong")
    except UndeliveredError:
        return texts("alerts.undelivered")
    return texts("alerts.sent")
