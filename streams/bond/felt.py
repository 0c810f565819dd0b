"""One felt touchpoint: the input of the model, and how it is read from JSON.

Nothing else in this package validates: a `FeltTouchpoint` is taken at its word. `read_felt` is the edge for
JSON objects in the format of the golden cases; streams that have checked their columns build it.
"""

import math
from collections.abc import Iterable, Mapping

from schemas.emotions import Need
from schemas.instants import instant_of
from streams.bond.parameters import EMOTIONS, MAX_IMPORTANCE, NEEDS
from streams.value import Value, astuple

EVEN_PROFILE = (0.2, 0.2, 0.2, 0.2, 0.2)


class FeltTouchpoint(Value, frozen=True):
    """What one touchpoint made a customer feel. Order in time is (at_ms, id), ids by Unicode code point."""

    id: str
    """Unique for ever."""
    at_ms: int
    """When it happened: milliseconds since 1970 UTC; finer digits are cut off."""
    valence: float
    """-1 to 1."""
    episode: str
    """The contact it belongs to; its own id if it stands alone."""
    arousal: float = 0.5
    """0 to 1."""
    importance: float = 1.0
    """Above 0, to 3: importance times the confidence of the reading."""
    promise: float = 0.0
    """-1 to 1: what was promised, or is usual, there."""
    profile: tuple[float, ...] = EVEN_PROFILE
    """Weight of each of EMOTIONS; sums to 1. On a bad touchpoint: which emotion is damaged."""
    case: str | None = None
    """The failure and its recovery it belongs to."""
    recovery: bool = False
    """Is it an act of recovery?"""
    needs: int = 0
    """Needs it met, as a mask over NEEDS."""


class FieldError(ValueError):
    """A field that cannot be read: its path, and the reason, which never repeats the value."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


_REQUIRED = frozenset({"id", "occurred_at", "valence"})
_OPTIONAL = frozenset(
    {"arousal", "importance", "promise", "profile", "episode", "case", "recovery", "needs_met"}
)


def read_felt(fields: object, path: str = "") -> FeltTouchpoint:
    """Read one JSON object. An absent or null optional field takes its default.

    `path` is where the object stands in its document; errors begin with it.
    Raises FieldError for a field that is missing, unknown, of the wrong kind or out of range.
    """
    if not isinstance(fields, Mapping):
        raise FieldError(path, "must be an object")
    given = {name: value for name, value in fields.items() if value is not None}
    _check_names(given, path)
    identity = _text(given["id"], _at(path, "id"))
    if not identity:
        raise FieldError(_at(path, "id"), "must not be empty")
    return FeltTouchpoint(
        id=identity,
        at_ms=read_instant(given["occurred_at"], _at(path, "occurred_at")),
        valence=_number(given["valence"], _at(path, "valence"), -1, 1),
        episode=_text(given.get("episode", ""), _at(path, "episode")) or identity,
        arousal=_number(given.get("arousal", 0.5), _at(path, "arousal"), 0, 1),
        importance=_importance(given.get("importance", 1.0), _at(path, "importance")),
        promise=_number(given.get("promise", 0.0), _at(path, "promise"), -1, 1),
        profile=_profile(given["profile"], _at(path, "profile")) if "profile" in given else EVEN_PROFILE,
        case=_text(given.get("case", ""), _at(path, "case")) or None,
        recovery=_truth(given.get("recovery", False), _at(path, "recovery")),
        needs=_needs(given.get("needs_met", []), _at(path, "needs_met")),
    )


def one_copy_each(touchpoints: Iterable[FeltTouchpoint]) -> list[FeltTouchpoint]:
    """Keep one copy of each id. Of copies that differ the least stands, in whatever order they came."""
    kept: dict[str, FeltTouchpoint] = {}
    for touchpoint in touchpoints:
        known = kept.setdefault(touchpoint.id, touchpoint)
        if known != touchpoint:
            kept[touchpoint.id] = min(known, touchpoint, key=_comparable)
    return list(kept.values())


def _comparable(touchpoint: FeltTouchpoint) -> tuple[object, ...]:
    return tuple("" if value is None else value for value in astuple(touchpoint))


def read_instant(value: object, path: str) -> int:
    """Read a time as milliseconds since 1970 UTC. Raises FieldError."""
    try:
        return instant_of(_text(value, path))
    except FieldError:
        raise
    except ValueError as error:
        raise FieldError(path, str(error)) from error


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _check_names(given: Mapping[str, object], path: str) -> None:
    for name in sorted(_REQUIRED - given.keys()):
        raise FieldError(_at(path, name), "is required")
    for name in sorted(given.keys() - _REQUIRED - _OPTIONAL):
        raise FieldError(_at(path, name), "is not a field of a felt touchpoint")


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise FieldError(path, "must be a string")
    return value


def _truth(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise FieldError(path, "must be true or false")
    return value


def _number(value: object, path: str, least: float, greatest: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FieldError(path, "must be a number")
    if not least <= value <= greatest:  # also refuses NaN
        raise FieldError(path, f"must be from {least:g} to {greatest:g}")
    return float(value)


def _importance(value: object, path: str) -> float:
    importance = _number(value, path, 0, MAX_IMPORTANCE)
    if importance == 0.0:
        raise FieldError(path, "must be above 0")
    return importance


_MAX_WEIGHT = 1e9
"""Of an emotion in a profile, before it is normalised: far above any sense, far below overflow."""


def _profile(value: object, path: str) -> tuple[float, ...]:
    if not isinstance(value, Mapping):
        raise FieldError(path, "must be an object of emotions and weights")
    for name in value:
        if name not in EMOTIONS:
            raise FieldError(_at(path, str(name)), f"is none of {', '.join(EMOTIONS)}")
    given = {name: weight for name, weight in value.items() if weight is not None}
    weights = [_number(given.get(name, 0.0), _at(path, name), 0, _MAX_WEIGHT) for name in EMOTIONS]
    total = math.fsum(weights)
    if total == 0.0:
        raise FieldError(path, "must have a weight above 0")
    return tuple(weight / total for weight in weights)


def _needs(value: object, path: str) -> int:
    if not isinstance(value, list | tuple):
        raise FieldError(path, "must be a list of needs")
    mask = 0
    for position, name in enumerate(value):
        if not isinstance(name, str) or name not in NEEDS:
            raise FieldError(f"{path}[{position}]", f"is none of {', '.join(NEEDS)}")
        mask |= 1 << NEEDS.index(Need(name))
    return mask
