"""A small shop's customers, always the same: written through the real tables, folded by the real fold."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from clickhouse_connect.driver.client import Client

from schemas.catalogue import Catalogue, load_catalogue
from schemas.instants import millis_of
from schemas.names import Table
from streams.alerts.follow import Follower
from streams.alerts.rules import load_rules
from streams.arrow import arrow_table
from streams.bond.parameters import BOND_1
from streams.folding import Folder
from streams.history import Known
from streams.rows import HeldRow, JournalRow, ProfileRow, RejectedRow
from streams.sealing import sealed_rows

NOW = datetime(2026, 3, 31, 18, 0, tzinfo=UTC)
"""Nothing happens later, but for what tests add."""
DAYS = 84
SEGMENTS = ("new", "returning", "club", "business")
STRIKE = range(60, 68)
"""Days on which most deliveries are late."""
ORDER = (
    ("event.attended", 0.04, 0.0),
    ("advice.given", 0.4, 0.5),
    ("checkout.failed", 0.06, 1.0),
    ("checkout.completed", 0.95, 1.1),
    ("order.confirmed", 0.95, 1.2),
    ("purchase.made", 0.95, 1.2),
    ("delivery.arrived", 0.8, 4.0),
    ("delivery.late", 0.2, 4.5),
    ("unboxing.done", 0.7, 5.0),
    ("product.first_used", 0.6, 6.0),
    ("product.failed", 0.03, 8.0),
    ("bot.failed", 0.08, 9.0),
    ("agent.called", 0.2, 10.0),
    ("recovery.offered", 0.12, 12.0),
    ("loyalty.gift", 0.15, 20.0),
    ("renewal.made", 0.1, 24.0),
)
SAID = {
    "delivery.late": ("ca", "El paquet va arribar tres dies tard i ningú no em va avisar."),
    "agent.called": ("es", "Lo resolvió en dos minutos, un encanto."),
    "unboxing.done": ("it", "Confezione bellissima, sembrava un regalo."),
}


def keys_of(names: Iterable[str]) -> dict[str, bytes]:
    """The keys of the shop's customers."""
    return {name_id: sha256(name_id.encode()).digest() for name_id in names}


def touchpoint(
    catalogue: Catalogue, person: str, number: int, name: str, at: datetime, valence: float, **more: object
) -> JournalRow:
    """A touchpoint as the worker journals it; `more` are columns that differ from the usual."""
    entry, moment, identity = catalogue.types[name], millis_of(at), f"/shop|{person}-{number}"
    columns: dict[str, object] = {
        "person_id": person,
        "touchpoint_id": identity,
        "content_hash": number + 1,
        "revision": 0,
        "kind": entry.kind,
        "type": name,
        "source": "/shop",
        "occurred_at": moment,
        "known_at": moment,
        "first_received_at": moment,
        "department": entry.department,
        "stage": entry.stage,
        "channel": "web",
        "sector": "ecommerce",
        "product": "",
        "episode_id": identity,
        "case_id": "",
        "valence": valence,
        "arousal": entry.arousal,
        "importance": entry.importance * 0.8,
        "confidence": 0.8,
        "promise": entry.promise,
        "recovery": entry.recovery,
        "needs_met_mask": 33 if entry.recovery else 0,
        "needs_asked_mask": 0,
        "outcome": entry.outcome or "",
        "moment_of_truth": entry.importance == 3,
        "moment_number": 0,
        "commitment_id": "",
        "due_at": 0,
        "felt_if_missed": [],
        "keeps_id": "",
        "language": "",
        "text": "",
        "attributes": "",
        "evidence": "[]",
        "payload": b"{}",
        "reading_version": "test",
        "catalogue_version": catalogue.version,
        "kafka_topic": "test",
        "kafka_partition": 0,
        "kafka_offset": number,
    }
    profile = zip(JournalRow.__struct_fields__[22:27], entry.normalised_profile, strict=True)
    return JournalRow(**{**columns, **dict(profile), **more})


def life(catalogue: Catalogue, chance: random.Random, customer: int) -> tuple[ProfileRow, list[JournalRow]]:
    """One customer's profile and touchpoints, none after NOW."""
    person, segment = f"{chance.getrandbits(80):020x}", SEGMENTS[customer % len(SEGMENTS)]
    mood = chance.gauss(0.08, 0.12) + (0.1 if segment == "club" else -0.14 if segment == "business" else 0.0)
    first = NOW - timedelta(days=DAYS)
    rows: list[JournalRow] = []
    day = chance.uniform(0, 25)
    while day < DAYS:
        rows += _order(catalogue, chance, person, mood, first, day, len(rows))
        day += 14 + chance.expovariate(1 / 20)
    if segment == "business" and chance.random() < 0.25 and rows:
        at = NOW - timedelta(days=chance.uniform(1, 10))
        rows.append(touchpoint(catalogue, person, len(rows), "customer.left", at, 0.0))
    contact = f'{{"name":"Client {customer}"}}'
    profile = ProfileRow(
        person,
        f"crm|{customer}",
        millis_of(first),
        segment,
        "ca",
        contact,
        millis_of(first),
        "test",
        1,
        customer,
    )
    return profile, rows


