"""From a Kafka record to an event that can be trusted, or the reason why not. Pure.

What is right takes the fast decoder; whatever it refuses is judged by pydantic, whose models are the
contract, so that the reason names the field. The rules in words: `schemas/validity.md`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from types import NoneType
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from pydantic import BaseModel, ValidationError

from schemas.catalogue import Catalogue
from schemas.decoding import struct_of
from schemas.envelope import ANOTHER_NAME, CONTRACT_VERSION, Envelope, data_model_of
from schemas.instants import instant_of
from schemas.names import LINKED, MISSED_EVENT, PROFILE, UNLINKED, WITHDRAWN
from schemas.rejections import ContentError, Hold, Reason
from streams.events import Event, Held, Record, Rejected

MAX_EVENT_BYTES = 1_048_576
FUTURE_MARGIN_MS = 5 * 60_000
"""An event may be this much later than Kafka's append time before it is held."""
STRUCTURED = "application/cloudevents"

_TYPE = re.compile(r"(.+)\.v(\d+)\Z")
_DATASCHEMA_VERSION = re.compile(r"/(\d+)\.(\d+)\Z")


_NO_DATA = msgspec.Raw(b"{}")
_Envelope = msgspec.defstruct(
    "_Envelope",
    [("data", msgspec.Raw, _NO_DATA)],
    bases=(struct_of(Envelope),),
    kw_only=True,
    frozen=True,
)


_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_encode = msgspec.json.Encoder(order="deterministic").encode
_FREE = (str, int, float, bool, NoneType)
"""What a free field may be."""
_REFUSALS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Intake:
    """Reads records by one catalogue and the company's time zone; keeps no state between records."""

    def __init__(self, catalogue: Catalogue, company_zone: ZoneInfo) -> None:
        self._names = {f"touchpoint.{name}.v1": name for name in catalogue.published}
        self.known_types = frozenset({*self._names, WITHDRAWN, PROFILE, LINKED, UNLINKED})
        self._known_stems = {kind.rpartition(".")[0] for kind in self.known_types}
        self._decoders, self._open_decoders = (
            {
                kind: msgspec.json.Decoder(struct_of(data_model_of(kind), is_open)).decode
                for kind in self.known_types
            }
            for is_open in (False, True)
        )
        self._zone = company_zone

    def read(self, record: Record, clock_ms: int) -> Event | Held | Rejected:
        """Return the event of a record, or why it is held or rejected. Raises nothing for any content.

        `clock_ms` is Kafka's clock: the append time of this record, or of a later one if it was held before.
        """
        envelope = None
        try:
            envelope = _envelope_of(record)
            return self._event(record, envelope, clock_ms)
        except ContentError as error:
            source, type_ = (envelope.source, envelope.type) if envelope else ("", "")
            return Rejected(record, error.reason, error.field, error.detail, source, type_)

    def _event(self, record: Record, envelope: Any, clock_ms: int) -> Event | Held:
        kind = envelope.type
        if kind == MISSED_EVENT:
            raise ContentError(Reason.ENVELOPE, "type", "a missed commitment is computed, never published")
        if record.key is None or record.key != envelope.subject.encode():
            raise ContentError(Reason.KEY, "key", "must be the subject, the customer's id")
        try:
            occurred = instant_of(envelope.time, self._zone)
        except ValueError as error:
            raise ContentError(Reason.TIME, "time", str(error)) from error
        if kind not in self.known_types:
            return Held(record, self._hold_of(kind), record.received_ms, envelope.source, kind)
        data, payload, content_hash = self._content(envelope, occurred)
        if kind in (LINKED, UNLINKED) and data.name == envelope.subject:
            raise ContentError(Reason.DATA, "data.name", ANOTHER_NAME)
        due_ms = self._due_ms(data, occurred)
        over = _over_ms(data, occurred)
        if over > clock_ms + FUTURE_MARGIN_MS:
            return Held(record, Hold.FUTURE, over, envelope.source, kind)
        return Event(
            record,
            envelope.id,
            envelope.source,
            kind,
            self._names.get(kind, ""),
            envelope.subject,
            occurred,
            data,
            payload,
            content_hash,
            due_ms=due_ms,
        )

    def _due_ms(self, data: Any, occurred: int) -> int | None:
        """Return when the commitment that is made is due; a date is noon in the company's time zone."""
        commitment = getattr(data, "commitment", None)
        if commitment is None:
            return None
        due = instant_of(commitment.due, self._zone)
        if due < occurred:
            raise ContentError(
                Reason.DATA, "data.commitment.due", "must not lie before the time of the event"
            )
        return due

    def _hold_of(self, kind: str) -> Hold:
        parts = _TYPE.match(kind)
        return Hold.NEWER_VERSION if parts and parts[1] in self._known_stems else Hold.UNKNOWN_TYPE

    def _content(self, envelope: Any, occurred: int) -> tuple[Any, bytes, int]:
        """Return the data, its canonical JSON without text and free fields, and a hash of all of it."""
        try:
            data = self._decoders[envelope.type](envelope.data)
        except _REFUSALS as refusal:
            data = self._judged(envelope, bytes(envelope.data), refusal)
        text, attributes = getattr(data, "text", None), getattr(data, "attributes", None)
        if text is None and not attributes:
            payload = _encode(data)
        else:
            payload = _encode(msgspec.structs.replace(data, text=None, attributes={}))
        digest = blake2b(payload, digest_size=8)
        if attributes:
            digest.update(_encode(attributes))
        digest.update(f"{envelope.type}|{occurred}|{text or ''}".encode())
        return data, payload, int.from_bytes(digest.digest())

    def _judged(self, envelope: Any, raw: bytes, refusal: Exception) -> Any:
        """Return data that the fast decoder refused, if they are right all the same; else raise ContentError.

        A newer minor version may have fields that are not known here: they are kept among the free ones.
        """
        is_newer = _is_newer_minor(envelope.dataschema)
        decode = (self._open_decoders if is_newer else self._decoders)[envelope.type]
        data = _decoded_again(decode, data_model_of(envelope.type), raw, Reason.DATA, refusal, "data.")
        if not is_newer or "attributes" not in data.__struct_fields__:
            return data
        further = dict(_further(msgspec.json.decode(raw), data))
        return msgspec.structs.replace(data, attributes={**data.attributes, **further})


