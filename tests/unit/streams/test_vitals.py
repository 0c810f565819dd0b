"""What a worker tells of itself, and the rules that watch it."""

import re
import urllib.error
import urllib.request
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
import seed
import yaml
from flask import Flask

from dashboards import vitals as dashboard
from infra import processes
from infra.clickhouse.vitals import Vitals as Database
from schemas.catalogue import load_catalogue
from schemas.names import Table
from schemas.rejections import Reason
from streams.events import Record, Rejected
from streams.outcome import Batch
from streams.refusals import rejected_row, released_row
from streams.rows import ProfileRow
from streams.value import replace
from streams.vitals import OUTCOMES, STALLED_SECONDS, Vitals, serve

RULES = Path(__file__).parents[3] / "infra" / "prometheus" / "alerts.yaml"


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def record(partition: int, offset: int) -> Record:
    return Record("t", partition, offset, 1_700_000_000_000, b"k", b"v", ())


def value(vitals: Vitals, name: str, **labels: str) -> float | None:
    return vitals.registry.get_sample_value(name, labels)


def test_a_batch_is_counted_by_what_became_of_its_records() -> None:
    vitals = Vitals()
    batch = Batch()
    who = "0a" * 10
    call = seed.touchpoint(load_catalogue(), who, 1, "agent.called", datetime(2026, 3, 1, tzinfo=UTC), 0.5)
    batch.rows[Table.JOURNAL] = [call, *(replace(call, moment_number=number) for number in (1, 2))]
    batch.rows[Table.PROFILES] = [ProfileRow(who, "p", 0, "", "", "", 0, "t", 0, 2)]
    batch.rows[Table.REJECTED] = [rejected_row(Rejected(record(0, 1), Reason.NOT_JSON, "", "", "", ""), who)]
    batch.rows[Table.HELD] = [released_row(record(0, 7), "/s", "t", who)]
    batch.rejected.append(Rejected(record(0, 1), Reason.NOT_JSON, "", "", "", ""))
    vitals.wrote(batch, seconds=0.2)

    told = {one: value(vitals, "vincle_records_total", outcome=one) for one in set(OUTCOMES.values())}
    assert told == {"journaled": 2, "rejected": 1, "held": 0, "repeated": 0, "erased": 0}
    assert value(vitals, "vincle_rejected_total", reason=Reason.NOT_JSON) == 1
    assert value(vitals, "vincle_insert_seconds_count") == 1


def test_lag_is_what_kafka_has_and_the_journal_has_not_of_ones_own_partitions() -> None:
    vitals = Vitals()
    vitals.own([0, 1, 2])
    vitals.done([record(0, 8), record(0, 9)])
    for partition, committed in ((0, 9), (1, 5), (7, 5)):
        vitals.reaches(partition, 25, committed)
    vitals.reaches(2, 0, None)
    assert value(vitals, "vincle_lag_records", partition="0") == 15
    assert value(vitals, "vincle_lag_records", partition="1") == 20, "before anything of it is journaled"
    assert value(vitals, "vincle_lag_records", partition="2") == 0, "nothing ever came"
    assert value(vitals, "vincle_lag_records", partition="7") is None

    assert value(vitals, "vincle_newest_record_seconds", partition="0") == 1_700_000_000

    vitals.own([1])
    for name in ("vincle_lag_records", "vincle_newest_record_seconds"):
        assert value(vitals, name, partition="0") is None


def test_a_worker_is_ready_with_partitions_and_while_nothing_is_away() -> None:
    vitals = Vitals()
    assert vitals.wants() == "no partitions"
    vitals.own([3])
    assert vitals.wants() == ""
    vitals.told("writing", ConnectionError("secret words"))
    assert vitals.wants() == "writing fails: ConnectionError"
    assert value(vitals, "vincle_outages_total", what="writing") == 1
    vitals.told("writing", None)
    assert (vitals.wants(), vitals.trouble()) == ("", "")


def test_a_worker_whose_conveyor_stands_still_is_told_dead() -> None:
    clock = Clock()
    vitals = Vitals(clock)
    clock.now = STALLED_SECONDS
    assert "not turned for 60 s" in vitals.trouble()
    vitals.turned()
    assert vitals.trouble() == ""


@pytest.mark.parametrize(
    ("path", "status"),
    [("/healthz", 200), ("/readyz", 503), ("/metrics", 200), ("/", 404), ("/x/healthz", 404)],
)
def test_health_and_metrics_are_answered_on_loopback(path: str, status: int) -> None:
    port = processes.free_ports(1)[0]
    server = serve(Vitals(), port)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as response:
            answered = response.status
    except urllib.error.HTTPError as error:
        answered = error.code
        error.close()
    finally:
        server.shutdown()
        server.server_close()
    assert answered == status


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def test_every_metric_that_a_rule_watches_exists() -> None:
    registries = (Vitals().registry, Database(lambda: 0).registry, dashboard.install(Flask("any")))
    told = {metric.name for registry in registries for metric in registry.collect()}
    assert rules()
    for rule in rules():
        for name in re.findall(r"vincle_\w+", rule["expr"]):
            assert re.sub(r"_(total|bucket)$", "", name) in told, rule["alert"]
        assert rule["annotations"]["summary"]


def labels_of(side: str, told: dict[str, set[str]]) -> set[str]:
    """Labels of what one side of a rule gives: those of its metrics, or of the sum that is made of them."""
    if re.search(r"\b(sum|max)\b", side):
        return set(re.findall(r"by \((\w+)\)", side))
    return set().union(*(told[name] for name in re.findall(r"vincle_\w+", side)))


@pytest.mark.parametrize(
    "rule", [rule for rule in rules() if re.search(" and | unless ", rule["expr"])], ids=itemgetter("alert")
)
def test_both_sides_of_a_rule_have_the_same_labels_or_never_meet(rule: dict[str, Any]) -> None:
    vitals = Vitals()
    vitals.own({0})
    vitals.reaches(0, 1, None)
    vitals.done([record(0, 0)])
    told = {
        sample.name: set(sample.labels) for metric in vitals.registry.collect() for sample in metric.samples
    }

    left, right = re.split(" and | unless ", rule["expr"])

    assert labels_of(left, told) == labels_of(right, told)
