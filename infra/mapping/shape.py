"""The shape of a mapping file: how rows of a log become events. Data, no code.

What the contract's data may hold, a mapping's `data` may hold: its fields are made from the contract.
A value is a constant, `{field: …}` or `{text: …}`; see the README of `infra/mappings`.
"""

from collections.abc import Mapping as Table
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    create_model,
    field_validator,
    model_validator,
)

from schemas.touchpoint import ProfileData, TouchpointData

Constant = str | int | float | bool
PROFILE_TYPE = "profile"


class Shape(BaseModel):
    """Base of the mapping's models."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Taken(Shape):
    """A field of the row, turned into what the event needs. An absent or empty field gives nothing."""

    field: str
    into: Literal["text", "number", "bool", "date", "time", "lower"] | None = Field(None, alias="as")
    map: dict[str, Constant | None] | None = Field(None, description="From the row's value to the event's")
    default: Constant | None = Field(None, description="Instead of an absent field, or one not in the map")
    times: float | None = Field(None, description="Factor of a number")
    format: str | None = Field(None, description="How a time is written, in the signs of strptime")
    zone: str | None = Field(None, description="Time zone of a time without one")

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        try:
            ZoneInfo(name or "UTC")
        except (KeyError, ValueError) as error:
            raise ValueError("is no time zone, as in Europe/Madrid") from error
        return name

    @field_validator("map", mode="before")
    @classmethod
    def _text_keys(cls, table: Any) -> Any:
        return {_key(key): value for key, value in table.items()} if isinstance(table, dict) else table

    @model_validator(mode="after")
    def _fits(self) -> "Taken":
        if self.times is not None and self.into != "number":
            raise ValueError("times goes with as: number")
        if (self.format or self.zone) and self.into != "time":
            raise ValueError("format and zone go with as: time")
        return self


class Told(Shape):
    """A text with fields of the row in braces; nothing if one of them is absent."""

    text: str


def _key(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind_of(value: Any) -> str | None:
    if isinstance(value, (Taken, Told)):
        return "taken" if isinstance(value, Taken) else "told"
    if isinstance(value, dict):
        return "taken" if "field" in value else "told" if "text" in value else None
    return "constant"


Value = Annotated[
    Annotated[Constant, Tag("constant")] | Annotated[Taken, Tag("taken")] | Annotated[Told, Tag("told")],
    Discriminator(
        _kind_of,
        custom_error_type="value",
        custom_error_message="must be a constant, or have `field` or `text`",
    ),
]


class Test(Shape):
    """What a field must be like for a rule to hold."""

    above: float | None = None
    below: float | None = None
    present: bool | None = None
    not_in: list[Constant] | None = Field(None, alias="not")


Condition = Annotated[
    Annotated[Constant, Tag("constant")]
    | Annotated[list[Constant], Tag("list")]
    | Annotated[Test, Tag("test")],
    Discriminator(lambda value: {list: "list", dict: "test", Test: "test"}.get(type(value), "constant")),
]


def _mapped(model: type[BaseModel], name: str) -> type[BaseModel]:
    """Return the model of a mapping for a model of the contract: the same fields, each a value."""
    fields: dict[str, Any] = {}
    for field_name, field in model.model_fields.items():
        fields[field_name] = (_mapped_field(field.annotation, field_name) | None, None)
    return create_model(name, __base__=Shape, **fields)


def _mapped_field(annotation: Any, name: str) -> Any:
    for argument in (annotation, *get_args(annotation)):
        if isinstance(argument, type) and issubclass(argument, BaseModel):
            return _mapped(argument, name)
        if getattr(argument, "__origin__", None) is dict:
            return dict[str, Value]
        if getattr(argument, "__origin__", None) is list:
            return list[Value]
    return Value


if TYPE_CHECKING:
    DataMapping = BaseModel
    ProfileMapping = BaseModel
else:
    DataMapping = _mapped(TouchpointData, "data")
    ProfileMapping = _mapped(ProfileData, "profile")


class Part(Shape):
    """What a rule says of an event; a rule goes before `common`."""

    id: Value | None = None
    source: Value | None = None
    customer: Value | None = None
    time: Value | None = None
    type: Value | None = Field(None, description="The catalogue's name of a touchpoint's type")
    data: DataMapping | None = None


class Rule(Part):
    """Rows for which all conditions of `when` hold become this event; the first rule that holds counts."""

    when: Table[str, Condition] = Field(default_factory=dict)
    skip: str | None = Field(None, description="Leave such rows out, for this reason")
    profile: ProfileMapping | None = Field(None, description="Facts about the customer")
    continues: bool = Field(False, description="Do the rules after it apply too?")

    @model_validator(mode="after")
    def _one_meaning(self) -> "Rule":
        said = [
            self.skip is not None,
            self.profile is not None,
            self.type is not None or self.data is not None,
        ]
        if sum(said) > 1:
            raise ValueError("a rule either skips, or gives a profile, or a touchpoint")
        return self


class Mapping(Shape):
    """A whole mapping file."""

    name: str
    about: str = ""
    common: Part = Part()
    rules: Annotated[list[Rule], Field(min_length=1)]
