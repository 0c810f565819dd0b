"""Commands: `python -m infra.training train`, `evaluate`, `agreement`."""

import argparse
import sys
from pathlib import Path

from infra.training.data import PUBLIC, TEXTS, of_split, public_texts, service_texts
from streams.feeling.text.artefact import NAME, read_artefact, written

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
    options = parser.parse_args(arguments)
    if options.command == "train":
        _train(options.public, options.out, options.hold_dev)
    elif options.command == "evaluate":
        _evaluate(options.public, options.artefact, options.split, not options.no_baseline)


def _train(public: Path, out: Path, hold_dev: bool) -> None:
    from infra.training.train import train

    splits = ("train",) if hold_dev else ("train", "dev")
    ours = of_split(service_texts(TEXTS), *splits)
    theirs = of_split(public_texts(public), "train")
    parts = train(ours, theirs, _say)
    facts = {"service_texts": len(ours), "public_texts": len(theirs), "splits": list(splits)}
    _say(f"{written(out, parts, facts)}, {out.stat().st_size / 1e6:.2f} MB")


def _evaluate(public: Path, path: Path, split: str, beside_baseline: bool) -> None:
    from infra.training.evaluate import public_report, service_report

    artefact = read_artefact(path)
    print("\n".join(service_report(artefact, of_split(service_texts(TEXTS), split))))
    theirs = [text for text in public_texts(public) if beside_baseline]
    if theirs:
        held = [text for text in of_split(theirs, "dev") if not text.synthetic]
        print("\n".join(public_report(artefact, of_split(theirs, "train"), held)))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
