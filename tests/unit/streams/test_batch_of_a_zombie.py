"""A worker that was taken for dead goes on: what it still writes is older than what stands."""

from test_batch import PERSON_OF, RECEIVED_MS, FakeJournal, processor, touchpoint, withdrawal

from streams.events import Record


def test_what_a_frozen_worker_still_writes_brings_no_withdrawn_touchpoint_back() -> None:
    published = [touchpoint(1, 3, "p", -0.9), touchpoint(2, 4, "p", 0.5), withdrawal(1, "p")]
    records = [
        Record("touchpoints", 0, offset, RECEIVED_MS, who.encode(), value, ())
        for offset, (who, value) in enumerate(published)
    ]
    journal = FakeJournal()
    frozen = processor().process(records[:2], journal.known)
    successor = processor()
    journal.take(successor.process(records[:2], journal.known).rows)
    journal.take(successor.process(records[2:], journal.known).rows)
    journal.take(frozen.rows)
    assert journal.standing_steps().keys() == {"/calls|2"}
    assert journal.bonds[PERSON_OF("p")].touchpoints == 1
