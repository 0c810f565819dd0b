"""Turn rows into events by a mapping. Pure; messages never hold values of a row."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from infra.mapping.shape import Mapping, Part, Rule, Taken, Test, Told
from schemas.names import PROFILE

Row = dict[str, Any]
Getter = Callable[[Row], Any]
_PLACE = re.compile(r"\{([^{}]+)\}")
_TRUE, _FALSE = {"true", "yes", "y", "1", "t"}, {"false", "no", "n", "0", "f"}
NEEDED = ("id", "source", "customer", "time", "type")


class RowError(ValueError):
    """A row cannot become an event: `field` of the event, and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Skipped:
    """A row that a rule leaves out."""

    reason: str


@dataclass(frozen=True)
class _Line:
    """A rule, compiled."""

    holds: Callable[[Row], bool]
    skip: str | None
    fields: dict[str, Getter]
    data: Getter
    is_profile: bool
    continues: bool


class RowMapper:
    """Applies one mapping to rows."""

    def __init__(self, mapping: Mapping) -> None:
        self._lines = [_compiled(mapping.common, rule) for rule in mapping.rules]

    def events_of(self, row: Row) -> Iterator[dict[str, Any] | Skipped]:
        """Give the events of a row, as CloudEvents, or why it is skipped; RowError if it cannot be mapped."""
        applied = False
        for line in self._lines:
            if not line.holds(row):
                continue
            applied = True
            yield Skipped(line.skip) if line.skip is not None else _event(line, row)
            if not line.continues:
                return
        if not applied:
            raise RowError("row", "no rule of the mapping holds for it")


def _event(line: _Line, row: Row) -> dict[str, Any]:
    told = {name: _got(get, row, name) for name, get in line.fields.items()}
    missing = next((name for name in NEEDED if told.get(name) in (None, "")), None)
    if missing:
        raise RowError(missing, "is not there")
    return {
        "specversion": "1.0",
        "id": str(told["id"]),
        "source": str(told["source"]),
        "type": PROFILE if line.is_profile else f"touchpoint.{told['type']}.v1",
        "subject": str(told["customer"]),
        "time": told["time"],
        "datacontenttype": "application/json",
        "data": line.data(row) or {},
    }


def _got(get: Getter, row: Row, name: str) -> Any:
    try:
        return get(row)
    except RowError:
        raise
    except ValueError as error:
        raise RowError(name, str(error)) from error


def _compiled(common: Part, rule: Rule) -> _Line:
    fields = {name: _getter(_first(rule, common, name)) for name in NEEDED}
    is_profile = rule.profile is not None
    if is_profile:
        fields["type"] = lambda row: PROFILE
        data = _object(rule.profile, None, "data")
    else:
        data = _object(rule.data, common.data, "data")
    tests = [(_path(field), _test(condition)) for field, condition in rule.when.items()]
    return _Line(
        lambda row: all(test(get(row)) for get, test in tests),
        rule.skip,
        fields,
        data,
        is_profile,
        rule.continues,
    )


def _first(rule: Part, common: Part, name: str) -> Any:
    own = getattr(rule, name)
    return own if own is not None else getattr(common, name)


def _object(own: BaseModel | None, common: BaseModel | None, path: str) -> Getter:
    """Return a getter of an object; a field of the rule goes before the common one."""
    shape = own if own is not None else common
    names = list(type(shape).model_fields) if shape is not None else []
    parts: list[tuple[str, Getter]] = []
    for name in names:
        mine, theirs = getattr(own, name, None), getattr(common, name, None)
        if mine is not None or theirs is not None:
            parts.append((name, _part(mine, theirs, f"{path}.{name}")))
    return lambda row: _filled(parts, row, path) or None


