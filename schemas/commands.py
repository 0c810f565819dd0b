"""Commands: what somebody wants done. They travel on a topic of their own; facts flow one way.

A command is an event whose subject is what it is about: an alert, a rule, a what-if, a customer's pseudonym.
Its key is the subject, so that the commands about one thing keep their order. One that comes twice counts
once, by its id.
"""

from typing import Any
from uuid import uuid4

from pydantic import AwareDatetime, Field, model_validator

from schemas.envelope import Envelope
from schemas.names import (
    ALERT_ACKNOWLEDGE,
    ALERT_ASSIGN,
    ALERT_CLOSE,
    CUSTOMER_ANONYMISE,
    CUSTOMER_ERASE,
    RULE_SWITCH,
    SCENARIO_SAVE,
)
from schemas.touchpoint import Contract, Name


class AlertCommandData(Contract):
    """Acknowledge an alert, or close it as done; erase a customer, or anonymise them."""

    by: Name = Field(description="Who gives the command")
    note: Name | None = Field(None, description="In their own words")


class AlertAssignmentData(AlertCommandData):
    """Assign an alert to somebody."""

    to: Name = Field(description="Who is to act")


class RuleSwitchData(AlertCommandData):
    """Switch a rule of alerts on or off, for what is received from then on."""

    on: bool = Field(description="On or off")


class ScenarioSaveData(AlertCommandData):
    """Save a what-if under a name, the subject."""

    scenario: str = Field(
        description="What is imagined, as the address of the page tells it", max_length=1000
    )


COMMAND_DATA: dict[str, type[AlertCommandData]] = {
    ALERT_ACKNOWLEDGE: AlertCommandData,
    ALERT_ASSIGN: AlertAssignmentData,
    ALERT_CLOSE: AlertCommandData,
    RULE_SWITCH: RuleSwitchData,
    SCENARIO_SAVE: ScenarioSaveData,
    CUSTOMER_ERASE: AlertCommandData,
    CUSTOMER_ANONYMISE: AlertCommandData,
}
"""The model of the data of each type of command."""


class Command(Envelope):
    """A whole command.

    >>> Command.of("alert.assign.v1", "3f1d8a5b9c0e7d2a4b6c", by="marta", to="joan",
    ...            time="2026-03-01T09:30:00Z").data.to
    'joan'
    """

    data: AlertAssignmentData | RuleSwitchData | ScenarioSaveData | AlertCommandData

    @model_validator(mode="after")
    def _data_of_its_type(self) -> "Command":
        model = COMMAND_DATA.get(self.type)
        if model is None:
            raise ValueError(f"type is none of {', '.join(COMMAND_DATA)}")
        if type(self.data) is not model:
            raise ValueError("data does not belong to the type")
        return self

    @classmethod
    def of(
        cls,
        type: str,
        subject: str,
        /,
        *,
        time: AwareDatetime | str,
        id: str | None = None,
        **data: Any,
    ) -> "Command":
        """Return a command; ValidationError names what is wrong. Without an id it gets a new one."""
        return cls(
            specversion="1.0",
            id=id or uuid4().hex,
            source="/vincle/commands",
            type=type,
            subject=subject,
            time=time,  # type: ignore[arg-type]
            datacontenttype="application/json",
            data={name: value for name, value in data.items() if value is not None},  # type: ignore[arg-type]
        )

    def to_json(self) -> bytes:
        """Return the command in structured mode, without what is absent."""
        return self.model_dump_json(exclude_none=True).encode()
