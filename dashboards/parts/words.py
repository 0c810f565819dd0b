"""What people said, personal data masked."""

from collections.abc import Sequence
from dataclasses import replace

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.context import View
from dashboards.questions.journey_rows import WordsRow
from dashboards.state import CustomerView, filters_of, search_of


def spoken(rows: Sequence[WordsRow], names: Sequence[str], view: View, chosen: str) -> list[Component]:
    """Return quotes; `chosen` is the touchpoint whose words are read, if one is."""
    state, texts = filters_of(view.search), view.texts
    parts: list[Component] = []
    if state.touchpoint:
        everything = search_of(replace(state, touchpoint="")) or "?"
        parts.append(
            html.P(
                [
                    texts("words.only", touchpoint=chosen),
                    " ",
                    dcc.Link(texts("words.all"), href=f"/{everything}"),
                ],
                className="chosen",
            )
        )
    if not rows:
        return [*parts, html.P(texts("words.none"), className="quiet")]
    quotes = [_quote(row, name, view) for row, name in zip(rows, names, strict=True)]
    return [*parts, html.Ul(quotes, className="quotes")]


def _quote(row: WordsRow, name: str, view: View) -> Component:
    texts = view.texts
    sign = "▲" if row.impact >= 0 else "▼"
    return html.Li(
        [
            html.Span(
                sign, className=f"sign {'better' if row.impact >= 0 else 'worse'}", **{"aria-hidden": "true"}
            ),
            html.Div(
                [
                    html.Div(f"{name} · {texts.name('department', row.department)}", className="quote-head"),
                    html.Blockquote(texts.quoted(row.text), lang=row.language or None),
                    html.Div(
                        [
                            texts(
                                "words.told",
                                impact=texts.signed(row.impact),
                                sure=texts.percent(row.confidence),
                                day=texts.day(row.occurred_at.astimezone(texts.zone).date()),
                            ),
                            " · ",
                            dcc.Link(
                                texts("words.life"), href=f"/customer{search_of(CustomerView(row.person_id))}"
                            ),
                        ],
                        className="quote-foot",
                    ),
                ]
            ),
        ]
    )
