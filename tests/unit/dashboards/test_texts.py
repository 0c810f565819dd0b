"""What people read, in every language."""

import re
import string
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import dashboards
from dashboards.answers.movement import LEVELS
from dashboards.pages import all_pages
from dashboards.texts import LANGUAGES, Texts, chosen_language, strings_of
from dashboards.texts.plurals import CATEGORIES, forms_of
from schemas.catalogue import load_catalogue
from schemas.emotions import Feeling, Need

ZONE = ZoneInfo("Europe/Madrid")
CATALOGUE = load_catalogue()
COUNTED = {"people", "contacts", "failures", "handovers", "alerts", "felt", "events", "at_risk", "everybody"}
"""Places that count things in every string."""
KEY_IN_CODE = re.compile(r"""texts\(\s*"([a-z_.0-9]+)\"""")


def places_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_string_is_missing(language: str) -> None:
    assert set(strings_of("en")) <= set(strings_of(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_has_the_same_places_for_values(language: str) -> None:
    differing = [
        key
        for key, text in strings_of("en").items()
        if places_of(text) != places_of(strings_of(language)[key])
    ]
    assert differing == []


def forms_in(text: str) -> dict[str, dict[str, str]]:
    """The forms of words beside each place of a string that has any."""
    return {name: forms_of(spec) for _, name, spec, _ in string.Formatter().parse(text) if name and spec}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_counted_has_every_form_that_the_language_knows(language: str) -> None:
    lacking = [
        key
        for key, text in strings_of(language).items()
        for place in places_of(text)
        if (place in COUNTED or place in forms_in(text))
        and tuple(forms_in(text).get(place, {})) != CATEGORIES[language]
    ]
    assert lacking == []


@pytest.mark.parametrize(
    ("language", "amount", "written"),
    [
        ("en", 1, "1 person"),
        ("en", 0, "0 people"),
        ("ca", 1, "1 persona"),
        ("es", 1234, "1234 personas"),
        ("it", 2, "2 persone"),
        ("ro", 1, "1 om"),
        ("ro", 0, "0 oameni"),
        ("ro", 19, "19 oameni"),
        ("ro", 20, "20 de oameni"),
        ("ro", 101, "101 oameni"),
        ("ro", 1120, "1.120 de oameni"),
    ],
)
def test_words_agree_with_their_number(language: str, amount: int, written: str) -> None:
    texts = Texts(language, ZONE)
    assert texts("figure.hover_flow", before="a", after="b", people=texts.number(amount)).endswith(written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_in_the_catalogue_has_a_name(language: str) -> None:
    known = strings_of(language)
    wanted = {f"stage.{stage}" for stage in CATALOGUE.stages}
    wanted |= {f"department.{entry.department}" for entry in CATALOGUE.types.values()}
    wanted |= {f"sector.{sector}" for sector in CATALOGUE.sectors}
    wanted |= {f"outcome.{entry.outcome}" for entry in CATALOGUE.types.values() if entry.outcome}
    wanted |= {f"feeling.{one}" for one in Feeling} | {f"need.{one}" for one in Need}
    wanted |= {f"level.{one}" for one in LEVELS} | {f"{page.key}.name" for page in all_pages()}
    if language != "en":  # the catalogue's own titles are English
        wanted |= {f"type.{name.replace('.', '_')}" for name in CATALOGUE.types}
    assert wanted - set(known) == set()


def test_every_string_that_the_code_names_exists() -> None:
    code = "\n".join(path.read_text() for path in Path(dashboards.__path__[0]).rglob("*.py"))
    assert set(KEY_IN_CODE.findall(code)) - set(strings_of("en")) == set()


@pytest.mark.parametrize(
    ("language", "thousands", "share"),
    [
        ("en", "−1,234.5", "63%"),
        ("ca", "−1234,5", "63\u202f%"),
        ("es", "−1234,5", "63\u202f%"),
        ("it", "−1.234,5", "63\u202f%"),
        ("ro", "−1.234,5", "63\u202f%"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(language: str, thousands: str, share: str) -> None:
    texts = Texts(language, ZONE)
    assert texts.number(-1234.5, 1) == thousands
    assert texts.percent(0.63) == share


def test_spanish_groups_from_five_digits_on() -> None:
    assert Texts("es", ZONE).number(12345) == "12.345"


def test_what_rounds_to_zero_has_no_sign() -> None:
    texts = Texts("en", ZONE)
    assert [texts.signed(0.04), texts.signed(-0.04), texts.arrow(0.0)] == ["0.0", "0.0", "■ 0.0"]


def test_times_are_those_of_the_company() -> None:
    assert Texts("ca", ZONE).moment(datetime(2014, 11, 14, 23, 30, tzinfo=UTC)) == "15 nov. 2014, 00:30"
    assert Texts("en", ZONE).day(date(2014, 11, 14)) == "14 Nov 2014"


def test_quotation_marks_are_those_of_the_language() -> None:
    marks = {language: Texts(language, ZONE).quoted("{x}") for language in LANGUAGES}
    assert marks == {"en": "“{x}”", "ro": "„{x}”", **dict.fromkeys(("ca", "es", "it"), "«{x}»")}


def test_days_that_are_a_year_apart_tell_their_years() -> None:
    first, later = date(2025, 12, 31), date(2026, 1, 5)
    assert Texts("en", ZONE).days([first, later]) == ["31 Dec", "5 Jan"]
    assert Texts("en", ZONE).days([first, date(2026, 12, 31)]) == ["31 Dec 2025", "31 Dec 2026"]
    assert Texts("en", ZONE).days([first], until=date(2027, 1, 1)) == ["31 Dec 2025"]
    assert Texts("en", ZONE).days([]) == []


@pytest.mark.parametrize(
    ("wish", "accepted", "language"),
    [
        (None, "ro-RO,ro;q=0.9,en;q=0.8", "ro"),
        (None, "de-DE, it;q=0.5, es;q=0.7", "es"),
        (None, "de", "en"),
        (None, None, "en"),
        (None, "x;q=much, ca", "ca"),
        ("it", "ro", "it"),
        ("klingon", "ro", "ro"),
    ],
)
def test_the_browsers_language_comes_first_unless_switched(
    wish: str | None, accepted: str | None, language: str
) -> None:
    assert chosen_language(wish, accepted) == language
