"""Whom a worker remembers beyond its memory: as they were put, and unreadable for others."""

import logging
import os
import resource
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from test_batch import RECEIVED_MS, FakeJournal, processor, run, touchpoint

from streams.events import Record
from streams.history import Known
from streams.memory import Entry, Memory
from streams.sinks.spill import DiskSpill

SECRET = "what Júlia was promised"


@pytest.fixture
def spill(tmp_path: Path) -> Iterator[DiskSpill]:
    with opened(tmp_path) as spill:
        yield spill


@contextmanager
def opened(folder: Path, capacity: int = 1000) -> Iterator[DiskSpill]:
    spill = DiskSpill(folder, capacity)
    try:
        yield spill
    finally:
        spill.close()


def files_of(folder: Path) -> Iterable[Path]:
    """The files of this process that lie, or lay, in a folder."""
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            if os.readlink(descriptor).startswith(str(folder)):
                yield descriptor
        except FileNotFoundError:  # the descriptor by which the folder is read
            continue


def test_who_was_put_last_is_got_as_they_are(spill: DiskSpill) -> None:
    spill.put([Entry("ana", 0, ("once", 1.5)), Entry("bo", 1, ("else", None))])
    spill.put([Entry("ana", 0, ("now", 2.5))])
    assert spill.get("ana") == ("now", 2.5)
    assert spill.get("bo") == ("else", None)
    assert spill.get("cai") is None


def test_nobody_else_can_read_it_and_nothing_is_left_of_it(tmp_path: Path) -> None:
    with opened(tmp_path) as spill:
        spill.put([Entry(f"{SECRET} {number}", 0, SECRET) for number in range(200)])
        written = b"".join(file.read_bytes() for file in files_of(tmp_path))
        assert len(written) > 200 * len(SECRET)
        assert SECRET.encode() not in written
        assert list(tmp_path.iterdir()) == [], "the file has no name"
    assert list(files_of(tmp_path)) == []


def test_who_is_forgotten_is_gone_wherever_they_were(tmp_path: Path) -> None:
    with opened(tmp_path, capacity=2) as spill:
        spill.put([Entry("ana", 0, "of old"), Entry("bo", 0, "of old")])
        spill.put([Entry("ana", 0, "of now")])
        spill.forget(["ana", "nobody"])
        assert (spill.get("ana"), spill.get("bo")) == (None, "of old")


def test_partitions_that_were_away_are_passed_over(spill: DiskSpill) -> None:
    spill.put([Entry("ana", 0, "before"), Entry("bo", 1, "before")])
    spill.forget_partitions([0, 7])
    assert (spill.get("ana"), spill.get("bo")) == (None, "before")
    spill.put([Entry("ana", 0, "after")])
    assert spill.get("ana") == "after"


def test_it_keeps_those_put_last_and_forgets_others_in_time(tmp_path: Path) -> None:
    with opened(tmp_path, capacity=10) as spill:
        for number in range(40):
            spill.put([Entry(str(number), 0, number)])
        kept = [number for number in range(40) if spill.get(str(number)) is not None]
        assert kept == list(range(20, 40))
        assert len(list(files_of(tmp_path))) == 2


def test_where_the_disk_is_full_everybody_is_forgotten_and_it_goes_on(
    spill: DiskSpill, caplog: pytest.LogCaptureFixture
) -> None:
    spill.put([Entry("ana", 0, "before")])
    least, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, most))
    try:
        with caplog.at_level(logging.WARNING):
            spill.put([Entry(str(number), 0, os.urandom(1000)) for number in range(20_000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (least, most))
    assert "read from the journal again" in caplog.text
    assert (spill.get("ana"), spill.get("7")) == (None, None)
    spill.put([Entry("ana", 0, "after")])
    assert spill.get("ana") == "after"


def test_where_no_file_can_be_nobody_is_kept_and_it_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    spill = DiskSpill(tmp_path / "file", 10)
    with caplog.at_level(logging.WARNING):
        spill.put([Entry("ana", 0, "now")])
    assert "File exists" in caplog.text
    assert spill.get("ana") is None


def test_memory_takes_who_is_spilled_for_remembered_and_who_is_in_it_counts(spill: DiskSpill) -> None:
    memory = Memory[str](1, spill)
    memory.put("ana", 0, "first")
    memory.put("bo", 1, "first")
    memory.trim()
    assert (memory.get("ana"), memory.get("bo")) == ("first", "first")
    memory.put("ana", 0, "second")
    assert memory.get("ana") == "second"
    memory.trim()
    memory.forget_partitions([0])
    assert (memory.get("ana"), memory.get("bo")) == (None, "first")
    memory.forget(["bo"])
    assert memory.get("bo") is None


def test_who_is_spilled_is_folded_on_without_the_journal(spill: DiskSpill) -> None:
    values = [
        touchpoint(f"{who}{day}", day, who, valence=0.1 * day - 0.7, case=f"{who}'s", episode=f"{day // 2}")
        for day in range(1, 15)
        for who in ("ana", "bo", "cai")
    ]
    asked: list[str] = []

    def known_of(journal: FakeJournal, people: Iterable[str]) -> dict[str, Known]:
        asked.extend(people)
        return journal.known(people)

    journal, worker = FakeJournal(), processor(memory=Memory(0, spill))
    for offset, (who, value) in enumerate(values):
        record = Record("touchpoints", 0, offset, RECEIVED_MS, who.encode(), value, ())
        journal.take(worker.process([record], lambda people: known_of(journal, people)).rows)

    assert len(asked) == len(set(asked)) == 3, "each once, as strangers"
    remembered = run(values, batch=1)
    assert journal.bonds == remembered.bonds
    assert journal.steps == remembered.steps
    assert len(journal.steps) == len(values)