def _order(
    catalogue: Catalogue,
    chance: random.Random,
    person: str,
    mood: float,
    first: datetime,
    day: float,
    number: int,
) -> list[JournalRow]:
    rows: list[JournalRow] = []
    case = ""
    for name, likely, later in ORDER:
        at = first + timedelta(days=day + later + chance.random() / 4)
        late = int(day + later) in STRIKE and name == "delivery.late"
        if chance.random() > (0.7 if late else likely) or at > NOW:
            continue
        entry = catalogue.types[name]
        felt = entry.kind == "felt"
        valence = max(-1.0, min(1.0, chance.gauss((entry.valence or 0.0) + mood, 0.15))) if felt else 0.0
        if felt and valence < -0.3 and not case:
            case = f"/shop|case-{person}-{number + len(rows)}"
        belongs = felt and (valence < -0.3 or entry.recovery)
        said = SAID.get(name, ("", "")) if chance.random() < 0.3 else ("", "")
        more = {"case_id": case if belongs else "", "language": said[0], "text": said[1]}
        rows.append(touchpoint(catalogue, person, number + len(rows), name, at, valence, **more))
    return rows


Lives = Iterable[tuple[ProfileRow | None, Sequence[JournalRow]]]


def write(client: Client, rows: Lives) -> None:
    """Write customers' facts and everything derived from them, each with the whole history."""
    for table, lines in tables_of(rows).items():
        if lines:
            client.insert_arrow(table, arrow_table(sealed_rows(table, lines, keys_of)))


def tables_of(rows: Lives) -> dict[Table, list[Any]]:
    """Return the rows of customers' facts and of everything derived from them, by table."""
    folder = Folder(BOND_1, Follower(load_rules()))
    given = [(profile, list(history)) for profile, history in rows]
    folded = [
        folder.again(Known(history, frozenset()), frozenset(row.event_id for row in history), 0)
        for _, history in given
        if history
    ]
    return {
        Table.PROFILES: [profile for profile, _ in given if profile],
        Table.JOURNAL: [row for _, history in given for row in history],
        Table.STEPS: [step for each in folded for step in each.steps],
        Table.BONDS: [each.bond for each in folded],
    }


def write_alerts(client: Client, rows: Iterable[Sequence[JournalRow]]) -> None:
    """Write the alerts that the rules raise on such histories until NOW."""
    folder = Folder(BOND_1, Follower(load_rules()))
    raised = [
        alert
        for history in rows
        if history
        for alert in folder.alerts_of(history[0].person_id, Known(list(history), frozenset()), millis_of(NOW))
    ]
    client.insert_arrow(Table.ALERTS, arrow_table(raised))


def write_apart(client: Client, received_at: datetime) -> None:
    """Write what a shop's publishers got wrong, and what waits; what was rejected long ago is not kept."""
    at = millis_of(received_at)
    places = (("data", "rating.value", "/survey"), ("data", "rating.value", "/survey"), ("not_json", "", ""))
    rejected = [
        RejectedRow(
            "test", 2, place, at, reason, field, "is too high", source, "", "test", "", b"k", "[]", b"v"
        )
        for place, (reason, field, source) in enumerate(places)
    ]
    held = [
        HeldRow(
            "test", 2, 3, at, "unknown_type", at, "/lab", "touchpoint.dream.v1", False, "", b"k", "[]", b"v"
        )
    ]
    for table, rows in ((Table.REJECTED, rejected), (Table.HELD, held)):
        client.insert_arrow(table, arrow_table(sealed_rows(table, rows, keys_of)))


def fill(client: Client, customers: int) -> dict[str, list[JournalRow]]:
    """Write a shop of so many customers; returns their touchpoints by pseudonym."""
    catalogue, chance = load_catalogue(), random.Random(20260331)
    lives = [life(catalogue, chance, number) for number in range(customers)]
    write(client, lives)
    write_alerts(client, [rows for _, rows in lives])
    write_apart(client, datetime.now(UTC))
    return {profile.person_id: rows for profile, rows in lives}
