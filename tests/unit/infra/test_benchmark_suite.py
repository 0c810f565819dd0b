"""The benchmark suite: medians, promises, and the table they end in."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra import benchmarks
from infra.benchmarks.altered import of_others, with_words, without_words, words_of
from infra.benchmarks.peers.clock import Clock
from infra.benchmarks.rows.customers import busy_by_zipf
from infra.benchmarks.rows.late import delayed
from infra.benchmarks.rows.worker import plan_of
from infra.benchmarks.suite import Figure, Result, Row, Scale, all_rows, as_json, measured, table
from infra.benchmarks.worker import tables_of_a_batch
from infra.simulation import Block, simulate

README = Path(benchmarks.__file__).with_name("README.md")


def result(*values: float, least: float | None = None, most: float | None = None) -> Result:
    return Result("worker", "ratio", "×", values, least, most)


def test_the_median_counts() -> None:
    assert result(9.0, 1.0, 2.0).value == 2.0


@pytest.mark.parametrize(
    ("value", "least", "most", "holds"),
    [(4.0, 4.0, None, True), (3.9, 4.0, None, False), (0.3, None, 0.3, True), (0.31, None, 0.3, False)],
)
def test_a_promise_holds_at_its_bound_and_not_beyond(
    value: float, least: float | None, most: float | None, holds: bool
) -> None:
    assert result(value, least=least, most=most).holds is holds


def test_what_promises_nothing_neither_holds_nor_fails() -> None:
    assert result(1.0).holds is None


def test_a_row_is_measured_as_often_as_the_scale_says() -> None:
    readings = iter([1.0, 5.0, 3.0])

    def measure(scale: Scale) -> Iterator[Figure]:
        yield Figure("rate", next(readings), "events/s", least=2.0)

    found = measured(Row("some", "Some", measure), Scale(repetitions=3), lambda line: None)
    assert found == [Result("some", "rate", "events/s", (1.0, 5.0, 3.0), 2.0, None)]


def test_the_ceiling_inserts_rows_of_all_that_the_hot_path_derives() -> None:
    blocks = list(simulate(plan_of(1_000)))
    touchpoints = sum(block.touchpoints for block in blocks)
    count, tables = tables_of_a_batch(blocks)
    assert 0 < touchpoints <= count
    assert tables["journal"].num_rows == touchpoints
    assert tables["steps"].num_rows >= touchpoints  # a missed commitment has a step
    assert tables["bonds"].num_rows > 0
    assert "held" not in tables


def test_every_row_has_its_own_name_and_stands_in_the_readme() -> None:
    names = [row.name for row in all_rows()]
    assert len(set(names)) == len(names) > 0
    told = README.read_text(encoding="utf-8")
    assert [name for name in names if f"| `{name}` |" not in told] == []


def test_the_table_tells_what_was_promised_and_whether_it_holds() -> None:
    assert table([result(3.0, 5.0, 4.0, least=4.5)])[-1] == "| worker | ratio | 4 × | 3 … 5 | ≥ 4.5 | ✗ |"


def test_machines_read_every_value() -> None:
    told = as_json([result(1.0, 2.0, 4.0, most=3.0)], {"commit": "abc"})
    assert told["commit"] == "abc"
    assert told["results"][0]["values"] == (1.0, 2.0, 4.0)
    assert told["results"][0]["holds"] is True


@pytest.mark.parametrize("share", [0.0, 0.1, 1.0])
def test_delayed_events_are_the_same_events(share: float) -> None:
    values = [str(number).encode() for number in range(500)]
    blocks = list(delayed([Block(values, values, 500)], share))
    sent = [value for block in blocks for value in block.values]
    assert sorted(sent) == sorted(values)
    assert (sent == values) is (share == 0.0)


@pytest.fixture(scope="module")
def simulated() -> list[Block]:
    return list(simulate(plan_of(2_000)))


def contents(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    return [json.loads(value) for block in blocks for value in block.values]


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_share_of_touchpoints_says_something(simulated: list[Block], share: float) -> None:
    words = words_of(simulated)
    altered = contents(with_words(simulated, words, share))
    touchpoints = [event for event in altered if event["type"].startswith("touchpoint.")]
    told = [event["data"]["text"] for event in touchpoints if "text" in event["data"]]
    assert len(told) == pytest.approx(share * len(touchpoints), abs=1)
    assert set(told) <= set(words)
    assert contents(without_words(with_words(simulated, words, share))) == contents(without_words(simulated))


def test_events_of_others_are_keyed_by_them_and_link_nobody(simulated: list[Block]) -> None:
    blocks = list(of_others(simulated, lambda customer: customer.upper()))
    kept = [event for event in contents(simulated) if not event["type"].startswith("identity.")]
    assert [{**event, "subject": event["subject"].upper()} for event in kept] == contents(blocks)
    keys = [key for block in blocks for key in block.keys]
    assert keys == [event["subject"].encode() for event in contents(blocks)]


def test_few_customers_are_busy_and_always_the_same_ones() -> None:
    other = busy_by_zipf(1_000)
    chosen = Counter(other(f"c{number}") for number in range(20_000))
    [(_, most), *_] = chosen.most_common(1)
    assert most / 20_000 == pytest.approx(1 / sum(1 / n for n in range(1, 1_001)), rel=0.1)
    assert other("c7") == other("c7")


def test_a_peers_clock_tells_once_when_all_events_have_come(capfd: pytest.CaptureFixture[str]) -> None:
    clock = Clock(5)
    clock.tick(4)
    assert capfd.readouterr().out == ""
    clock.tick(3)
    clock.tick(1)
    assert capfd.readouterr().out.startswith("seconds ")
