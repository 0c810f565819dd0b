"""Words for the one who acts: every language has them all, and they follow the order of a conversation."""

import pytest

from schemas.emotions import Need
from streams.acts.next_act import CONVERSATION, in_conversation
from streams.acts.words import Occasion, languages, words_for

LANGUAGES = ("ca", "en", "es", "it", "ro")


def test_the_languages_are_those_of_the_customers() -> None:
    assert sorted(languages()) == list(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_words_for_every_need_and_occasion(language: str) -> None:
    spoken = languages()[language]
    assert set(spoken.needs) == set(Need)
    assert set(spoken.occasions) == set(Occasion)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_of_a_language_is_said_twice(language: str) -> None:
    spoken = languages()[language]
    said = [each for told in (*spoken.needs.values(), *spoken.occasions.values()) for _, each in told]
    assert len(set(said)) == len(said)


def test_every_need_has_its_place_in_a_conversation() -> None:
    assert set(CONVERSATION) == set(Need)
    assert in_conversation({Need.THANKS, Need.VENTING}) == (Need.VENTING, Need.THANKS)


def test_one_opens_with_the_first_unmet_need_and_closes_with_the_last() -> None:
    spoken = languages()["ca"].needs
    words = words_for(Occasion.RECOVER, (Need.VENTING, Need.THANKS), "ca-ES")
    assert words.opening == spoken[Need.VENTING].opening
    assert words.closing == spoken[Need.THANKS].closing
    assert words.act == f"{spoken[Need.VENTING].act} {spoken[Need.THANKS].act}"


def test_an_unknown_language_is_answered_in_english() -> None:
    assert words_for(Occasion.THANK, (), "eu") == words_for(Occasion.THANK, (), "en")
    assert words_for(Occasion.THANK, (), "") == words_for(Occasion.THANK, (), "en")
