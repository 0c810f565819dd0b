"""What is left of erased customers when rows are written, and who may be within the fence meanwhile."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import seed
from test_batch import PERSON_OF, RECEIVED_MS, FakeJournal, processor
from test_batch_alerts import LOG

from schemas.catalogue import load_catalogue
from schemas.envelope import Event
from schemas.names import CUSTOMER_ERASE, Table
from streams.alerts.alert import Alert, Hint
from streams.commands import orders_in
from streams.erasing import announced_of, without
from streams.events import Record
from streams.identity import Circles
from streams.outcome import Batch
from streams.rows import CommandRow, ErasedRow, IdentityRow
from streams.sinks import fence as fences
from streams.sinks import vault as vaults
from streams.sinks.door import Door
from streams.sinks.fence import Fence, FenceBusyError
from streams.sinks.ledger import Ledger
from streams.sinks.vault import Vault
from streams.touched import touched_by
from streams.value import replace

MARIA, JOAN = "0a" * 10, "0b" * 10
AT = datetime(2026, 3, 1, tzinfo=UTC)


def lived(person: str, number: int) -> seed.JournalRow:
    return seed.touchpoint(load_catalogue(), person, number, "agent.called", AT, 0.5)


def test_rows_of_the_erased_become_the_places_where_they_stood() -> None:
    maria, joan = lived(MARIA, 7), lived(JOAN, 8)
    left = without({Table.JOURNAL: [maria, joan], Table.STEPS: []}, {MARIA})
    assert left[Table.JOURNAL] == [joan]
    assert left[Table.ERASED] == [ErasedRow("test", 0, 7, maria.first_received_at)]
    assert without({Table.JOURNAL: [maria]}, set()) == {Table.JOURNAL: [maria]}


def test_whose_a_name_once_was_is_not_written_if_it_was_of_somebody_erased() -> None:
    once = IdentityRow(JOAN, JOAN, 1, None, (1, 2), (MARIA, ""), 1)
    alone = replace(once, known_times=(), persons=())
    assert without({Table.IDENTITIES: [once, alone]}, {MARIA})[Table.IDENTITIES] == [alone]


def test_records_of_the_erased_are_passed_over_and_nothing_of_them_is_remembered() -> None:
    def record(offset: int, who: str) -> Record:
        event = Event.touchpoint("agent.called", id=str(offset), source="/s", customer=who, time=AT)
        return Record("t", 0, offset, RECEIVED_MS, who.encode(), event.to_json(), ())

    journal, worker = FakeJournal(), processor()
    journal.take(worker.process([record(0, "maria"), record(1, "joan")], journal.known).rows)
    worker.forget([PERSON_OF("maria")])
    broken = replace(record(3, "maria"), value=b"broken")
    batch = worker.process([record(2, "maria"), broken, record(4, "joan")], journal.known)
    assert [row.kafka_offset for row in batch.rows[Table.ERASED]] == [2, 3]
    assert {row.person_id for row in batch.rows[Table.BONDS]} == {PERSON_OF("joan")}
    assert batch.rows[Table.REJECTED] == []


def test_a_link_that_was_held_waits_no_longer_when_its_other_name_is_erased() -> None:
    link = Event.linked("maria", id="1", source="/s", customer="joan", time="2056-03-01T09:00:00Z")
    record = Record("t", 0, 0, RECEIVED_MS, b"joan", link.to_json(), ())
    journal, worker = FakeJournal(), processor()
    (held,) = worker.process([record], journal.known).rows[Table.HELD]
    worker.forget([PERSON_OF("maria")])
    due = worker.process([record], journal.known, clock_ms=held.due_at).rows
    assert [row.released for row in due[Table.HELD]] == [True]
    assert (len(due[Table.ERASED]), due[Table.LINKS]) == (1, [])


def test_a_batch_on_its_way_keeps_its_pairs_of_names_though_one_is_erased() -> None:
    link = Event.linked("maria", id="1", source="/s", customer="joan", time=AT)
    record = Record("t", 0, 0, RECEIVED_MS, b"joan", link.to_json(), ())
    worker = processor()
    batch = worker.process([record], FakeJournal().known)
    worker.forget([PERSON_OF("maria")])
    assert {PERSON_OF(name) for name in ("joan", "maria")} == {
        name for link in batch.rows[Table.LINKS] for name in link.pair
    }, "or the names are told as touched, but not as linked: their own worker takes them to be alone"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault.sqlite", b"master")


def test_an_erasure_takes_in_names_until_it_is_counted_and_keys_are_gone_at_once(vault: Vault) -> None:
    vault.keys_or_new([MARIA, JOAN])
    begun = vault.begin_erasure("one", [MARIA], 5, "salt")
    assert vault.keys([MARIA, JOAN]).keys() == {JOAN}
    assert vault.begin_erasure("one", [MARIA, JOAN], 9, "other") == begun._replace(names=(MARIA, JOAN))
    assert not vault.keys([MARIA, JOAN])
    counted = vault.note_held("one", {"journal": 3}, {MARIA: 3})
    assert counted.held == {"journal": 3}
    assert vault.note_held("one", {}, {MARIA: 0}) == counted
    assert vault.begin_erasure("one", [PERSON_OF("anna")], 9, "") == counted
    assert vault.erased_facts([MARIA, JOAN]) == {MARIA: 3, JOAN: 0}
    vault.end_erasure("one")
    ended = vault.erasure("one")
    assert ended is not None
    assert ended.salt == ""


def told_of(batch: Batch, circles: Circles) -> dict[str, list[str]]:
    """Under whose id each of the things is published that a batch has to announce."""
    return {
        "bonds": [change.customer for change in batch.changes],
        "alerts": [word.customer for word in batch.words if isinstance(word.told, Alert)],
        "hints": [word.customer for word in batch.words if isinstance(word.told, Hint)],
        "rejected": [refused.record.customer for refused in batch.rejected],
        "touched": [one.customer for one in touched_by(batch, circles)],
    }


def test_nothing_is_announced_under_an_id_of_the_erased_and_all_of_the_others_is() -> None:
    link = Event.linked("tablet", id="1", source="/s", customer="tv", time=AT).to_json()
    events = [*LOG, ("p", b"broken"), ("q", b"broken"), ("tv", link)]
    records = [
        Record("t", 0, at, RECEIVED_MS, who.encode(), value, ()) for at, (who, value) in enumerate(events)
    ]
    batch, linked = processor().process(records, FakeJournal().known), Circles()
    linked.join(PERSON_OF("tablet"), PERSON_OF("tv"))
    everything = told_of(batch, linked)
    assert all({"p", "q"} <= {*told} for what, told in everything.items() if what != "touched")
    assert everything["touched"] == ["tv", "tablet"]
    left = announced_of(batch, {PERSON_OF("q"), PERSON_OF("tv")}, PERSON_OF)
    assert told_of(left, linked) == {
        what: [who for who in told if who not in ("q", "tv")] for what, told in everything.items()
    }
    assert left.rows == batch.rows, "pairs are shared, whoever is erased"


def test_a_person_is_not_announced_under_another_of_their_names() -> None:
    log = enumerate(LOG)
    records = [Record("t", 0, at, RECEIVED_MS, who.encode(), value, ()) for at, (who, value) in log]
    batch = processor().process(records, FakeJournal().known)
    batch.changes = [replace(change, customer="a name") for change in batch.changes]
    batch.words = [replace(word, customer="a name") for word in batch.words]
    left = announced_of(batch, {PERSON_OF("q")}, PERSON_OF)
    assert {change.bond.person_id for change in left.changes} == {PERSON_OF("p")}
    assert {word.told.person_id for word in left.words} == {PERSON_OF("p")}


def test_a_pair_of_names_stays_in_the_vault_when_its_row_is_dropped_at_the_door(
    vault: Vault, tmp_path: Path
) -> None:
    door = Door(vault, Fence(tmp_path / "vault.sqlite"), remembered=9)
    link = Event.linked("maria", id="1", source="/s", customer="joan", time=AT)
    records = [Record("t", 0, 0, RECEIVED_MS, b"joan", link.to_json(), ())]
    links = processor().process(records, FakeJournal().known).rows[Table.LINKS]
    with door.passing({Table.LINKS: links}) as passed:
        assert (passed[Table.LINKS], vault.pairs()) == (links, [])
    vault.begin_erasure("one", [PERSON_OF("maria")], 5, "")
    with door.passing({Table.LINKS: links}) as passed:
        assert (passed[Table.LINKS], vault.pairs()) == ([], [links[0].pair])


def test_pairs_are_asked_for_before_the_vault_is_locked(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vaults, "PATIENCE_SECONDS", 0.05)

    def asking() -> Iterator[tuple[str, str]]:
        for other in (JOAN, PERSON_OF("anna")):
            yield MARIA, other
            vault.keys_or_new([other])

    vault.keep_pairs(asking())
    assert len(vault.pairs()) == 2


def test_a_worker_learns_of_each_erasure_once(vault: Vault) -> None:
    ledger = Ledger(vault)
    vault.begin_erasure("one", [MARIA], 5, "")
    assert list(ledger.news()) == [MARIA]
    vault.begin_erasure("two", [JOAN], 6, "")
    assert list(ledger.news()) == [JOAN]
    assert list(ledger.news()) == []
    assert ledger.erased == {MARIA, JOAN}


def test_who_erases_waits_for_those_who_write_and_no_longer_than_patience(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fence = Fence(tmp_path / "vault.sqlite")
    monkeypatch.setattr(fences, "PATIENCE_SECONDS", 0.05)
    with fence.shared(), fence.shared(), pytest.raises(FenceBusyError):
        fence.drain()
    monkeypatch.setattr(fences, "PATIENCE_SECONDS", 60.0)
    drained = threading.Thread(target=fence.drain)
    with fence.shared():
        drained.start()
    drained.join(60)
    assert not drained.is_alive()


def test_only_commands_that_are_obeyed_erase() -> None:
    order = CommandRow("id", CUSTOMER_ERASE, MARIA, "marta", "", "", False, "", 3, "", "t", 0, 0)
    assert [one.name_id for one in orders_in([order])] == [MARIA]
    assert orders_in([replace(order, refused="key"), replace(order, type="alert.close.v1")]) == []
