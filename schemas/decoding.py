"""A fast decoder for every model of the contract.

Pydantic defines the contract and explains refusals; msgspec decodes what is right, ten times faster. The
msgspec structs are derived from the pydantic models, so there is one definition; a property test shows that
both accept the same events. In JSON Schema and pydantic `$` is the end of the text, in Python it also stands
before a last newline, so patterns end in `\\Z` here. Checks that join fields (`check`) run in both.
"""

import types
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined


@cache
def struct_of(model: type[BaseModel], is_open: bool = False) -> type[msgspec.Struct]:
    """Return a frozen msgspec struct with the fields, constraints, defaults and check of a model.

    An open one passes over fields that it does not know, at any depth.
    """
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for name, field in model.model_fields.items():
        annotation = _constrained(_translated(field.annotation, is_open), field.metadata)
        fields.append((name, annotation) if field.is_required() else (name, annotation, _default(field)))
    check = getattr(model, "check", None)
    return msgspec.defstruct(
        model.__name__,
        fields,
        kw_only=True,
        frozen=True,
        gc=False,
        omit_defaults=True,
        forbid_unknown_fields=not is_open and model.model_config.get("extra") == "forbid",
        namespace={"__post_init__": check} if check else None,
    )


def _default(field: FieldInfo) -> Any:
    if field.default_factory is not None:
        return msgspec.field(default_factory=field.default_factory)  # type: ignore[arg-type]
    return None if field.default is PydanticUndefined else field.default


def _translated(annotation: Any, is_open: bool) -> Any:
    """Rewrite an annotation with structs for models and msgspec constraints for pydantic's."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _constrained(
            _translated(arguments[0], is_open), [m for a in arguments[1:] for m in _metadata(a)]
        )
    if origin in (Union, types.UnionType):
        return Union[tuple(_translated(argument, is_open) for argument in arguments)]  # noqa: UP007
    if origin in (list, dict):
        return origin[tuple(_translated(argument, is_open) for argument in arguments)]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return struct_of(annotation, is_open)
    return annotation


def _metadata(annotation: Any) -> list[Any]:
    return annotation.metadata if isinstance(annotation, FieldInfo) else [annotation]


def _constrained(annotation: Any, metadata: list[Any]) -> Any:
    constraints: dict[str, Any] = {}
    for item in metadata:
        match item:
            case Ge(ge=bound):
                constraints["ge"] = bound
            case Le(le=bound):
                constraints["le"] = bound
            case MinLen(min_length=length):
                constraints["min_length"] = length
            case MaxLen(max_length=length):
                constraints["max_length"] = length
            case _ if getattr(item, "pattern", None):
                constraints["pattern"] = item.pattern.removesuffix("$") + r"\Z"
            case _:
                raise TypeError(f"no fast decoder for the constraint {item!r}")
    return Annotated[annotation, msgspec.Meta(**constraints)] if constraints else annotation
