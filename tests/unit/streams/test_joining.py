"""Joins and splits: whatever was said of names, and in whatever order it came, everybody's figures are right.

Two checks by chance: many joins and splits on the pure core, and a few workers that meet, crash, freeze and
come too late at every point of their way, over topics and a journal held in memory.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from zlib import crc32

import pytest
from test_batch import PERSON_OF, RECEIVED_MS, RULES, FakeJournal, processor, touchpoint

from schemas.envelope import Event as Published
from schemas.names import WITHDRAWN, Table
from streams.alerts.follow import Follower
from streams.bond.parameters import BOND_1
from streams.bond.reading import read_out
from streams.derived import Histories, Later
from streams.events import Record
from streams.folding import Folder
from streams.history import NEVER_MS, Known, standing
from streams.identity import Circles
from streams.joining import ErasedOf, Joiner, nobody
from streams.memory import Memory
from streams.outcome import Batch, Touched
from streams.rows import LinkRow
from streams.touched import touched_by, touched_message

Sent = tuple[str, bytes]
"""A name and what was published under it."""


def said(one: str, other: str, number: int, minute: int, linked: bool = True) -> Sent:
    say = Published.linked if linked else Published.unlinked
    time = f"2026-01-20T{minute // 60:02d}:{minute % 60:02d}:00Z"
    return one, say(other, id=f"l{number}", source="/crm", customer=one, time=time).to_json()


def withdrawn(name: str, number: int) -> Sent:
    event = Published.of(
        WITHDRAWN,
        id=f"w{number}",
        source="/calls",
        customer=name,
        time="2026-01-21",
        data={"id": f"{number}"},
    )
    return name, event.to_json()


def people_of(journal: FakeJournal) -> dict[str, frozenset[str]]:
    """Work out each person's names from scratch: by the last that was said of each pair."""
    last: dict[frozenset[str], LinkRow] = {}
    for link in sorted(journal.links, key=lambda link: (link.occurred_at, link.link_id)):
        last[frozenset(link.pair)] = link
    groups = {row.person_id: {row.person_id} for row in journal.rows.values()}
    for link in last.values():
        if link.is_linked:
            joined = groups.get(link.person_id, {link.person_id}) | groups.get(link.other_id, {link.other_id})
            groups.update(dict.fromkeys(joined, joined))
    return {min(names): frozenset(names) for names in groups.values()}


def assert_right(journal: FakeJournal) -> None:
    """Everybody's bond and steps are those of the joined log, nobody else has any, and names are theirs."""
    whose = {name: person for person, names in people_of(journal).items() for name in names}
    assert {name: row.person_id for name, row in journal.identities.items()} == {
        name: whose.get(name, name) for name in journal.identities
    }
    bonds, steps = journal.standing_bonds(), defaultdict(set)
    for step in journal.standing_steps().values():
        steps[step.person_id].add(step.touchpoint_id)
    wanted = {}
    for person, names in people_of(journal).items():
        logs = journal.known(names).values()
        together = Known(
            [row for log in logs for row in log.rows], frozenset().union(*(log.withdrawn for log in logs))
        )
        if together.rows:
            wanted[person] = standing(together)
    assert bonds.keys() == wanted.keys()
    assert steps == {person: {row.touchpoint_id for row in rows} for person, rows in wanted.items() if rows}
    for person, rows in wanted.items():
        felt = [row.felt() for row in rows]
        assert bonds[person].touchpoints == len(rows)
        assert bonds[person].bond_index == pytest.approx(read_out(felt, bonds[person].as_of).index, abs=1e-9)
        for step in (journal.steps[row.touchpoint_id] for row in rows):
            until = [one for one in felt if (one.at_ms, one.id) <= (step.occurred_at, step.touchpoint_id)]
            assert step.index_after == pytest.approx(read_out(until, step.occurred_at).index, abs=1e-9)


def joiner_of(circles: Circles, erased_of: ErasedOf = nobody, capacity: int = 1000) -> Joiner:
    return Joiner(Folder(BOND_1, Follower(RULES)), circles, Memory(capacity), erased_of)


class Cluster:
    """Topics with partitions, and the journal; each worker owns one partition of either topic."""

    def __init__(self, partitions: int) -> None:
        self.journal = FakeJournal()
        self.touchpoints: list[list[Record]] = [[] for _ in range(partitions)]
        self.touched: list[list[Record]] = [[] for _ in range(partitions)]
        self.pairs: list[tuple[str, str]] = []
        self.read = [[0, 0] for _ in range(partitions)]

    def publish(self, name: str, value: bytes) -> None:
        place = crc32(name.encode()) % len(self.touchpoints)
        log = self.touchpoints[place]
        log.append(Record("touchpoints", place, len(log), RECEIVED_MS, name.encode(), value, ()))

    def touch(self, one: Touched, circle_id: str) -> None:
        place = crc32(circle_id.encode()) % len(self.touched)
        log = self.touched[place]
        log.append(Record("touched", place, len(log), RECEIVED_MS, b"", touched_message(one), ()))

    @property
    def is_done(self) -> bool:
        logs = zip(self.touchpoints, self.touched, strict=True)
        return self.read == [[len(told), len(touched)] for told, touched in logs]


