"""Mutants of a touchpoint: broken in a way that a network, a careless program or an attacker breaks events.

Some stay valid by chance; the validator says which.
"""

import json
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from .story import Event

HUGE_BYTES = 20_000_000
DEEP = 50_000


class Mutant(NamedTuple):
    """The parts of a record."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


def mutant_of(chance: Random, event: Event) -> Mutant:
    """Return a mutant of an event; what it tells is nobody's whom the rest of a load knows."""
    number = chance.randrange(10**9)
    own = {**event, "id": f"mutant-{number}", "subject": f"mutant-{number % 500}"}
    return chance.choice(WAYS)(chance, own)


def _bytes(event: Event) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _key(event: Event) -> bytes:
    return str(event["subject"]).encode()


def _value(change: Callable[[Random, bytes], bytes | None]) -> Callable[[Random, Event], Mutant]:
    return lambda chance, event: Mutant(_key(event), change(chance, _bytes(event)))


def _told(change: Callable[[Random, Event], Event]) -> Callable[[Random, Event], Mutant]:
    return lambda chance, event: Mutant(_key(event), _bytes(change(chance, event)))


def _flipped(chance: Random, value: bytes) -> bytes:
    flipped = bytearray(value)
    for _ in range(chance.randint(1, 3)):
        flipped[chance.randrange(len(value))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _inserted(*pieces: bytes) -> Callable[[Random, bytes], bytes]:
    def insert(chance: Random, value: bytes) -> bytes:
        at = chance.randrange(len(value))
        return value[:at] + chance.choice(pieces) + value[at:]

    return insert


def _number(chance: Random, value: bytes) -> bytes:
    """Put what is no number, or none that fits, where a number is."""
    other = chance.choice(
        (b"NaN", b"-Infinity", b"1e999", b"-0.0", b"7" * 5_000, b"0x1", b"1.", b'"1"', b"true")
    )
    return value.replace(b'"importance":', b'"importance":' + other + b',"was":', 1)


def _deep(chance: Random, value: bytes) -> bytes:
    nest = b"[" * DEEP + b"]" * chance.choice((DEEP, DEEP - 1))
    return chance.choice((nest, value[:-1] + b',"further":' + nest + b"}"))


def _huge(chance: Random, value: bytes) -> bytes:
    """Twenty megabytes, in one of sixty-four: compressed, a broker takes it."""
    return (
        value[:-1] + b" " * HUGE_BYTES + value[-1:] if chance.random() < 1 / 64 else value[: len(value) // 2]
    )


def _twice(chance: Random, value: bytes) -> bytes:
    again = chance.choice(
        (b'"id":"mutant-again"', b'"specversion":"2.0"', b'"data":{}', b'"subject":"nobody"')
    )
    return value[:-1] + b"," + again + b"}"


def _at_another_time(chance: Random, event: Event) -> Event:
    years = ("0000", "0001", "1899", "1900", "1970", "2100", "2299", "2300", "9999", "-001")
    times = (
        *(f"{year}-01-01T00:00:00Z" for year in years),
        "2025-02-29T00:00:00Z",
        "2025-06-30T23:59:60Z",
        "now",
    )
    return {**event, "time": chance.choice(times)}


def _with_text(chance: Random, event: Event) -> Event:
    texts = (
        "\x00",
        "a\x00b",
        "\ud800",
        "\udc00\ud800",
        "😀" * 9_000,
        "x" * 20_001,
        "\u202e\ufeff",
        "%s{}';--",
    )
    return {**event, "data": {**event["data"], "text": chance.choice(texts)}}


def _with_escapes(chance: Random, event: Event) -> Mutant:
    """Write texts of any sort in ASCII, as most programs do."""
    return Mutant(_key(event), json.dumps(_with_text(chance, event)).encode())


def _without(chance: Random, event: Event) -> Event:
    name = chance.choice(list(event))
    return {key: told for key, told in event.items() if key != name}


def _otherwise(chance: Random, event: Event) -> Event:
    other = chance.choice((None, 7, True, [], {}, "", "x" * 300, "touchpoint.a.v1", "A B"))
    place = chance.choice((event, event["data"], event["data"].get("emotion", event["data"])))
    if place is event:
        return {**event, chance.choice(list(event)): other}
    data = {**event["data"], chance.choice([*event["data"], "surprise"]): other}
    return {**event, "data": data}


def _of_another_key(chance: Random, event: Event) -> Mutant:
    return Mutant(chance.choice((None, b"", b"nobody", b"\xff\xfe", _key(event) + b" ")), _bytes(event))


def _binary(chance: Random, event: Event) -> Mutant:
    """Binary mode, with a header that is null, no UTF-8, or there twice."""
    headers: list[tuple[str, bytes | None]] = [
        (f"ce_{name}", str(told).encode()) for name, told in event.items() if name != "data"
    ]
    odd: tuple[str, bytes | None] = chance.choice(
        (
            ("content-type", None),
            ("ce_time", None),
            ("ce_id", b"\xff"),
            ("CE_SOURCE", b"/other"),
            ("content-type", b"application/json"),
            ("trace", None),
        )
    )
    return Mutant(_key(event), json.dumps(event["data"]).encode(), (*headers, odd))


WAYS: tuple[Callable[[Random, Event], Mutant], ...] = (
    _value(lambda chance, value: value[: chance.randrange(len(value))]),
    _value(_flipped),
    _value(_flipped),
    _value(_inserted(b"\x00", b"\x1f", b"\x7f")),
    _value(_inserted(b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf5\x80\x80\x80")),
    _value(_number),
    _value(_deep),
    _value(_huge),
    _value(_twice),
    _value(lambda chance, value: chance.choice((None, b"", b" ", b"null", b"[]", b"\xef\xbb\xbf" + value))),
    _told(_at_another_time),
    _told(_without),
    _told(_otherwise),
    _with_escapes,
    _of_another_key,
    _binary,
)
