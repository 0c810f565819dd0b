"""Texts that train and test the reader: what is kept apart, and that training and reading count alike."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from infra.training.__main__ import main
from infra.training.data import (
    PUBLIC,
    Labelled,
    fold_of,
    further_texts,
    of_split,
    public_texts,
    sentences_of,
    service_texts,
    twice_labelled,
)
from infra.training.echo import Odds, odds_of, read_odds
from infra.training.evaluate import read_all
from infra.training.fitting import fit_by_telling, fit_chances, sigmoid, telling
from infra.training.general import MOST_SYNTHETIC, good_against_bad, sampled
from infra.training.matrix import feature_matrix, phrase_matrix
from infra.training.scores import macro_f1, present_f1
from infra.training.sources import LEAST_NEUTRAL, judged_places, score_of
from infra.training.targets import label_numbers, present_matrix, softened
from infra.training.teacher import read_opinions
from infra.training.translations import read_translations
from schemas.emotions import Feeling, Need
from streams.feeling.text.artefact import COLUMNS, GENERAL, LABELS, Artefact, shipped_artefact
from streams.feeling.text.features import ROWS
from streams.feeling.text.language import LANGUAGE_ROWS, OTHER, language_of
from streams.feeling.text.scoring import Scorer
from streams.feeling.text.words import LANGUAGES, tokens_of

OURS = service_texts()
FURTHER = further_texts()
CHANCE = np.random.default_rng(5)
LEAST_LABELS, LEAST_PRESENT, LEAST_LANGUAGE = 0.73, 0.54, 0.97
"""A little less than what the shipped reader reached: what it must not fall below."""


def chance_artefact() -> Artefact:
    """Return an artefact of weights that speak of nothing, other ones in each language."""

    def weights(*shape: int) -> NDArray[np.float32]:
        return CHANCE.standard_normal(shape, np.float32)

    nothing = np.zeros(COLUMNS, np.float32)
    own = weights(OTHER + 1, ROWS, len(LABELS))
    own_bias = weights(OTHER + 1, len(LABELS))
    languages = weights(LANGUAGE_ROWS, len(LANGUAGES))
    return Artefact("test", weights(ROWS, COLUMNS), nothing, own, own_bias, nothing, nothing, languages)


def test_there_are_600_service_texts_a_language_and_each_is_in_one_split() -> None:
    for language in LANGUAGES:
        assert sum(text.language == language for text in OURS) >= 600
    assert {text.split for text in OURS} == {"train", "dev", "test"}
    assert len({text.id for text in (*OURS, *FURTHER)}) == len(OURS) + len(FURTHER)


@pytest.mark.parametrize("name", [*Feeling, *Need])
def test_every_feeling_and_need_is_tested_on_40_texts_or_more(name: str) -> None:
    tested = of_split(OURS, "test")
    assert (
        sum((text.emotions or {}).get(name, 0) + (text.needs or {}).get(name, 0) > 0 for text in tested) >= 40
    )


def test_nothing_that_is_learned_from_was_made_of_a_text_kept_for_the_test() -> None:
    kept = of_split(OURS, "test")
    words = {" ".join(text.text.lower().split()) for text in kept}
    learned = [*of_split(OURS, "train", "dev"), *FURTHER]
    assert not [text.id for text in learned if " ".join(text.text.lower().split()) in words]
    assert not read_translations(PUBLIC, kept)
    assert not read_opinions(PUBLIC).labels.keys() & {text.id for text in kept}
    assert not read_odds(PUBLIC, kept, of_split(public_texts(), "dev")).texts
    judged = read_odds(PUBLIC, [*of_split(OURS, "train", "dev"), *FURTHER], []).texts
    assert judged
    assert not {text.id.partition("/")[0] for text in judged} & {text.id for text in kept}


def test_a_text_of_several_sentences_is_taken_apart_and_its_parts_stay_in_its_fold() -> None:
    whole = OURS[0]._replace(text="Nobody came. Why? I waited\nall day long!")
    parts = sentences_of([whole, whole._replace(text="Thanks a lot!")])
    assert [part.text for part in parts] == ["Nobody came.", "I waited", "all day long!"]
    assert {fold_of(part) for part in parts} == {fold_of(whole)}
    assert len({part.id for part in parts}) == len(parts)


def test_every_text_for_training_only_has_a_label_and_a_language() -> None:
    for text in FURTHER:
        assert (text.label in LABELS, text.language in LANGUAGES, text.split) == (True, True, "train")


def test_what_training_counts_in_a_text_is_what_the_reader_sums_up() -> None:
    artefact = chance_artefact()
    phrases = phrase_matrix()
    texts = [text for text in OURS if text.language in ("en", "ro")][::12]
    tokens = [tokens_of(text.text) for text in texts]
    scored = Scorer(
        artefact._replace(
            table=artefact.table + np.asarray(phrases @ artefact.table),
            own=np.array([added + phrases @ added for added in artefact.own]),
        )
    ).score(tokens, [None] * len(texts))
    told = [text._replace(language=language) for text, language in zip(texts, scored.languages, strict=True)]
    assert {"en", "ro"} <= set(scored.languages)
    counted = feature_matrix(told)
    sums = counted @ artefact.table
    for row, language in enumerate(scored.languages):
        place = language_of(language)
        sums[row, GENERAL] += (counted[row] @ artefact.own[place])[0] + artefact.own_bias[place]
    assert np.allclose(sums, scored.totals, atol=1e-3)


def test_a_word_sums_up_the_same_after_all_words_were_forgotten() -> None:
    scorer = Scorer(chance_artefact(), most_kept=3)
    batch = [["Nobody", "answers", "!"], ["Ningú", "no", "respon", "mai"]]
    first = scorer.score(batch, ["en", "ca"]).totals
    scorer.score([["altogether", "other", "words"]], [None])
    assert np.allclose(scorer.score(batch, ["en", "ca"]).totals, first, atol=1e-5)


def test_a_fit_comes_near_chances_that_are_not_zeros_and_ones() -> None:
    features = sparse.csr_matrix(np.eye(2).repeat(10, axis=0))
    chances = np.repeat([[0.8], [0.3]], 10, axis=0)
    model = fit_chances(features, chances, np.ones(20), 0.01, 50, exclusive=False)
    assert np.allclose(sigmoid(model.outputs(features)), chances, atol=0.02)


def test_a_feature_that_stands_with_one_label_tells_more_than_one_that_stands_with_all() -> None:
    features = sparse.csr_matrix(np.array([[1, 0, 1], [1, 0, 1], [0, 1, 1], [0, 1, 1]] * 5, np.float32))
    labels = np.tile([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]], (5, 1))
    first, second, common = telling(features, labels, np.ones(20))
    assert first == pytest.approx(second)
    assert first > 3 * common


def test_a_model_scaled_by_what_features_tell_judges_features_as_they_are() -> None:
    features = sparse.csr_matrix(np.eye(2, dtype=np.float32).repeat(10, axis=0))
    labels = np.eye(2).repeat(10, axis=0)
    model = fit_by_telling(features, labels, np.ones(20), 0.1, 50)
    assert (model.outputs(features).argmax(1) == labels.argmax(1)).all()


def test_of_a_language_without_neutral_texts_only_good_against_bad_is_taken() -> None:
    odds = np.array([[0.5, -3.0, 1.5], [2.0, 0.0, -1.0]])
    taken = good_against_bad(odds)
    assert np.allclose(taken[:, 2] - taken[:, 0], odds[:, 2] - odds[:, 0])
    assert not taken[:, 1].any()


def test_every_public_text_that_somebody_wrote_is_learned_from_and_a_sample_of_the_translated() -> None:
    text = OURS[0]
    written = [text._replace(id=f"w{number}") for number in range(MOST_SYNTHETIC + 1)]
    translated = [one._replace(id=f"t{one.id}", synthetic=True) for one in written]
    kept = sampled([*translated, *written])
    assert {one.id for one in written} <= {one.id for one in kept}
    assert sum(one.synthetic for one in kept) == MOST_SYNTHETIC


def test_a_teacher_softens_only_the_texts_that_it_was_asked_about() -> None:
    text = OURS[0]
    other = text._replace(id="nobody-1")
    gold = np.array([[1.0, 0.0, 0.0]] * 2)
    found = softened([text, other], gold, {text.id: np.array([0.5, 0.5, 0.0])}, 0.5)
    assert found.tolist() == [[0.75, 0.25, 0.0], [1.0, 0.0, 0.0]]


def test_a_translation_is_judged_as_its_original() -> None:
    first, second = OURS[:2]
    odds = Odds([first, second], np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert odds_of(odds, [second._replace(language="en", text="translated")]).tolist() == [[3.0, 4.0]]


def test_a_source_left_out_is_judged_on_what_somebody_wrote_there() -> None:
    written = OURS[0]._replace(id="1", language="ro", source="red_v1")
    others = [
        written._replace(id="2", source="xed"),
        written._replace(id="3", synthetic=True),
        written._replace(id="4", language="es"),
    ]
    assert judged_places([*others, written], ("red_v1", "red_v2"), "ro") == [3]


def test_a_source_without_neutral_texts_is_judged_on_good_against_bad() -> None:
    bad, good = OURS[0]._replace(label="neg"), OURS[0]._replace(label="pos")
    odds = np.array([[1.0, 2.0, 0.0], [0.0, 2.0, 1.0]])
    assert score_of([bad, good], odds) == "1.000, good against bad"
    neutral = [bad._replace(label="neu")] * LEAST_NEUTRAL
    assert score_of([bad, good, *neutral], np.eye(3)[[0, 2, *[1] * LEAST_NEUTRAL]]) == "1.000"


def test_200_texts_are_labelled_twice_and_a_command_tells_how_far_both_agree(
    capsys: pytest.CaptureFixture[str],
) -> None:
    first, second = twice_labelled()
    assert len(first) == 200
    assert [text.id for text in first] == [text.id for text in second]
    main(["agreement"])
    told = capsys.readouterr().out
    assert "200 texts labelled twice, blind" in told
    assert "Cohen's kappa" in told


def test_labelled_texts_hold_no_personal_data() -> None:
    def masked(text: Labelled) -> bool:
        return "@" not in text.text.replace("[email]", "")

    assert all(masked(text) for text in (*OURS, *FURTHER))


def test_the_shipped_reader_hears_most_of_what_it_was_never_trained_on() -> None:
    kept = of_split(OURS, "test")
    read = read_all(shipped_artefact(), kept)
    assert macro_f1(label_numbers(kept), read.chances) > LEAST_LABELS
    assert present_f1(present_matrix(kept), read.heard)[1] > LEAST_PRESENT
    right = [said == text.language for said, text in zip(read.languages, kept, strict=True)]
    assert np.mean(right) > LEAST_LANGUAGE
