"""The tables of the page on the health of the data: their columns and rows."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.answers.data_health import HeldRow, LanguageRow, PartitionRow, RejectedRow, SourceRow
from dashboards.parts.table import Column, column, number, written
from dashboards.texts import Texts

QUIET = {"worse": "params.data.is_quiet"}
"""Classes of a cell of a publisher."""
WRONG = {"worse": "params.value > 0"}
"""Classes of a number that should be nought."""


def _told(texts: Texts, key: str) -> tuple[str, str]:
    return texts(f"data_health.{key}"), texts(f"data_health.{key}_told")


def partition_columns(texts: Texts) -> list[Column]:
    """Return the columns of what became of each partition."""
    return [
        column("topic", texts("data_health.partition"), flex=1.6, minWidth=150),
        number("read", *_told(texts, "read")),
        number("journaled", *_told(texts, "journaled")),
        number("rejected", *_told(texts, "rejected_column")),
        number("held", *_told(texts, "held_column")),
        number("repeated", *_told(texts, "repeated")),
        number("removed", *_told(texts, "removed")),
        number("missing", *_told(texts, "missing"), cellClassRules=WRONG),
        written("audited", *_told(texts, "audited"), flex=1.2, minWidth=168, type="rightAligned"),
    ]


def partition_row(row: PartitionRow, texts: Texts) -> dict[str, Any]:
    """Return a row of them."""
    name = f"{row.kafka_topic} {row.kafka_partition}"
    names = ("read", "journaled", "rejected", "held", "repeated", "removed", "missing")
    audited = {"audited": row.audited_at} if row.audited_at else {}
    return {
        "id": name,
        "topic": name,
        **_numbers({one: getattr(row, one) for one in names}, texts),
        "audited_text": texts("data_health.never_audited"),
        **_moments(audited, texts),
    }


def source_columns(texts: Texts) -> list[Column]:
    """Return the columns of the publishers."""
    return [
        column("source", texts("data_health.source"), flex=1.6, minWidth=190),
        written("received", *_told(texts, "received"), flex=1.4, minWidth=168, type="rightAligned"),
        written("occurred", *_told(texts, "occurred"), flex=1.4, minWidth=168, type="rightAligned"),
        number("delay", *_told(texts, "delay")),
        number("events", *_told(texts, "events")),
        number("week", *_told(texts, "week"), cellClassRules=QUIET),
        number("week_before", *_told(texts, "week_before")),
        number("change", *_told(texts, "change"), cellClassRules=QUIET),
    ]


def source_row(row: SourceRow, texts: Texts) -> dict[str, Any]:
    """Return a publisher."""
    change = row.change
    return {
        "id": row.source,
        "source": row.source,
        "is_quiet": row.is_quiet,
        **_moments({"received": row.last_received_at, "occurred": row.last_occurred_at}, texts),
        "delay": row.delay_seconds if row.events else None,
        "delay_text": texts.lasting(row.delay_seconds) if row.events else "",
        **_numbers({"events": row.events, "week": row.week, "week_before": row.week_before}, texts),
        "change": change,
        "change_text": "" if change is None else texts.percent_arrow(change),
    }


def rejected_columns(texts: Texts) -> list[Column]:
    """Return the columns of what could not be read."""
    return [
        column("reason", texts("data_health.reason"), flex=1.3, minWidth=150),
        column("source", texts("data_health.source"), flex=1, minWidth=110),
        column("type", texts("data_health.type"), flex=1.3, minWidth=130),
        column("field", texts("data_health.field"), flex=1, minWidth=110),
        column("detail", texts("data_health.detail"), flex=2, minWidth=180, tooltipField="detail"),
        number("events", *_told(texts, "events_column")),
        written("received", *_told(texts, "received"), flex=1.2, minWidth=168, type="rightAligned"),
    ]


def rejected_row(row: RejectedRow, texts: Texts) -> dict[str, Any]:
    """Return events that were rejected for one reason."""
    return {
        "id": "|".join((row.reason, row.field, row.source, row.type)),
        "reason": texts(f"data_health.reason_{row.reason}"),
        "source": row.source or texts("data_health.unread"),
        "type": row.type or texts("data_health.unread"),
        "field": row.field,
        "detail": row.detail,
        **_numbers({"events": row.events}, texts),
        **_moments({"received": row.last_received_at}, texts),
    }


def replay_of(rows: Sequence[RejectedRow], texts: Texts) -> list[Component]:
    """Return the way back for each reason."""
    commands = [
        f"vincle rejected --replay --reason {reason}" for reason in sorted({row.reason for row in rows})
    ]
    return [
        html.P(texts("data_health.replay"), className="hint"),
        html.Pre("\n".join(commands), tabIndex=0, className="sql"),
    ]


def held_columns(texts: Texts) -> list[Column]:
    """Return the columns of what waits."""
    return [
        column("reason", texts("data_health.reason"), flex=1.4, minWidth=150),
        column("type", texts("data_health.type"), flex=1.6, minWidth=150, tooltipField="type"),
        column("source", texts("data_health.source"), flex=1, minWidth=92),
        number("events", *_told(texts, "events_column"), flex=0.8, minWidth=76),
        written("since", *_told(texts, "since"), flex=1.2, minWidth=168, type="rightAligned"),
    ]


def held_row(row: HeldRow, texts: Texts) -> dict[str, Any]:
    """Return events that wait for one reason."""
    return {
        "id": "|".join((row.reason, row.type, row.source)),
        "reason": texts(f"data_health.hold_{row.reason}"),
        "type": row.type,
        "source": row.source,
        **_numbers({"events": row.events}, texts),
        **_moments({"since": row.since}, texts),
    }


def language_columns(texts: Texts) -> list[Column]:
    """Return the columns of the languages."""
    return [
        column("language", texts("filters.language"), flex=1.2, minWidth=92),
        number("texts", *_told(texts, "spoken")),
        number("share", *_told(texts, "share")),
        number("unsure", *_told(texts, "unsure")),
        written("heard", *_told(texts, "heard"), flex=1.2, minWidth=116, type="rightAligned"),
    ]


def language_rows(rows: Sequence[LanguageRow], texts: Texts) -> list[dict[str, Any]]:
    """Return all languages."""
    whole = sum(row.texts for row in rows)
    return [
        {
            "id": row.language,
            "language": texts.name("language", row.language),
            **_numbers({"texts": row.texts}, texts),
            "share": row.texts / whole,
            "share_text": texts.percent(row.texts / whole, 1),
            "unsure": row.unsure / row.texts,
            "unsure_text": texts.percent(row.unsure / row.texts, 1),
            "heard": row.last_heard_at.isoformat(),
            "heard_text": texts.day(row.last_heard_at.astimezone(texts.zone).date()),
        }
        for row in rows
    ]


def _numbers(amounts: dict[str, int], texts: Texts) -> dict[str, Any]:
    shown: dict[str, Any] = dict(amounts)
    return shown | {f"{name}_text": texts.number(amount) for name, amount in amounts.items()}


def _moments(times: dict[str, Any], texts: Texts) -> dict[str, Any]:
    return {name: at.isoformat() for name, at in times.items()} | {
        f"{name}_text": texts.moment(at) for name, at in times.items()
    }
