"""Synthetic journeys: valid, in order, the same again for the same plan, and like a real company's."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.simulation import Plan, ScriptError, sample, sector_names, simulate
from infra.simulation.phrases import LANGUAGES, load_phrases
from infra.simulation.plan import setting_of
from infra.simulation.script import Story, load_sector
from schemas.catalogue import load_catalogue
from schemas.decoding import struct_of
from schemas.envelope import Envelope, Event, data_model_of
from schemas.names import LINKED, PROFILE, UNLINKED

START = datetime(2026, 1, 1, tzinfo=UTC)
SECTORS = sector_names()


def plan_of(touchpoints: int = 6_000, customers: int = 400, seed: int = 3, **changes: Any) -> Plan:
    told: dict[str, Any] = {"start": START, "days": 150, "sectors": tuple(SECTORS), **changes}
    return Plan(customers=customers, touchpoints=touchpoints, seed=seed, **told)


def number_of(name: str) -> int:
    """Return the number of a customer, who is c… once known and v… as a visitor before."""
    return int(name[1:])


def values_of(plan: Plan, **jobs: int) -> list[bytes]:
    return [value for block in simulate(plan, **jobs) for value in block.values]


@pytest.fixture(scope="module")
def events() -> list[dict[str, Any]]:
    return [orjson.loads(value) for value in values_of(plan_of())]


@settings(max_examples=6)
@given(
    seed=st.integers(0, 2**31),
    touchpoints=st.integers(1, 300),
    customers=st.integers(1, 300),
    days=st.floats(0.5, 400),
    sectors=st.sets(st.sampled_from(SECTORS), min_size=1),
)
def test_any_plan_gives_its_number_of_valid_touchpoints_in_order_of_time(
    seed: int, touchpoints: int, customers: int, days: float, sectors: set[str]
) -> None:
    plan = plan_of(touchpoints, customers, seed, days=days, sectors=tuple(sorted(sectors)))
    blocks = list(simulate(plan))
    found = [Event.model_validate_json(value) for block in blocks for value in block.values]
    assert sum(block.touchpoints for block in blocks) == touchpoints
    assert sum(event.type.startswith("touchpoint.") for event in found) == touchpoints
    times = [event.time for event in found]
    assert times == sorted(times)
    assert len({number_of(event.subject) for event in found}) <= customers


def test_the_fast_decoder_accepts_every_event_and_the_key_is_the_customer() -> None:
    envelope = msgspec.json.Decoder(struct_of(Envelope))
    for block in simulate(plan_of()):
        for key, value in zip(block.keys, block.values, strict=True):
            told = envelope.decode(value)
            data = orjson.loads(value)["data"]
            msgspec.convert(data, struct_of(data_model_of(told.type)))  # type: ignore[attr-defined]
            assert told.subject.encode() == key  # type: ignore[attr-defined]


def test_ids_are_unique(events: list[dict[str, Any]]) -> None:
    assert len({(event["source"], event["id"]) for event in events}) == len(events)


def test_the_same_plan_gives_the_same_bytes_and_another_seed_other_ids() -> None:
    assert values_of(plan_of(1_000)) == values_of(plan_of(1_000))
    ids = {orjson.loads(value)["id"] for value in values_of(plan_of(1_000))}
    assert ids.isdisjoint(orjson.loads(value)["id"] for value in values_of(plan_of(1_000, seed=4)))


def test_jobs_share_the_events_of_one_plan() -> None:
    plan = plan_of(20_000, 300, days=20)
    alone = sorted(values_of(plan))
    shared = sorted(values_of(plan, job=0, jobs=2) + values_of(plan, job=1, jobs=2))
    assert alone == shared


def test_nothing_happens_to_a_customer_after_leaving(events: list[dict[str, Any]]) -> None:
    left: set[int] = set()
    for event in events:
        if event["type"] == UNLINKED:
            continue
        assert number_of(event["subject"]) not in left
        if event["type"] == "touchpoint.customer.left.v1":
            left.add(number_of(event["subject"]))
    assert left


def test_a_profile_comes_before_the_first_touchpoint_under_a_customers_name(
    events: list[dict[str, Any]],
) -> None:
    known: set[str] = set()
    for event in events:
        if event["type"] == PROFILE:
            known.add(event["subject"])
        assert event["subject"] in known or event["subject"].startswith("v")


def test_customers_speak_their_own_language(events: list[dict[str, Any]]) -> None:
    profiles = [event for event in events if event["type"] == PROFILE]
    language = {number_of(event["subject"]): event["data"]["language"] for event in profiles}
    spoken = set()
    for event in events:
        if "text" in event["data"] and number_of(event["subject"]) in language:
            assert event["data"]["language"] == language[number_of(event["subject"])]
            spoken.add(event["data"]["language"])
    assert spoken == set(LANGUAGES)


def test_visitors_are_linked_to_who_they_are_and_known_from_then_on(events: list[dict[str, Any]]) -> None:
    joined: set[str] = set()
    visitors: set[str] = set()
    for event in events:
        if event["subject"].startswith("v"):
            assert event["subject"] not in joined
            visitors.add(event["subject"])
        elif event["type"] == LINKED and event["data"]["kind"] == "anonymous":
            assert number_of(event["data"]["name"]) == number_of(event["subject"])
            joined.add(event["data"]["name"])
    assert len(joined & visitors) > 20


def test_a_few_are_taken_for_somebody_else_which_is_undone() -> None:
    standing: set[tuple[str, str]] = set()
    mistakes = 0
    for value in values_of(plan_of(20_000, 2_000)):
        event = orjson.loads(value)
        if event["type"] == LINKED and event["data"]["kind"] == "customer":
            pair = (event["subject"], event["data"]["name"])
            assert number_of(pair[0]) != number_of(pair[1])
            standing.add(pair)
            mistakes += 1
        elif event["type"] == UNLINKED:
            standing.remove((event["subject"], event["data"]["name"]))
    assert 1 < mistakes < 40
    assert not standing


def test_an_incident_is_a_burst_in_its_sector() -> None:
    plan = plan_of(20_000, 1_500, sectors=("telecom",))
    cut = next(
        found
        for found in setting_of(plan, load_catalogue()).incidents
        if found.name == "cable_cut" and found.begins > plan.begins
    )
    outages: Counter[bool] = Counter()
    for value in values_of(plan):
        event = orjson.loads(value)
        if event["type"] == "touchpoint.outage.started.v1":
            at = datetime.fromisoformat(event["time"]).timestamp() * 1000
            outages[cut.begins <= at < cut.ends] += 1
    # Three days of 150 hold a good part of all outages.
    assert outages[True] > 0.2 * outages.total()


def test_who_has_felt_bad_leaves_more_often() -> None:
    catalogue = load_catalogue()
    felt: defaultdict[str, list[float]] = defaultdict(list)
    left = set()
    for value in values_of(plan_of(30_000, 1_500)):
        event = orjson.loads(value)
        name = event["type"].removeprefix("touchpoint.").removesuffix(".v1")
        if name == "customer.left":
            left.add(event["subject"])
        elif name in catalogue.types and catalogue.types[name].kind == "felt":
            felt[event["subject"]].append(catalogue.types[name].valence or 0.0)
    means = {customer: sum(valences) / len(valences) for customer, valences in felt.items()}
    good = [customer for customer, mean in means.items() if mean > 0.05]
    bad = [customer for customer, mean in means.items() if mean < -0.05]
    assert len(left & set(bad)) / len(bad) > 2 * len(left & set(good)) / len(good)


def test_the_sample_ends_at_the_last_full_hour() -> None:
    now = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    plan = sample(now)
    last = orjson.loads(values_of(plan)[-1])
    assert plan.touchpoints == 40_000
    assert datetime(2026, 11, 21, 20, tzinfo=UTC) < datetime.fromisoformat(last["time"])
    assert datetime.fromisoformat(last["time"]) < datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize("sector", SECTORS)
def test_a_sector_fits_the_catalogue_and_has_a_story_for_newcomers(sector: str) -> None:
    script = load_sector(sector, load_catalogue())
    assert script.first_stories
    assert script.share > 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tone", ["good", "bad", "neutral"])
def test_a_language_has_phrases_for_every_theme(language: str, tone: str) -> None:
    phrases = load_phrases()
    assert set(phrases[language][tone]) == set(phrases["ca"][tone])
    assert sum(map(len, phrases[language][tone].values())) >= 25


def test_a_condition_on_nothing_known_is_refused() -> None:
    with pytest.raises(ValueError, match="no failure or choice is called rain"):
        Story.model_validate({"steps": [{"type": "ad.seen", "source": "a", "channel": "b", "if": "rain"}]})


def test_a_sector_that_does_not_fit_the_catalogue_is_refused() -> None:
    catalogue = load_catalogue()
    poorer = replace(
        catalogue, types={name: entry for name, entry in catalogue.types.items() if name != "claim.paid"}
    )
    with pytest.raises(ScriptError, match=r"insurance\.claim\.steps\.\d+: claim\.paid is no type"):
        load_sector("insurance", poorer)


@pytest.mark.parametrize("changes", [{"touchpoints": 0}, {"customers": 0}, {"days": 0}, {"sectors": ()}])
def test_a_plan_of_nothing_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="a simulation needs"):
        plan_of(**changes)


def test_commitments_are_kept_kept_late_and_missed(events: list[dict[str, Any]]) -> None:
    """What the telecom company promises is kept by another system; all that is kept was promised before."""
    kept = {event["data"]["keeps"]: event["time"] for event in events if "keeps" in event["data"]}
    promised = [event for event in events if "commitment" in event["data"]]
    due = {one["data"]["commitment"]["id"]: one["data"]["commitment"]["due"] for one in promised}
    assert kept.keys() <= due.keys()
    assert all(one["time"] < one["data"]["commitment"]["due"] for one in promised)
    in_time = sum(time <= due[id] for id, time in kept.items())
    assert 0 < in_time < len(kept) < len(due)
