"""Known weaknesses of the locked packages, as the package registry tells them: `python -m infra.audit`.

Asked is the JSON of each release, of the registry that pip is set up with. It ends with 1 if a weakness is
known; if the registry does not tell of releases, or is away, it says so in a line and ends with 0.
"""

import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

from pip._internal.commands import create_command

LOCK = Path(__file__).parents[1] / "requirements.lock"
AT_ONCE = 8
SECONDS = 20.0
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


class Release(NamedTuple):
    """A version of a package."""

    package: str
    version: str


class Weakness(NamedTuple):
    """A known weakness of a release; `fixed_in` are the versions without it."""

    release: Release
    id: str
    fixed_in: tuple[str, ...]
    summary: str


class UntoldError(Exception):
    """The registry does not tell of releases; the text is the reason."""


Told = Callable[[Release], Mapping[str, Any] | None]
"""What a registry tells of a release, None if it knows none such; UntoldError if it does not answer."""


def releases_in(lock: str) -> list[Release]:
    """Return what a lock pins, in its order."""
    return [Release(*pinned) for pinned in _PINNED.findall(lock)]


def weaknesses_of(release: Release, told: Mapping[str, Any]) -> Iterator[Weakness]:
    """Yield what is told of a release, but what was withdrawn."""
    for one in told.get("vulnerabilities") or ():
        if not one.get("withdrawn"):
            summary = (one.get("summary") or one.get("details") or "").partition("\n")[0]
            yield Weakness(release, one["id"], tuple(one.get("fixed_in") or ()), summary)


def registry_of_pip() -> str:
    """Return the address of the index by which pip installs: its own reading of its settings and files."""
    options, _ = create_command("download").parse_args([])
    return str(options.index_url)


def told_at(index: str) -> Told:
    """Return what asks the registry that an index belongs to."""

    def told(release: Release) -> Mapping[str, Any] | None:
        path = f"pypi/{release.package}/{release.version}/json"
        try:
            with urllib.request.urlopen(urljoin(index.rstrip("/"), path), timeout=SECONDS) as answer:
                found: Mapping[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise UntoldError(f"it answers with {error.code}") from error
        except (OSError, ValueError) as error:
            raise UntoldError(type(error).__name__) from error

    return told


class Audit(NamedTuple):
    """What came of it."""

    weaknesses: list[Weakness]
    unknown: list[Release]
    """Releases of which the registry knows nothing."""


def audit(releases: Iterable[Release], told: Told) -> Audit:
    """Ask for every release; UntoldError if the registry tells of none."""
    asked = list(releases)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        # The first alone: a registry that does not tell is asked once, not for everything.
        answers = [told(one) for one in asked[:1]]
        if answers == [None]:
            raise UntoldError(f"it tells nothing of {' '.join(asked[0])}")
        answers += pool.map(told, asked[1:])
    known = [(one, answer) for one, answer in zip(asked, answers, strict=True) if answer is not None]
    found = [weakness for one, answer in known for weakness in weaknesses_of(one, answer)]
    return Audit(found, [one for one, answer in zip(asked, answers, strict=True) if answer is None])


def main() -> int:
    """Audit the lock, print what was found, and return the exit status."""
    releases = releases_in(LOCK.read_text(encoding="utf-8"))
    try:
        found = audit(releases, told_at(registry_of_pip()))
    except UntoldError as error:
        print(f"audit: not possible, the package registry does not tell of weaknesses: {error}")
        return 0
    for weakness in found.weaknesses:
        fixed = f"fixed in {', '.join(weakness.fixed_in)}" if weakness.fixed_in else "not fixed"
        print("\t".join((*weakness.release, weakness.id, fixed, weakness.summary)))
    unknown = (
        f", unknown to the registry: {', '.join(map('=='.join, found.unknown))}" if found.unknown else ""
    )
    print(f"audit: {len(releases)} packages, {len(found.weaknesses)} known weaknesses{unknown}")
    return 1 if found.weaknesses else 0


if __name__ == "__main__":
    sys.exit(main())
