"""Simulated events made into what a row needs: without words, with more of them, or of other customers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle
from typing import Any

import msgspec

from infra.simulation import Block

LINKING = frozenset({"identity.linked.v1", "identity.unlinked.v1"})
Content = dict[str, Any]


def without_words(blocks: Iterable[Block]) -> Iterator[Block]:
    """Take the customers' words out of events: reading them has a benchmark of its own."""
    for block in blocks:
        yield Block(block.keys, [_without_words(value) for value in block.values], block.touchpoints)


def _without_words(value: bytes) -> bytes:
    if b'"text":' not in value:
        return value
    event = msgspec.json.decode(value)
    event["data"].pop("text", None)
    return msgspec.json.encode(event)


def words_of(blocks: Iterable[Block]) -> list[str]:
    """Return everything that customers say, once each."""
    events = (msgspec.json.decode(value) for block in blocks for value in block.values if b'"text":' in value)
    return list(dict.fromkeys(event["data"]["text"] for event in events))


def with_words(blocks: Iterable[Block], words: Sequence[str], share: float) -> Iterator[Block]:
    """Have a share of the touchpoints say something, evenly spread, one text after the other."""
    texts, due = cycle(words), 0.0
    for block in blocks:
        values = []
        for value in block.values:
            event = msgspec.json.decode(value)
            if event["type"].startswith("touchpoint."):
                due += share
                event["data"].pop("text", None)
                if due >= 1.0:
                    due -= 1.0
                    event["data"]["text"] = next(texts)
            values.append(msgspec.json.encode(event))
        yield Block(block.keys, values, block.touchpoints)


def of_others(blocks: Iterable[Block], other: Callable[[str], str]) -> Iterator[Block]:
    """Give events to other customers, as many names to one as `other` says; nobody is linked to anybody."""
    for block in blocks:
        events = [event for event in map(msgspec.json.decode, block.values) if event["type"] not in LINKING]
        for event in events:
            event["subject"] = other(event["subject"])
        keys = [event["subject"].encode() for event in events]
        yield Block(keys, [msgspec.json.encode(event) for event in events], len(events))
