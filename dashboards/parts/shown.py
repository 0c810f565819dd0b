"""Sections that show one figure or table: each says what it is, how it is worked out, and can be saved.

What a section is called, and its hint, stand under the key of its page by its id: `first`, `first_hint`.
"""

from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.parts.export import export_button
from dashboards.parts.recipe import recipe
from dashboards.parts.section import Section, graph
from dashboards.parts.table import Column, grid
from dashboards.texts import Texts


@dataclass(frozen=True)
class Shown:
    """The sections of a page whose strings stand under `page`.

    `how` is the key of a recipe in words, followed by the names of the queries that are asked for it.
    """

    texts: Texts
    page: str

    def figure(
        self,
        section: Section,
        height: int,
        *how: str,
        least_width: int = 0,
        wide: bool = False,
        beside: Component | None = None,
    ) -> Component:
        """Return a section with a figure; `beside` stands next to the button that saves it."""
        id, (title, hint) = f"{section.id}-figure", self._called(section)
        figure = graph(id, height, title, least_width)
        return section.layout(
            title, hint, figure, recipe(self.texts, *how), wide=wide, aside=self._aside(id, beside)
        )

    def table(
        self,
        section: Section,
        columns: list[Column],
        *how: str,
        key: str = "id",
        wide: bool = True,
        beside: Component | None = None,
        above: Component | None = None,
        below: Component | None = None,
    ) -> Component:
        """Return a section with a table as high as its rows; `key` is the field that tells them apart."""
        id, (title, hint) = f"{section.id}-grid", self._called(section)
        parts = [above, grid(id, columns, key), below, recipe(self.texts, *how)]
        shown = [one for one in parts if one is not None]
        return section.layout(title, hint, *shown, wide=wide, aside=self._aside(id, beside))

    def _called(self, section: Section) -> tuple[str, str]:
        name = section.id.replace("-", "_").removeprefix(f"{self.page}_")
        return self.texts(f"{self.page}.{name}"), self.texts(f"{self.page}.{name}_hint")

    def _aside(self, id: str, beside: Component | None) -> Any:
        button = export_button(id, self.texts)
        return button if beside is None else html.Div([beside, button], className="asides")
