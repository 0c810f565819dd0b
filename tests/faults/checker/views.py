"""The published views, read over plain HTTP."""

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

ANSWER_SECONDS = 60
PIECE_BYTES = 1 << 20


class Views(Protocol):
    """Whatever has the published views."""

    def rows(self, view: str, columns: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a view; `columns` is what stands after SELECT."""
        ...


@dataclass(frozen=True)
class HttpViews:
    """The views of a database behind ClickHouse's HTTP interface.

    Raises OSError if it cannot be read, HTTPException if its answer is cut off.
    """

    url: str
    database: str

    def rows(self, view: str, columns: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a view; `columns` is what stands after SELECT."""
        sql = f"SELECT {columns} FROM {view} FORMAT JSONCompactEachRow"
        settings = {"database": self.database, "output_format_json_quote_64bit_integers": "0"}
        request = urllib.request.Request(f"{self.url}/?{urllib.parse.urlencode(settings)}", sql.encode())
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            left = b""
            while piece := answer.read(PIECE_BYTES):  # raises where an answer is cut off, as its lines do not
                *lines, left = (left + piece).split(b"\n")
                yield from (tuple(json.loads(line)) for line in lines)
