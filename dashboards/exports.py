"""What leaves the dashboard as a file. Pure: rows in, text out."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets take UTF-8 for something older."""
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_of(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows as CSV under headings; `columns` maps fields to headings, in order.

    Numbers stay numbers. A text that a spreadsheet would work out as a formula gets an apostrophe before it,
    which makes it a text there too (OWASP, "CSV injection").
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_harmless(heading) for heading in columns.values()])
    writer.writerows([_cell(row.get(field)) for field in columns] for row in rows)
    return BYTE_ORDER_MARK + text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _harmless(str(value))
    return str(value)


def _harmless(text: str) -> str:
    begins = text.lstrip(" ")
    return f"'{text}" if begins.startswith(_STARTS_A_FORMULA) else text