def worker(cluster: Cluster, place: int, most: int) -> Iterator[None]:
    """A worker from its start on; stops at every point where a crash or another's step may come between."""
    circles, seen = Circles(), 0
    hot_path, joiner = processor(circles=circles), joiner_of(circles)

    def catch_up() -> None:
        nonlocal seen
        for pair in cluster.pairs[seen:]:
            circles.join(*pair)
        seen = len(cluster.pairs)

    while True:
        yield
        begin = list(cluster.read[place])
        told = cluster.touchpoints[place][begin[0] : begin[0] + most]
        touched = cluster.touched[place][begin[1] : begin[1] + most]
        if touched:
            catch_up()
        yield
        joined = joiner.fold(touched, cluster.journal)
        batch = hot_path.process(told, cluster.journal.known)
        joiner.remember()
        batch.add(joined)
        for table in batch.rows:
            yield
            one_table = Batch()
            one_table.rows[table] = batch.rows[table]
            cluster.journal.take(one_table.rows)
        yield
        cluster.pairs.extend({link.pair for link in batch.rows[Table.LINKS]})
        yield
        catch_up()
        yield
        for one in touched_by(batch, circles):
            cluster.touch(one, circles.of(one.name_id)[0])
            yield
        ends = [begin[0] + len(told), begin[1] + len(touched)]
        cluster.read[place] = [max(pair) for pair in zip(cluster.read[place], ends, strict=True)]