def _over_ms(data: Any, occurred: int) -> int:
    """Return when all that an event tells has happened: at its time, or at the last of its moments."""
    moments = getattr(data, "moments", ())
    return occurred + round(1000 * max(moment.seconds for moment in moments)) if moments else occurred


def _envelope_of(record: Record) -> Any:
    value = record.value
    if not value:
        raise ContentError(Reason.EMPTY, "", "the record has no value")
    if len(value) > MAX_EVENT_BYTES:
        raise ContentError(Reason.TOO_LARGE, "", f"longer than {MAX_EVENT_BYTES} bytes")
    try:
        value.decode()  # what the decoder passes over it does not look at
    except UnicodeDecodeError as error:
        raise ContentError(Reason.NOT_JSON, "", f"is no UTF-8 at byte {error.start}") from error
    if record.headers and _is_binary(record.headers):
        return _binary_envelope(record.headers, value)
    try:
        return _decode_envelope(value)
    except _REFUSALS as refusal:
        return _decoded_again(_decode_envelope, Envelope, value, Reason.ENVELOPE, refusal)


def _is_binary(headers: tuple[tuple[str, bytes], ...]) -> bool:
    names = {name.lower(): content for name, content in headers}
    return "ce_specversion" in names and not names.get("content-type", b"").startswith(STRUCTURED.encode())


def _binary_envelope(headers: tuple[tuple[str, bytes], ...], value: bytes) -> Any:
    """Return the envelope of a record in binary mode: attributes in headers `ce_…`, the value is the data."""
    try:
        msgspec.json.decode(value)
    except _REFUSALS as refusal:
        raise ContentError(Reason.NOT_JSON, "", str(refusal)) from refusal
    attributes: dict[str, Any] = {}
    try:
        for name, content in headers:
            lower = name.lower()
            if lower.startswith("ce_"):
                attributes[lower[3:]] = content.decode()
            elif lower == "content-type":
                attributes["datacontenttype"] = content.decode()
    except UnicodeDecodeError as error:
        raise ContentError(Reason.ENVELOPE, "headers", "must be UTF-8") from error
    attributes.pop("data", None)
    try:
        return msgspec.structs.replace(msgspec.convert(attributes, _Envelope), data=msgspec.Raw(value))
    except msgspec.ValidationError as error:
        raise _explained(Envelope, _encode(attributes), Reason.ENVELOPE, str(error)) from error


def _decoded_again(
    decode: Callable[[bytes], Any],
    model: type[BaseModel],
    value: bytes,
    reason: Reason,
    refusal: Exception,
    prefix: str = "",
) -> Any:
    """Return what a decoder refused, if only what stood first under a name that comes twice was wrong.

    Else raise ContentError: the last counts.
    """
    try:
        return decode(_encode(msgspec.json.decode(value)))
    except _REFUSALS:
        raise _explained(model, value, reason, str(refusal), prefix) from refusal


def _is_newer_minor(dataschema: str | None) -> bool:
    version = _DATASCHEMA_VERSION.search(dataschema or "")
    major, minor = CONTRACT_VERSION
    return version is not None and int(version[1]) == major and int(version[2]) > minor


def _further(told: Mapping[str, Any], data: msgspec.Struct, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield path and value of each field that was told and that a struct does not know."""
    for name, value in told.items():
        if name not in data.__struct_fields__:
            yield path + name, value if isinstance(value, _FREE) else _encode(value).decode()
        elif isinstance(known := getattr(data, name), msgspec.Struct):
            yield from _further(value, known, f"{path}{name}.")
        elif isinstance(known, list):
            for number, (each, one) in enumerate(zip(value, known, strict=True)):
                if isinstance(one, msgspec.Struct):
                    yield from _further(each, one, f"{path}{name}.{number}.")


def _explained(model: Any, value: bytes, reason: Reason, refusal: str, prefix: str = "") -> ContentError:
    """Return the refusal of a value in pydantic's words: the first field that is wrong, and why."""
    try:
        model.model_validate_json(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            return ContentError(Reason.NOT_JSON, prefix.rstrip("."), first["msg"])
        field = prefix + ".".join(str(part) for part in first["loc"])
        return ContentError(reason, field.rstrip("."), first["msg"].removeprefix("Value error, "))
    return ContentError(Reason.NOT_JSON if "malformed" in refusal else reason, prefix.rstrip("."), refusal)
