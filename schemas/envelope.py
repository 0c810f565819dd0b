"""The envelope of an event: CloudEvents 1.0, as far as it concerns us.

Source: CloudEvents 1.0.2, and its Kafka protocol binding (structured and binary content mode). Extension
attributes are accepted and not kept.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from schemas.instants import instant_of
from schemas.names import LINKED, MISSED_EVENT, PROFILE, UNLINKED, WITHDRAWN
from schemas.touchpoint import (
    Contract,
    Identifier,
    IdentityData,
    NameKind,
    ProfileData,
    TouchpointData,
    WithdrawalData,
)

CONTRACT_VERSION = (1, 0)
"""Major and minor version of the data that this release knows."""

ANOTHER_NAME = "must be another name than the subject"

Source = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^\x00-\x20\x7f|]+$")]
EventType = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")]


class Envelope(Contract):
    """The attributes of a CloudEvent. `subject` is the customer's id and equals the key of the record."""

    model_config = ConfigDict(extra="ignore")

    specversion: Literal["1.0"]
    id: Identifier
    source: Source
    type: EventType
    subject: Identifier
    time: Annotated[
        str, Field(max_length=64, json_schema_extra={"anyOf": [{"format": "date-time"}, {"format": "date"}]})
    ]
    datacontenttype: Annotated[str, Field(pattern=r"^application/json(;.*)?$", max_length=64)] | None = None
    dataschema: Annotated[str, Field(max_length=256)] | None = Field(
        None,
        description="Ends in the version of the data, /1.0; a newer minor version may have further fields",
    )

    @field_validator("time", mode="before")
    @classmethod
    def _text_of_time(cls, value: Any) -> Any:
        return value.isoformat() if hasattr(value, "isoformat") else value

    @field_validator("time")
    @classmethod
    def _possible_time(cls, value: str) -> str:
        instant_of(value)
        return value


class Event(Envelope):
    """A whole event, as publishers write it.

    >>> Event.touchpoint("delivery.late", id="7", source="/parcels", customer="c-1",
    ...                  time="2026-03-01T09:30:00Z", facts={"days_late": 2}).type
    'touchpoint.delivery.late.v1'
    """

    data: TouchpointData | WithdrawalData | ProfileData | IdentityData

    @field_validator("type")
    @classmethod
    def _published_type(cls, value: str) -> str:
        if value == MISSED_EVENT:
            raise ValueError("a missed commitment is computed, never published")
        return value

    @model_validator(mode="after")
    def _data_of_its_type(self) -> "Event":
        """Read data anew by the type where it fits several models, as `{"language": "ca"}` does."""
        model = data_model_of(self.type)
        if not isinstance(self.data, model):
            told = self.data.model_dump(exclude_unset=True)
            try:
                object.__setattr__(self, "data", model.model_validate(told))
            except ValidationError as error:
                raise ValueError("data does not belong to the type") from error
        if isinstance(self.data, IdentityData) and self.data.name == self.subject:
            raise ValueError(f"data.name {ANOTHER_NAME}")
        return self

    @classmethod
    def touchpoint(
        cls, name: str, /, *, id: str, source: str, customer: str, time: AwareDatetime | str, **data: Any
    ) -> "Event":
        """Return a touchpoint event of the catalogue's type `name`; ValidationError names what is wrong."""
        return cls.of(f"touchpoint.{name}.v1", id=id, source=source, customer=customer, time=time, data=data)

    @classmethod
    def linked(
        cls,
        name: str,
        /,
        *,
        id: str,
        source: str,
        customer: str,
        time: AwareDatetime | str,
        kind: NameKind = NameKind.OTHER,
    ) -> "Event":
        """Return the event that says that a customer is also known by `name`; their histories become one.

        >>> Event.linked("visitor-81", id="1", source="/shop", customer="c-1", time="2026-03-01T09:30:00Z",
        ...              kind=NameKind.ANONYMOUS).type
        'identity.linked.v1'
        """
        data = {"name": name, "kind": kind}
        return cls.of(LINKED, id=id, source=source, customer=customer, time=time, data=data)

    @classmethod
    def unlinked(
        cls, name: str, /, *, id: str, source: str, customer: str, time: AwareDatetime | str
    ) -> "Event":
        """Return the event that undoes a link: `name` is somebody else, and always was."""
        return cls.of(UNLINKED, id=id, source=source, customer=customer, time=time, data={"name": name})

    @classmethod
    def of(
        cls,
        type: str,
        /,
        *,
        id: str,
        source: str,
        customer: str,
        time: AwareDatetime | str,
        data: dict[str, Any],
    ) -> "Event":
        """Return an event of any type; ValidationError names what is wrong."""
        model = data_model_of(type)
        return cls(
            specversion="1.0",
            id=id,
            source=source,
            type=type,
            subject=customer,
            time=time,  # type: ignore[arg-type]
            datacontenttype="application/json",
            data=model.model_validate(data, strict=False),  # type: ignore[arg-type]
        )

    def to_json(self) -> bytes:
        """Return the event in structured mode, without what is absent."""
        return self.model_dump_json(exclude_none=True, exclude_defaults=True).encode()


def data_model_of(event_type: str) -> type[BaseModel]:
    """Return the model of an event's data by its type."""
    return _OTHER_DATA.get(event_type, TouchpointData)


_OTHER_DATA: dict[str, type[BaseModel]] = {
    WITHDRAWN: WithdrawalData,
    PROFILE: ProfileData,
    LINKED: IdentityData,
    UNLINKED: IdentityData,
}
