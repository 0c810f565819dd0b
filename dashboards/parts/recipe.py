"""How a figure is worked out, one click away: in words, and as the SQL that is asked."""

from dash import html
from dash.development.base_component import Component

from dashboards.queries import all_queries
from dashboards.texts import Texts


def recipe(texts: Texts, words: str, *queries: str) -> Component:
    """Return the folded recipe; `words` is the key of a string whose lines are paragraphs."""
    return html.Details(
        [
            html.Summary(texts("recipe.title")),
            *(html.P(line) for line in texts(words).splitlines() if line),
            *(html.Pre(all_queries()[query], tabIndex=0, className="sql") for query in queries),
        ],
        className="recipe",
    )
