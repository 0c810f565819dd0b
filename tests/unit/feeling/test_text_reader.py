"""The reader in the stream: signals, evidence, languages, limits."""

import pytest

from schemas.emotions import Emotion, Need, needs_of
from streams.feeling.text.artefact import COLUMNS, shipped_artefact
from streams.feeling.text.cues import KINDS, cues_of, parsed
from streams.feeling.text.features import ROWS
from streams.feeling.text.reader import LONGEST_READ, LinearReader
from streams.feeling.text.words import LANGUAGES, spelled, tokens_of

READER = LinearReader()
SENTENCES = {
    "ca": "He trucat quatre vegades i ningú no em respon",
    "es": "Llevo cuatro días llamando y nadie me contesta",
    "it": "Ho chiamato quattro volte e nessuno mi risponde",
    "ro": "Am sunat de patru ori și nimeni nu răspunde",
    "en": "I have called four times and nobody answers",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_told_and_an_unanswered_call_is_bad(language: str) -> None:
    reading = READER.read([SENTENCES[language]], [None])[0]
    assert reading.language == language
    assert reading.signal is not None
    assert reading.signal.valence < 0


def test_a_plausible_hint_is_followed_and_a_plainly_wrong_one_is_not() -> None:
    assert READER.hear(["no"], ["it-IT"])[0].language == "it"
    assert READER.hear([SENTENCES["en"] + ", and this is the third week"], ["ro"])[0].language == "en"


def test_a_language_we_were_not_trained_for_is_taken_at_its_word_and_weighs_little() -> None:
    heard = READER.hear(["Merci beaucoup, tout est parfait"], ["fr"])[0]
    assert heard.language == "fr"
    assert heard.confidence <= 0.2


def test_a_signal_has_the_profile_of_the_feelings_and_the_needs_as_a_mask() -> None:
    text = "No entenc aquest càrrec. Per què m'heu cobrat dues vegades? Exigeixo una explicació."
    reading = READER.read([text], ["ca"])[0]
    assert reading.signal is not None
    assert reading.signal.origin == "text"
    assert Need.EXPLANATION in needs_of(reading.needs_asked)
    profile = reading.signal.profile
    assert profile is None or (len(profile) == len(Emotion) and abs(sum(profile) - 1) < 1e-9)


def test_evidence_points_at_words_of_the_masked_text() -> None:
    reading = READER.read(["Hola Marta,\nmil gracias de corazón, por fin funciona todo"], ["es"])[0]
    assert reading.masked.startswith("Hola [name],")
    words = {reading.masked[start:end] for start, end in reading.evidence["words"]["label"]}
    assert words & {"gracias", "mil", "corazón", "fin", "por"}


def test_a_text_without_words_gives_no_signal() -> None:
    assert [reading.signal for reading in READER.read(["", "   \n"], [None, "ca"])] == [None, None]


def test_what_stands_behind_the_limit_is_kept_but_not_read() -> None:
    text = "bon dia " * (LONGEST_READ // 8 + 1)
    plain, long = READER.hear([text, text + " fatal, vergonya, lladres" * 20], [None, None])
    assert long.masked.endswith("lladres")
    assert (plain.label, plain.valence) == (long.label, long.valence)


def test_an_empty_batch_is_an_empty_answer() -> None:
    assert READER.read([], []) == []


def test_the_shipped_artefact_fits_the_code_and_has_a_version() -> None:
    artefact = shipped_artefact()
    assert artefact.table.shape == (ROWS, COLUMNS)
    assert READER.version == artefact.version
    assert artefact.version.startswith("text-1-")


def test_accents_case_and_drawn_out_letters_do_not_change_a_word() -> None:
    assert [spelled(word) for word in tokens_of("GENIAAAAL Però però și")] == [
        "geniaal",
        "pero",
        "pero",
        "si",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_cues_of_every_kind(language: str) -> None:
    cues = cues_of(language)
    found = {
        kind
        for kinds in (*cues.words.values(), *cues.stems.values(), *cues.phrases.values())
        for kind in kinds
    }
    assert found == set(range(len(KINDS)))


def test_a_cue_of_an_unknown_kind_is_told_with_its_line() -> None:
    with pytest.raises(ValueError, match=r"x\.txt, line 2: 'joy' is not a kind of cue"):
        parsed("good: be\njoy: alegria", "x.txt")
