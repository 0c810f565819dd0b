"""Our training texts carried over to the other languages by rule-based machine translation (Apertium).

Each language has some 550 training texts; carried over, it has five times as many, rough but in its words.
Debian packages apertium-eng-spa, -eng-cat, -spa-cat, -spa-ita, -cat-ita, -es-ro; nothing goes over a network.
There is none into Romanian: Spanish is carried over word by word, by the Romanian words that Apertium
translates to the Spanish one, the most frequent first.
"""

import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from infra.training.data import Labelled

NAME = "translations.parquet"
LINE = " ¶ "
"""Stands for a line break, since one text is one line there."""
WAYS = {
    ("ca", "es"): ("cat-spa",), ("ca", "it"): ("cat-ita",), ("ca", "en"): ("cat-eng",),
    ("es", "ca"): ("spa-cat",), ("es", "it"): ("spa-ita",), ("es", "en"): ("spa-eng",),
    ("it", "es"): ("ita-spa",), ("it", "ca"): ("ita-cat",), ("it", "en"): ("ita-cat", "cat-eng"),
    ("en", "es"): ("eng-spa",), ("en", "ca"): ("eng-cat",), ("en", "it"): ("eng-cat", "cat-ita"),
    ("ro", "es"): ("ro-es",), ("ro", "ca"): ("ro-es", "spa-cat"), ("ro", "it"): ("ro-es", "spa-ita"),
    ("ro", "en"): ("ro-es", "spa-eng"),
}  # fmt: skip
CEDILLAS = str.maketrans("şţŞŢ", "șțȘȚ")
ROMANIAN_ACCENTS = str.maketrans("ăâîșț", "aaist")
WORD = re.compile(r"[^\W\d_]+")
TRANSLATED_MASK = re.compile(r"\[(?:nombre|nom|nome|nume)\]", re.IGNORECASE)
OWN_WORDS = 5
"""A word of our own texts counts so many times one of the public texts."""


def write_translations(folder: Path, service: Sequence[Labelled], public: Sequence[Labelled]) -> int:
    """Translate the service texts given (not the test!) and write them; return how many there are now."""
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    counts = romanian_words([*service, *public])
    accents = restored_accents(counts)
    found: list[tuple[str, str, str, str]] = []
    for (source, target), modes in WAYS.items():
        texts = [text for text in service if text.language == source]
        lines = [re.sub(r"\s*\n\s*", LINE, text.text) for text in texts]
        if source == "ro":
            lines = [_with_accents(line, accents) for line in lines]
        for mode in modes:
            lines = apertium(lines, mode)
        found += [
            (text.id, target, _cleaned(line), " ".join(modes))
            for text, line in zip(texts, lines, strict=True)
        ]
    found += into_romanian(service, found, counts)
    columns = dict(zip(("id", "lang", "text", "via"), map(list, zip(*found, strict=True)), strict=True))
    parquet.write_table(arrow.table(columns), folder / NAME, compression="zstd", compression_level=19)
    return len(found)


def apertium(lines: Sequence[str], mode: str) -> list[str]:
    """Translate lines; RuntimeError if they do not come back one for one."""
    command = ["apertium", "-u", "-f", "line", mode]
    done = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    back = done.stdout.split("\n")[:-1]
    if len(back) != len(lines):
        raise RuntimeError(f"apertium {mode}: {len(lines)} lines went in, {len(back)} came out")
    return back


def _cleaned(line: str) -> str:
    return TRANSLATED_MASK.sub("[name]", re.sub(r" ?¶ ?", "\n", line))


def romanian_words(texts: Sequence[Labelled]) -> Counter[str]:
    """Count the Romanian words."""
    found: Counter[str] = Counter()
    for text in texts:
        if text.language == "ro":
            for word in WORD.findall(text.text.lower().translate(CEDILLAS)):
                found[word] += OWN_WORDS if text.source == "service" else 1
    return found


def restored_accents(counts: Counter[str]) -> dict[str, str]:
    """Return the usual spelling with accents of words that are as often written without."""
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, count in counts.items():
        spellings[word.translate(ROMANIAN_ACCENTS)][word] += count
    restored = {}
    for plain, found in spellings.items():
        accented = [(count, word) for word, count in found.items() if word != plain]
        if accented and max(accented)[0] * 2 >= found[plain]:
            restored[plain] = max(accented)[1]
    return restored


def _with_accents(line: str, restored: dict[str, str]) -> str:
    line = line.translate(CEDILLAS)
    if re.search("[ăâîșț]", line):
        return line
    return WORD.sub(lambda match: restored.get(match.group().lower(), match.group()), line)


def into_romanian(
    service: Sequence[Labelled], found: Sequence[tuple[str, str, str, str]], counts: Counter[str]
) -> list[tuple[str, str, str, str]]:
    """Carry Spanish texts, ours and translated ones, over to Romanian word by word."""
    words = sorted(word for word in counts if len(word) > 1)
    romanian: dict[str, str] = {}
    for word, spanish in zip(words, apertium(words, "ro-es"), strict=True):
        known = spanish.strip().lower()
        if known and " " not in known and counts[word] > counts[romanian.get(known, "")]:
            romanian[known] = word
    spanish_texts = [(text.id, text.text) for text in service if text.language == "es"]
    spanish_texts += [
        (one, text) for one, target, text, way in found if target == "es" and way != WAYS["ro", "es"][0]
    ]
    return [
        (one, "ro", WORD.sub(lambda match: romanian.get(match.group().lower(), match.group()), text), "words")
        for one, text in spanish_texts
    ]


def read_translations(folder: Path, originals: Sequence[Labelled]) -> list[Labelled]:
    """Return the translations of the given texts, with the labels of their originals."""
    import pyarrow.parquet as parquet

    path = folder / NAME
    if not path.exists():
        return []
    known = {text.id: text for text in originals}
    return [
        known[row["id"]]._replace(language=row["lang"], text=row["text"], synthetic=True)
        for row in parquet.read_table(path).to_pylist()
        if row["id"] in known
    ]
