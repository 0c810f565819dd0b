"""Plain facts move the bond when nobody says a word: each in its direction, by the rules of its sector."""

from typing import Any, NamedTuple

import pytest

from schemas.catalogue import load_catalogue
from schemas.decoding import struct_of
from schemas.touchpoint import Facts, MeasuredEmotion, TouchpointData
from streams.feeling.reading import Feeler, Felt

CATALOGUE = load_catalogue()
FEELER = Feeler(CATALOGUE)
FELT_FROM = 0.05
"""Valence, less half of what was promised, from which something is felt as good or bad."""


class Silent(NamedTuple):
    """A touchpoint with facts and without words."""

    type: str
    facts: dict[str, Any]
    sector: str = ""

    def felt(self) -> Felt:
        facts = struct_of(Facts)(**self.facts) if self.facts else None
        return FEELER.feel(
            self.type, struct_of(TouchpointData)(facts=facts, sector=self.sector or None), None
        )

    def against_promise(self) -> float:
        felt = self.felt()
        return felt.valence - 0.5 * felt.promise


def test_what_is_told_with_no_confidence_at_all_makes_nobody_feel_anything() -> None:
    emotion = struct_of(MeasuredEmotion)(valence=0.5, confidence=0.0)
    assert FEELER.feel("mail.received", struct_of(TouchpointData)(emotion=emotion), None).kind == "unfelt"
    emotion = struct_of(MeasuredEmotion)(valence=0.5, confidence=0.1)
    assert FEELER.feel("mail.received", struct_of(TouchpointData)(emotion=emotion), None).kind == "felt"


BAD = {
    "a delivery later than promised": Silent("delivery.arrived", {"days_late": 2}),
    "a delivery that never came": Silent("delivery.missed", {"missed": True}),
    "waiting": Silent("agent.called", {"minutes_waited": 20}),
    "hold time": Silent("agent.called", {"minutes_on_hold": 12}),
    "being passed from one to the next": Silent("agent.called", {"transfers": 3}),
    "the third contact about one case": Silent("agent.called", {"contacts_on_case": 3}),
    "a bot that fails": Silent("bot.failed", {}),
    "a bot that does not hand over": Silent("bot.chatted", {"handed_to_human": False}),
    "an unanswered call": Silent("call.unanswered", {"answered": False}),
    "an unanswered message": Silent("message.unanswered", {"answered": False}),
    "an outage": Silent("outage.started", {"outage_minutes": 120}, "telecom"),
    "a wrong bill": Silent("bill.wrong", {"overcharge": 0.2}),
    "a price rise": Silent("price.raised", {"price_rise": 0.1}),
    "a missed appointment": Silent("appointment.missed", {"missed": True}),
    "a fault that the device tells": Silent("device.fault", {"severity": 0.6}),
    "a mistake that was not put right": Silent("message.answered", {"corrected": False}),
    "not being recognised": Silent("agent.called", {"recognised": False}),
}
GOOD = {
    "a delivery earlier than promised": Silent("delivery.early", {"days_early": 1}),
    "a bot that hands over": Silent("bot.handed_over", {"handed_to_human": True}),
    "a problem solved at first contact": Silent("agent.called", {"first_contact": True}),
    "being recognised by name and history": Silent("store.visited", {"recognised": True}),
    "a loyalty gift": Silent("loyalty.gift", {"discount": 0.2}),
    "an anniversary": Silent("anniversary.greeted", {"years_as_customer": 10}),
    "a device that heals itself": Silent("device.healed", {"notified": True}),
    "a bill put right": Silent("bill.corrected", {"corrected": True}),
    "a solved matter": Silent("ticket.resolved", {"resolved": True}),
    "a call back": Silent("callback.made", {}),
}


@pytest.mark.parametrize("signal", BAD)
def test_it_is_felt_as_bad(signal: str) -> None:
    assert BAD[signal].felt().kind == "felt"
    assert BAD[signal].against_promise() < -FELT_FROM


@pytest.mark.parametrize("signal", GOOD)
def test_it_is_felt_as_good(signal: str) -> None:
    assert GOOD[signal].felt().kind == "felt"
    assert GOOD[signal].against_promise() > FELT_FROM


@pytest.mark.parametrize("sector", ["", *CATALOGUE.sectors])
@pytest.mark.parametrize("fact", [name for name, rule in CATALOGUE.facts.items() if rule.points])
def test_more_of_a_fact_never_turns_its_feeling_round(fact: str, sector: str) -> None:
    rule = CATALOGUE.type_in("agent.called", sector).facts[fact]
    assert rule.points is not None
    valences = [valence for _, valence in rule.points]
    assert valences in (sorted(valences), sorted(valences, reverse=True))


def test_the_same_fact_is_felt_otherwise_in_another_sector() -> None:
    weeks = {
        sector: Silent("message.answered", {"days_late": 5}, sector).felt().valence
        for sector in ("", "airline")
    }
    assert weeks["airline"] < weeks[""]
    wait = {
        sector: Silent("agent.called", {"minutes_waited": 10}, sector).felt().valence
        for sector in ("hospitality", "public_services")
    }
    assert wait["hospitality"] < 0 < wait["public_services"]
