"""Says whether a record is valid, by the rules of `schemas/validity.md` and the published JSON Schema.

It shares no code with the worker and its models: the schema is read as the document that publishers have.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "schemas" / "contract" / "touchpoint.json").read_text(encoding="utf-8")
)
ATTRIBUTES = {name: rule for name, rule in SCHEMA["properties"].items() if name != "data"}
KNOWN_TYPES = frozenset(SCHEMA["properties"]["type"]["examples"])
MOST_BYTES = 1_048_576
TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
HALF = re.compile("[\ud800-\udfff]")
SCALES = {"csat": (1, 5), "ces": (1, 7), "nps": (0, 10), "stars": (1, 5)}
KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


class InvalidError(Exception):
    """A rule is broken; its argument is the reason."""


def reason_against(
    key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes | None]] = ()
) -> str:
    """Return the first rule that a record breaks, empty if it breaks none."""
    try:
        _judge(key, value, headers)
    except InvalidError as invalid:
        return str(invalid)
    return ""


def _judge(key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes | None]]) -> None:
    if not value:
        raise InvalidError("empty")
    if len(value) > MOST_BYTES:
        raise InvalidError("too_large")
    event = _binary(headers, value) if _is_binary(headers) else _parsed(value, "not_json")
    if not isinstance(event, dict):
        raise InvalidError("envelope")
    for name, rule in ATTRIBUTES.items():
        # Types beside touchpoints are none that a mutant can come to.
        if name == "type":
            rule = {
                "type": "string",
                "minLength": 1,
                "maxLength": 128,
                "pattern": r"^[a-z0-9_]+(\.[a-z0-9_]+)*$",
            }
        if name in event and not _fits(event[name], rule):
            raise InvalidError("envelope")
        if name not in event and name in SCHEMA["required"]:
            raise InvalidError("envelope")
    if event["type"] == "touchpoint.commitment.missed.v1":
        raise InvalidError("envelope")
    if key != event["subject"].encode():
        raise InvalidError("key")
    occurred = _instant(event["time"], "time")
    if event["type"] in KNOWN_TYPES:
        _judge_data(event, occurred)


def _is_binary(headers: Sequence[tuple[str, bytes | None]]) -> bool:
    told = {name.lower(): content or b"" for name, content in headers}
    structured = told.get("content-type", b"").startswith(b"application/cloudevents")
    return "ce_specversion" in told and not structured


def _binary(headers: Sequence[tuple[str, bytes | None]], value: bytes) -> dict[str, Any]:
    try:
        told = {name.lower(): (content or b"").decode() for name, content in headers}
    except UnicodeDecodeError:
        raise InvalidError("envelope") from None
    event: dict[str, Any] = {name[3:]: text for name, text in told.items() if name.startswith("ce_")}
    if "content-type" in told:
        event["datacontenttype"] = told["content-type"]
    return event | {"data": _parsed(value, "not_json")}


def _parsed(value: bytes, reason: str) -> Any:
    def refuse(_: str) -> None:
        raise InvalidError(reason)

    try:
        return _without_halves(json.loads(value.decode(), parse_constant=refuse), reason)
    except (ValueError, RecursionError):
        raise InvalidError(reason) from None


def _without_halves(told: Any, reason: str) -> Any:
    """Return what was told if no text in it has half of a surrogate pair."""
    if HALF.search(json.dumps(told, ensure_ascii=False)):
        raise InvalidError(reason)
    return told


def _instant(text: str, reason: str) -> datetime:
    try:
        if TIME.fullmatch(text):
            moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
        elif DAY.fullmatch(text):
            moment = datetime.combine(date.fromisoformat(text), datetime.min.time().replace(hour=12), UTC)
        else:
            raise InvalidError(reason)
    except (ValueError, OverflowError):
        raise InvalidError(reason) from None
    if not datetime(1900, 1, 1, tzinfo=UTC) <= moment <= datetime(2299, 12, 31, tzinfo=UTC):
        raise InvalidError(reason)
    return moment


def _judge_data(event: Mapping[str, Any], occurred: datetime) -> None:
    data = event.get("data", {})
    if not _fits(data, SCHEMA["properties"]["data"]) or any(_broken(data)):
        raise InvalidError("data")
    if (commitment := data.get("commitment")) and _instant(commitment["due"], "data") < occurred:
        raise InvalidError("data")


def _broken(data: Mapping[str, Any]) -> Iterator[bool]:
    """Yield of each rule that joins fields whether it is broken."""
    yield bool(data.get("needs_met")) and not data.get("recovery")
    if (made := data.get("commitment")) and data.get("keeps") is not None:
        scopes = made.get("scope", "source"), data.get("keeps_scope", "source")
        yield (made["id"], scopes[0]) == (data["keeps"], scopes[1])
    if survey := data.get("survey"):
        usual = SCALES[survey["kind"]]
        ends = [
            usual[place] if survey.get(end) is None else survey[end]
            for place, end in enumerate(("worst", "best"))
        ]
        yield ends[0] == ends[1]
        yield not min(ends) <= survey["score"] <= max(ends)
        yield survey["kind"] == "nps" and tuple(ends) != usual


def _fits(value: Any, rule: Mapping[str, Any]) -> bool:
    """Tell whether a value fits a rule of the JSON Schema, as far as ours goes."""
    if "$ref" in rule:
        return _fits(value, SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]])
    if "anyOf" in rule and not any(_fits(value, one) for one in rule["anyOf"]):
        return False
    if "not" in rule and _fits(value, rule["not"]):
        return False
    if "type" in rule and not _is_of(value, rule["type"]):
        return False
    if "const" in rule and value != rule["const"]:
        return False
    if "enum" in rule and value not in rule["enum"]:
        return False
    match value:
        case str():
            return _fits_text(value, rule)
        case bool() | None:
            return True
        case int() | float():
            return bool(rule.get("minimum", value) <= value <= rule.get("maximum", value))
        case list():
            short = len(value) <= rule.get("maxItems", len(value))
            return short and all(_fits(one, rule.get("items", {})) for one in value)
        case _:
            return _fits_object(value, rule)


def _is_of(value: Any, kind: str) -> bool:
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _fits_text(text: str, rule: Mapping[str, Any]) -> bool:
    if not rule.get("minLength", 0) <= len(text) <= rule.get("maxLength", len(text)):
        return False
    pattern = rule.get("pattern")
    return pattern is None or re.fullmatch(pattern.removeprefix("^").removesuffix("$"), text) is not None


def _fits_object(told: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
    known, further = rule.get("properties", {}), rule.get("additionalProperties", True)
    if any(name not in told for name in rule.get("required", ())):
        return False
    for name, value in told.items():
        if "propertyNames" in rule and not _fits(name, rule["propertyNames"]):
            return False
        if name in known:
            if not _fits(value, known[name]):
                return False
        elif further is False or (further is not True and not _fits(value, further)):
            return False
    return True
