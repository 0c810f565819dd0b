"""What a page begins with: its answer in a sentence, what that rests on, and numbers on cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dash import Dash, Output, html
from dash.development.base_component import Component

from dashboards.context import Context
from dashboards.parts.section import Build, Section, nowhere, wider


class Said(NamedTuple):
    """The beginning of a page."""

    title: str
    sentence: str
    cards: Sequence[Component]

    @property
    def outputs(self) -> list[list[Component]]:
        """In the order of what `Top` fills."""
        return [[html.H1(self.title), html.P(self.sentence)], list(self.cards)]


@dataclass(frozen=True)
class Top:
    """The beginning of the page of a key."""

    key: str
    empty: str = "state.no_hit"
    timeless: bool = False

    @property
    def _section(self) -> Section:
        return Section(
            f"{self.key}-top",
            self.empty,
            bare=True,
            timeless=self.timeless,
            ways_out=nowhere if self.timeless else wider,
        )

    def layout(self) -> Component:
        """Return it, waiting."""
        return self._section.layout(
            "",
            "",
            html.Div(id=f"{self.key}-headline", className="headline"),
            html.Div(id=f"{self.key}-cards", className="cards"),
            wide=True,
        )

    def register(self, app: Dash, context: Context, build: Build) -> None:
        """Fill it; `build` returns the outputs of `Said`."""
        outputs = [Output(f"{self.key}-headline", "children"), Output(f"{self.key}-cards", "children")]
        self._section.register(app, context, outputs, build, wide=True)
