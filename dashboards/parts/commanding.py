"""Giving a command: what is told to whoever pressed a button, and what becomes of what they typed."""

from collections.abc import Callable
from typing import Any, NamedTuple

from dash import ClientsideFunction, Dash, Input, Output, no_update
from pydantic import ValidationError

from dashboards.context import Context
from dashboards.sending import UndeliveredError
from dashboards.store import StoreEmptyError, StoreError
from schemas.commands import Command


class Given(NamedTuple):
    """What became of a command."""

    told: str
    is_sent: bool = False

    @property
    def outputs(self) -> list[Any]:
        """What is told, and the field beside the button: empty once what stood in it was sent."""
        return [self.told, "" if self.is_sent else no_update]


def forget(app: Dash, told: str, field: str) -> None:
    """Empty what is told and a field when the address changes: they were about something else."""
    app.clientside_callback(
        ClientsideFunction("vincle", "forget"),
        Output(told, "children", allow_duplicate=True),
        Output(field, "value", allow_duplicate=True),
        Input("url", "search"),
        prevent_initial_call=True,
    )


def give(
    context: Context,
    command: Callable[[], Command | str],
    *,
    nothing: str = "find.later",
    wrong: str = "alerts.wrong",
    sent: str = "alerts.sent",
) -> Given:
    """Make and send a command and return what to tell; a worker then obeys.

    In place of a command, the key of why there is none may be made. The others are keys of what is told:
    where what it is about is not there, where it cannot be said so, and when it was sent.
    """
    texts = context.texts()
    try:
        made = command()
        if isinstance(made, str):
            return Given(texts(made))
        context.send(made)
    except StoreEmptyError:
        return Given(texts(nothing))
    except StoreError:
        return Given(texts("find.later"))
    except ValidationError:
        return Given(texts(wrong))
    except UndeliveredError:
        return Given(texts("alerts.undelivered"))
    return Given(texts(sent), is_sent=True)
