"""Laws of reading: any text is read, within bounds, evidence inside the masked text, alone or in a batch."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.emotions import Feeling, Need
from streams.feeling.text.artefact import LABELS
from streams.feeling.text.reader import LinearReader

SAID = "no mai per fi gràcies thanks terrible fantàstic però nu senza ??? !!! 😂 :) … NOOOO [name] e\u0301"
WORDS = st.sampled_from(SAID.split())
TEXTS = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=30).map(" ".join))
HINTS = st.sampled_from([None, "ca", "es-ES", "it", "ro", "en-GB", "fr", "", "zz"])
READER = LinearReader()


@given(st.lists(st.tuples(TEXTS, HINTS), max_size=6))
@settings(max_examples=150)
def test_every_text_gives_one_reading_within_bounds(asked: list[tuple[str, str | None]]) -> None:
    heard = READER.hear([text for text, _ in asked], [hint for _, hint in asked])
    assert len(heard) == len(asked)
    for one in heard:
        assert one.label in LABELS
        assert -1 <= one.valence <= 1
        assert 0 <= one.arousal <= 1
        assert 0 <= one.confidence <= 1
        assert set(one.emotions) <= set(Feeling)
        assert set(one.needs) <= set(Need)
        assert all(0 < strength <= 1 for strength in (*one.emotions.values(), *one.needs.values()))


@given(st.lists(TEXTS, max_size=4))
@settings(max_examples=100)
def test_evidence_lies_inside_the_masked_text(texts: list[str]) -> None:
    for one in READER.hear(texts, [None] * len(texts)):
        for spans in one.words.values():
            assert all(0 <= start < end <= len(one.masked) for start, end in spans)


@given(st.lists(TEXTS, min_size=2, max_size=6))
@settings(max_examples=100)
def test_a_text_reads_the_same_alone_and_in_company(texts: list[str]) -> None:
    together = READER.hear(texts, [None] * len(texts))
    for text, one in zip(texts, together, strict=True):
        alone = READER.hear([text], [None])[0]
        assert (alone.label, alone.language) == (one.label, one.language)
        assert math.isclose(alone.valence, one.valence, abs_tol=2e-3)


@given(TEXTS)
@settings(max_examples=100)
def test_the_masked_text_reads_as_the_text(text: str) -> None:
    first = READER.hear([text], [None])[0]
    assert READER.hear([first.masked], [None])[0] == first
