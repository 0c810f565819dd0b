"""What all commands share: how they open files and print results, and how they end."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from pydantic import ValidationError

OPTIONS = ("by", "note")
"""Options that become data of a command."""

File = Annotated[str, typer.Argument(help="A file, .gz too, or - for standard input")]


def fail(message: str) -> NoReturn:
    """End with one line on standard error."""
    print(f"vincle: {message}", file=sys.stderr)
    raise SystemExit(1)


def complaint(error: "ValidationError") -> str:
    """Return what is wrong with a setting, or with an option of a command, in one line."""
    from schemas.settings import Settings

    # Of the models that the data of a command may have, each has the same complaint of an option.
    first = error.errors(include_input=False)[0]
    name = str(first["loc"][-1]) if first["loc"] else ""
    if name in Settings.model_fields:
        name = f"VINCLE_{name.upper()}"
    elif name in OPTIONS:
        name = f"--{name}"
    return f"{name}: {first['msg']}" if name else first["msg"]


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
