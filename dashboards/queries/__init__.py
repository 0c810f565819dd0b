"""The SQL of the dashboard: one file a page, named queries in it.

A query begins with a line `-- name: …` and ends where the next begins. Values come as `{name:Type}`.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

_NAME = re.compile(r"^-- name: *(\w+)\s*$", re.MULTILINE)


@cache
def all_queries() -> Mapping[str, str]:
    """Return each query by `page.name`, as in `journey_map.touchpoints`."""
    found: dict[str, str] = {}
    for file in sorted(resources.files(__package__).iterdir(), key=lambda one: one.name):
        if file.name.endswith(".sql"):
            page = file.name.removesuffix(".sql")
            parts = _NAME.split(file.read_text(encoding="utf-8"))
            for name, sql in zip(parts[1::2], parts[2::2], strict=True):
                found[f"{page}.{name}"] = sql.strip()
    return MappingProxyType(found)
