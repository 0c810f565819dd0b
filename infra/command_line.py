"""What all commands share: how they open files and print results, and how they end."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

File = Annotated[str, typer.Argument(help="A file, .gz too, or - for standard input")]


def fail(message: str) -> NoReturn:
    """End with one line on standard error."""
    print(f"vincle: {message}", file=sys.stderr)
    raise SystemExit(1)


@contextmanager
def opened(file: str) -> Iterator[Iterable[bytes]]:
    """Open a file, or standard input for `-`."""
    import gzip

    if file == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(Path(file).open("rb"))
        except OSError as error:
            fail(f"{file}: {error.strerror}")
        yield stack.enter_context(gzip.GzipFile(fileobj=raw)) if file.endswith(".gz") else raw


def print_lines(results: Iterable[dict[str, Any]]) -> None:
    """Print each result as a JSON line as soon as it is there; exit code 1 if one was an error."""
    import json

    wrong = False
    for result in results:
        wrong = wrong or "error" in result
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
    if wrong:
        raise SystemExit(1)