def _part(own: Any, common: Any, path: str) -> Getter:
    value = own if own is not None else common
    if isinstance(value, BaseModel) and not isinstance(value, (Taken, Told)):
        return _object(own, common, path)
    if isinstance(value, dict):
        parts = [(name, _getter(each)) for name, each in {**(common or {}), **(own or {})}.items()]
        return lambda row: _filled(parts, row, path) or None
    if isinstance(value, list):
        getters = [_getter(each) for each in value]
        return lambda row: [got for get in getters if (got := get(row)) is not None] or None
    return _getter(value)


def _filled(parts: list[tuple[str, Getter]], row: Row, path: str) -> dict[str, Any]:
    filled = {name: _got(get, row, f"{path}.{name}") for name, get in parts}
    return {name: got for name, got in filled.items() if got is not None}


def _path(path: str) -> Getter:
    """Return a getter of a field, as `a` or `a.b`; None if it is absent."""
    whole, parts = path, path.split(".")

    def get(row: Row) -> Any:
        if whole in row:
            return row[whole]
        value: Any = row
        for part in parts:
            value = value.get(part) if isinstance(value, dict) else None
        return value

    return get


def _getter(value: Any) -> Getter:
    if isinstance(value, Told):
        return _template(value.text)
    if isinstance(value, Taken):
        return _taken(value)
    return lambda row: value


def _template(text: str) -> Getter:
    gets = {place: _path(place) for place in _PLACE.findall(text)}

    def get(row: Row) -> str | None:
        values = {place: found(row) for place, found in gets.items()}
        if any(value is None or value == "" for value in values.values()):
            return None
        return _PLACE.sub(lambda match: _plain(values[match[1]]), text)

    return get


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _taken(taken: Taken) -> Getter:
    get, turned = _path(taken.field), _turned(taken)

    def value_of(row: Row) -> Any:
        value = get(row)
        if value is None or value == "":
            return taken.default
        if taken.map is not None:
            if _plain(value) in taken.map:
                return taken.map[_plain(value)]
            if taken.default is None:
                raise ValueError(f"the value of {taken.field} is not in the map")
            return taken.default
        try:
            return turned(value)
        except (ValueError, TypeError) as error:
            raise ValueError(f"{taken.field} is no {taken.into}") from error

    return value_of


def _turned(taken: Taken) -> Callable[[Any], Any]:
    zone = ZoneInfo(taken.zone or "UTC")

    def time(value: Any) -> str:
        text, format_ = str(value), taken.format
        # A time without a zone gets the mapping's.
        moment = datetime.strptime(text, format_) if format_ else datetime.fromisoformat(text)  # noqa: DTZ007
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()

    def number(value: Any) -> float:
        found = float(value) * (1 if taken.times is None else taken.times)
        return int(found) if found.is_integer() else found

    def truth(value: Any) -> bool:
        word = _plain(value).strip().lower()
        if word not in _TRUE | _FALSE:
            raise ValueError("neither true nor false")
        return word in _TRUE

    turns: dict[str | None, Callable[[Any], Any]] = {
        None: lambda value: value,
        "text": _plain,
        "lower": lambda value: _plain(value).lower(),
        "date": lambda value: datetime.fromisoformat(str(value)).date().isoformat(),
        "time": time,
        "number": number,
        "bool": truth,
    }
    return turns[taken.into]


def _test(condition: Any) -> Callable[[Any], bool]:
    if not isinstance(condition, Test):
        allowed = {_plain(each) for each in (condition if isinstance(condition, list) else [condition])}
        return lambda value: value is not None and _plain(value) in allowed
    refused = {_plain(each) for each in condition.not_in or ()}

    def holds(value: Any) -> bool:
        is_there = value is not None and value != ""
        if condition.present is not None and is_there != condition.present:
            return False
        if is_there and _plain(value) in refused:
            return False
        if condition.above is None and condition.below is None:
            return True
        try:
            number = float(value)
        except (ValueError, TypeError):
            return False
        above = condition.above is None or number > condition.above
        return above and (condition.below is None or number < condition.below)

    return holds
