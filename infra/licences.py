"""The licences of everything that is installed: `python -m infra.licences` prints them as a table.

What a package says of itself counts: its licence expression, else the classifiers, else the free field.
"""

from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from typing import NamedTuple

CLASSIFIER = "License :: "
UNKNOWN = "unknown"


class Licence(NamedTuple):
    """A package, its version, and the licence it says it has."""

    package: str
    version: str
    licence: str


def licences() -> Iterator[Licence]:
    """Yield the licence of each installed package, by name."""
    installed = {each.metadata["Name"]: each for each in distributions()}
    for name in sorted(installed, key=str.lower):
        yield Licence(name, installed[name].version, licence_of(installed[name]))


def licence_of(package: Distribution) -> str:
    """What a package says of its licence, on one line."""
    said = package.metadata
    if "License-Expression" in said:
        return said["License-Expression"]
    told = [each for each in said.get_all("Classifier") or [] if each.startswith(CLASSIFIER)]
    named = [each.rpartition(" :: ")[2] for each in told if not each.endswith("OSI Approved")]
    free = said["License"].strip().partition("\n")[0] if "License" in said else ""
    return " and ".join(named) or free[:80] or UNKNOWN


if __name__ == "__main__":
    for row in licences():
        print("\t".join(row))