def mixed(rng: random.Random, names: list[str], count: int) -> list[Sent]:
    """Touchpoints, withdrawals, links and their undoing; some twice."""
    calls: list[tuple[int, str]] = []
    events: list[Sent] = []
    for number in range(count):
        chance = rng.random()
        if chance < 0.4:
            calls.append((number, rng.choice(names)))
            valence = rng.choice([-0.9, -0.4, 0.3, 0.8])
            told = {"case": rng.choice("xy"), "case_scope": "company", "recovery": valence > 0}
            events.append(touchpoint(number, rng.randint(1, 9), calls[-1][1], valence, **told))
        elif chance < 0.5 and calls:
            called, name = rng.choice(calls)
            events.append(withdrawn(rng.choice([name, rng.choice(names)]), called))
        else:
            one, other = rng.sample(names, 2)
            events.append(said(one, other, number, rng.randint(0, 59), linked=chance < 0.85))
    return events + rng.sample(events, k=count // 6)


def leave_it_to_chance(rng: random.Random) -> FakeJournal:
    """Publish a few events while two workers run, crash and freeze; return the journal when all is read.

    One may stop between reading two tables, too, while the other and their successors go on.
    """
    cluster = Cluster(partitions=2)
    waiting = mixed(rng, ["ann", "a@x", "555", "visitor"][: rng.randint(2, 4)], rng.randint(3, 14))
    rng.shuffle(waiting)
    most = rng.randint(1, 6)
    workers = [worker(cluster, place, most) for place in range(2)]
    frozen: list[Iterator[None]] = []
    running: list[Iterator[None]] = []

    def go_on(one: Iterator[None]) -> None:
        running.append(one)
        next(one)
        running.pop()

    def meanwhile() -> None:
        for _ in range(rng.choice([0, 0, 0, 10, 60]) if len(running) == 1 else 0):
            go_on(rng.choice([one for one in workers if one not in running]))

    cluster.journal.meanwhile = meanwhile
    while waiting or frozen or not cluster.is_done:
        if waiting and rng.random() < 0.1:
            cluster.publish(*waiting.pop())
        place = rng.randrange(2)
        for _ in range(rng.choice([1, 1, 1, 20])):
            go_on(workers[place])
        if waiting and rng.random() < 0.05:
            frozen.append(workers[place])
            workers[place] = worker(cluster, place, most)
        if frozen and rng.random() < 0.05:
            late = frozen.pop(rng.randrange(len(frozen)))
            for _ in range(rng.randrange(30)):
                go_on(late)
    return cluster.journal


@pytest.mark.parametrize("seed", range(10))
def test_workers_that_meet_crash_and_freeze_anywhere_leave_every_customer_as_folded_from_scratch(
    seed: int,
) -> None:
    rng = random.Random(seed)
    for _ in range(40):
        assert_right(leave_it_to_chance(rng))


HOUSEHOLDS = [[f"h{house}-{name}" for name in range(4)] for house in range(50)]


def test_ten_thousand_joins_and_splits_leave_every_customer_as_folded_from_scratch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is derived comes to the tables late and out of order, as from many workers."""
    rng, at_once = random.Random(10_000), 20
    monkeypatch.setattr("streams.touched.HISTORIES_AT_ONCE", at_once)
    journal, circles = FakeJournal(), Circles()
    calls = [
        touchpoint(number, rng.randint(1, 15), rng.choice(house), rng.choice([-0.8, 0.6]))
        for number, house in enumerate(HOUSEHOLDS * 6)
    ]
    told = [
        Record("touchpoints", 0, offset, RECEIVED_MS, who.encode(), value, ())
        for offset, (who, value) in enumerate(calls)
    ]
    journal.take(processor().process(told, journal.known).rows)
    logs = journal.known(map(PERSON_OF, (name for house in HOUSEHOLDS for name in house)))
    links: dict[str, list[LinkRow]] = defaultdict(list)

    class Told:
        """The journal before anything derived has come to it; links change all of a circle."""

        def histories(self, names: Iterable[str]) -> Histories:
            among = list(names)
            assert len(among) < at_once + len(HOUSEHOLDS[0])
            return Histories(
                {name: logs[name] for name in among}, [one for name in among for one in links[name]]
            )

        def later(self, until_ms: Mapping[str, int]) -> Later:
            raise AssertionError(until_ms)

        def counted(self, names: Iterable[str]) -> Mapping[str, int]:
            return {name: len(logs[name].rows) + len(links[name]) for name in names}

        def now_ms(self) -> int:
            return 0

    joiner = joiner_of(circles)
    touched: list[Record] = []
    on_the_way: list[Batch] = []
    for number in range(1, 10_001):
        one, other = map(PERSON_OF, rng.sample(rng.choice(HOUSEHOLDS), 2))
        at_ms = rng.randrange(1_000_000)
        known = (at_ms, number, "", 0, number)
        link = LinkRow(one, other, f"l{number}", number, rng.random() < 0.5, "other", *known)
        links[one].append(link)
        journal.links.append(link)
        circles.join(*link.pair)
        news = touched_message(Touched(one, "", 0, NEVER_MS))
        touched.append(Record("touched", 0, number, 0, b"", news, ()))
        if number % 200 == 0:
            on_the_way.append(joiner.fold(touched, Told()))
            joiner.remember()
            touched.clear()
        if number % 2_000 == 0:
            rng.shuffle(on_the_way)
            for batch in on_the_way:
                journal.take(batch.rows)
            on_the_way.clear()
            assert_right(journal)


class Together:
    """A hot path and joiners over one journal: an event, then the news of it."""

    def __init__(self, journal: FakeJournal) -> None:
        self.journal, self.circles = journal, Circles()
        self.circles.join(PERSON_OF("one"), PERSON_OF("other"))
        self._hot_path = processor(circles=self.circles)
        self._published = 0

    def news_of(self, sent: Sent) -> list[Record]:
        """Journal an event and return what is said of it."""
        who, value = sent
        record = Record("touchpoints", 0, self._published, RECEIVED_MS, who.encode(), value, ())
        self._published += 1
        batch = self._hot_path.process([record], self.journal.known)
        self.journal.take(batch.rows)
        return [
            Record("touched", 0, record.offset, RECEIVED_MS, b"", touched_message(one), ())
            for one in touched_by(batch, self.circles)
        ]

    def fold(self, joiner: Joiner, news: list[Record]) -> None:
        batch = joiner.fold(news, self.journal)
        joiner.remember()
        self.journal.take(batch.rows)

    def publish(self, joiner: Joiner, events: Iterable[Sent]) -> None:
        for sent in events:
            self.fold(joiner, self.news_of(sent))


@pytest.mark.parametrize("valence", [-0.9, -0.8, -0.7, -0.6])
def test_what_is_told_of_a_later_time_changes_the_steps_since_the_earlier_one(valence: float) -> None:
    """Of two contents the one with the least hash stands; of four pairs some put the later one there."""
    journal = FakeJournal()
    told = [
        said("one", "other", 8, 0),
        touchpoint(9, 3, "one", -0.4),
        *(touchpoint(7, day, "one", valence) for day in (1, 5)),
    ]
    both = Together(journal)
    both.publish(joiner_of(both.circles), told)
    assert_right(journal)


@pytest.mark.parametrize("linked", [True, False])
def test_who_stood_still_between_two_readings_takes_in_what_came_meanwhile(linked: bool) -> None:
    """It would know the touchpoints since, but not what was said of the two names, and yet come last."""
    journal = FakeJournal()
    both = Together(journal)
    frozen, successor = joiner_of(both.circles), joiner_of(both.circles)
    before = [
        said("one", "other", 1, 0, linked),
        touchpoint(2, 1, "one", 0.5),
        touchpoint(3, 2, "other", -0.5),
    ]
    both.publish(joiner_of(both.circles), before)
    news = both.news_of(touchpoint(4, 3, "one", 0.5))

    def meanwhile() -> None:
        journal.meanwhile = lambda: None
        both.fold(successor, news)
        both.publish(successor, [said("one", "other", 5, 30, not linked)])
        both.publish(successor, [touchpoint(day, day, "one", 0.3) for day in range(6, 11)])

    journal.meanwhile = meanwhile
    both.fold(frozen, news)
    assert_right(journal)
