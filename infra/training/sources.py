"""How the labels of any text hold on a source of public texts that was never learned from."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from infra.training.data import Labelled, hashed
from infra.training.fitting import Floats
from infra.training.general import Features, Texts, fit_general, fit_own, sampled
from infra.training.matrix import feature_matrix
from infra.training.scores import good_or_bad_f1, macro_f1
from infra.training.targets import label_numbers
from streams.feeling.text.words import LANGUAGES

SOURCES = (("xed",), ("brighter",), ("goemotions",), ("red_v1", "red_v2"), ("uci_sls",))
"""What is left out together."""
MOST_JUDGED = 2_000
"""At most so many texts of a language and source are judged."""
LEAST_NEUTRAL = 40
"""A source with fewer neutral texts in a language is judged on good against bad."""


def sources_report(texts: Texts) -> Iterator[str]:
    """Yield a line for each source and language: F1 on the source's texts, learned from all the others."""
    texts = texts._replace(public=sampled(texts.public))
    nothing = sparse.csr_matrix((0, 0))
    public, service, opinions = map(feature_matrix, (texts.public, texts.service, texts.opinions))
    for left_out in SOURCES:
        kept = np.flatnonzero([text.source not in left_out for text in texts.public])
        others = texts._replace(public=[texts.public[place] for place in kept.tolist()])
        features = Features(service, nothing, opinions, public[kept], nothing)
        general = fit_general(others, features)
        own, own_bias = fit_own(others, features, general)
        for place, language in enumerate(LANGUAGES):
            here = judged_places(texts.public, left_out, language)
            if len(here):
                weights, bias = general.weights + own[place], general.bias + own_bias[place]
                score = score_of([texts.public[one] for one in here], public[here] @ weights + bias)
                yield f"  {' and '.join(left_out)}, {language}: {score} (n={len(here)})"


def judged_places(texts: Sequence[Labelled], left_out: Sequence[str], language: str) -> list[int]:
    """Return where the texts are that somebody wrote in a language, of the sources left out."""
    found = [
        place
        for place, text in enumerate(texts)
        if text.source in left_out and text.language == language and not text.synthetic
    ]
    return sorted(found, key=lambda place: hashed(texts[place].id))[:MOST_JUDGED]


def score_of(texts: Sequence[Labelled], odds: Floats) -> str:
    """Return the F1 of texts, given log odds of their labels."""
    truth = label_numbers(texts)
    if (truth == 1).sum() < LEAST_NEUTRAL:
        return f"{good_or_bad_f1(truth, odds):.3f}, good against bad"
    return f"{macro_f1(truth, odds):.3f}"
