"""What a record of touched names brings is folded, and not read again."""

from collections.abc import Iterable, Mapping

from test_batch import PERSON_OF, RECEIVED_MS, FakeJournal, processor, touchpoint
from test_joining import Sent, Together, assert_right, joiner_of, said

from streams.derived import Histories, Later
from streams.events import Record
from streams.identity import Circles
from streams.outcome import Batch, Journaled, Owner, Touched
from streams.touched import MOST_ROWS, by_circle, touched_by


class WatchedJournal(FakeJournal):
    """A journal that notes how circles were read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []

    def histories(self, names: Iterable[str]) -> Histories:
        self.read.append("all")
        return super().histories(names)

    def later(self, until_ms: Mapping[str, int]) -> Later:
        self.read.append("later")
        return super().later(until_ms)


def test_what_is_brought_of_a_circle_is_not_read() -> None:
    """All is read for the link, and for the first touchpoint, before which there was nobody."""
    journal = WatchedJournal()
    both = Together(journal)
    calls = [touchpoint(day, day, ("one", "other")[day % 2], 0.3 * (-1) ** day) for day in range(1, 9)]
    both.publish(joiner_of(both.circles), [said("one", "other", 0, 0), *calls])
    assert journal.read == ["all", "all"]
    assert_right(journal)


def test_only_what_a_batch_journaled_is_brought_without_payload_and_no_more_than_a_record_takes() -> None:
    """What came again, and what was missed, is no new fact; many facts are read from the journal."""
    journal, circles = FakeJournal(), Circles()
    circles.join(PERSON_OF("one"), PERSON_OF("other"))
    hot_path = processor(circles=circles)

    def touched_of(calls: Iterable[Sent]) -> Touched:
        records = [
            Record("touchpoints", 0, offset, RECEIVED_MS, who.encode(), value, ())
            for offset, (who, value) in enumerate(calls)
        ]
        batch = hot_path.process(records, journal.known)
        journal.take(batch.rows)
        (touched,) = touched_by(batch, circles)
        return touched

    some = [touchpoint(number, number, "one", 0.5, text="Thanks!") for number in range(1, MOST_ROWS + 1)]
    brought = touched_of(some)
    assert isinstance(brought, Journaled)
    assert {row.key for row in brought.rows} == journal.rows.keys()
    assert all(journal.rows[row.key].payload and not row.payload for row in brought.rows)
    many = [touchpoint(f"m{number}", 20, "one", 0.5) for number in range(MOST_ROWS + 1)]
    missed = Batch(owners={PERSON_OF("one"): Owner("one", 0)}, came={PERSON_OF("one"): brought.rows[:1]})
    for touched in (touched_of(some), touched_of(some[:1]), touched_of(many), *touched_by(missed, circles)):
        assert not isinstance(touched, Journaled)


def test_of_rows_of_another_version_only_the_name_is_taken_in() -> None:
    circles, record = Circles(), Record("touched", 0, 0, 0, b"", b'["a","one",3,7,[{"person_id":"a"}]]', ())
    news = by_circle([record], circles)["a",]
    assert news == ([Touched("a", "one", 3, 7)], 0)
    assert not news.brings_all
