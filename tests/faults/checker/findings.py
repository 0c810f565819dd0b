"""What is wrong with the views: lost, doubled or wrong, each with a line for a person."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)
TOLERANCE = 1e-6
"""Of index points, and of any other figure."""


class Finding(NamedTuple):
    """One thing that is not as it must be: of what sort, which one, and what about it."""

    sort: str
    which: str
    text: str


@dataclass
class Findings:
    """Everything found."""

    lost: list[Finding] = field(default_factory=list)
    doubled: list[Finding] = field(default_factory=list)
    wrong: list[Finding] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Is all as it must be?"""
        return not (self.lost or self.doubled or self.wrong)

    def summary(self) -> list[str]:
        """Return a line for each sort of finding: how many, and one of them."""
        lines = []
        for kind, found in (("lost", self.lost), ("doubled", self.doubled), ("wrong", self.wrong)):
            sorts = defaultdict(list)
            for one in found:
                sorts[one.sort].append(one)
            for sort, ones in sorts.items():
                example = min(ones)
                lines.append(f"{len(ones)} {kind}: {sort}; {example.which} {example.text}")
        return lines

    def compare_keys(self, what: str, wanted: Iterable[Key], seen: Iterable[Key]) -> set[Key]:
        """Note what is missing, what is there twice, and what should not be there; return what is right."""
        counts, expected = Counter(list(seen)), set(wanted)
        for key in expected - counts.keys():
            self.lost.append(Finding(what, str(key), "is missing"))
        for key, count in counts.items():
            if count > 1:
                self.doubled.append(Finding(what, str(key), f"is there {count} times"))
            if key not in expected:
                self.wrong.append(Finding(what, str(key), "should not be there"))
        return expected & counts.keys()

    def compare(
        self, what: str, key: object, wanted: Mapping[str, object], seen: Mapping[str, object]
    ) -> None:
        """Note fields that differ; numbers may differ by the tolerance."""
        for name, value in wanted.items():
            if not alike(value, seen[name]):
                self.wrong.append(Finding(f"{what}, {name}", str(key), f"is {seen[name]!r}, not {value!r}"))


def alike(one: object, other: object) -> bool:
    """Tell whether two values are equal, numbers that are no integers to the tolerance."""
    if isinstance(one, float) and isinstance(other, int | float):
        return abs(one - other) <= TOLERANCE
    return one == other
