"""Needs of whoever was failed, in words."""

from collections.abc import Sequence

from dashboards.texts import Texts
from schemas.emotions import Need


def needs_told(needs: Sequence[str], texts: Texts) -> str:
    """Return the names of needs in a row, or that they are all."""
    if len(set(needs)) == len(Need):
        return texts("need.all")
    return ", ".join(texts.name("need", need) for need in needs)
