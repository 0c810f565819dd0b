# mypy: disable-error-code="untyped-decorator"
"""A section of a page: a heading, a hint, content that callbacks fill, and honest words when there is none.

A section waits until its first answer. When nothing is found, or the question takes too long, it says so and
keeps no stale figure; when ClickHouse is away it keeps what it shows, for the banner tells. What was not
answered is asked again by itself, without new touchpoints or a reload.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboards.access.rights import NotAllowedError
from dashboards.context import Context, View, view_of
from dashboards.parts.export import register_figure, register_table
from dashboards.state import filters_of, search_of
from dashboards.store import StoreAwayError, StoreEmptyError, StoreSlowError
from dashboards.texts import Texts
from dashboards.theme import GRAPH

Build = Callable[[View], Sequence[Any]]
LATE, SLOW = "is-late", "is-slow"
"""The last look of a section that is to be asked again: the database was away, or took too long."""
Way = tuple[str, str]
"""Words of a link, and where it leads."""


def wider(search: str, texts: Texts) -> list[Way]:
    """Return the ways from a look in which nothing is found to one in which something may be."""
    state = filters_of(search)
    ways = [("state.without_filters", state.unfiltered), ("state.all_time", replace(state, period="all"))]
    return [(texts(words), search_of(one) or "?") for words, one in ways if one != state]


def nowhere(search: str, texts: Texts) -> list[Way]:
    """Return no ways: where more would not be found."""
    return []


@dataclass(frozen=True)
class Section:
    """A section by its id."""

    id: str
    empty: str = "state.no_hit"
    """Key of what is said when nothing is found."""
    bare: bool = False
    """Without a frame."""
    titled: bool = True
    """Has it a heading of its own? Else the heading comes with the answer."""
    timeless: bool = False
    """Has it something to tell even before the first touchpoint?"""
    ways_out: Callable[[str, Texts], list[Way]] = wider
    """Where to go on when nothing is found, by the part of the address behind `?`."""

    def layout(
        self, title: str, hint: str, *content: Component, wide: bool = False, aside: Any = None
    ) -> Component:
        """Return the section, waiting."""
        heading = html.Div(
            [
                html.Div(
                    [
                        html.H2(title, id=f"{self.id}-title"),
                        html.P(hint, id=f"{self.id}-hint", className="hint"),
                    ]
                ),
                aside,
            ],
            className="section-head",
        )
        return html.Section(
            [
                heading if title else None,
                html.Div(id=f"{self.id}-note", className="note", role="status"),
                html.Div(list(content), className="section-body"),
            ],
            id=self.id,
            className=f"{self.shape(wide)} is-waiting",
            **({"aria-labelledby": f"{self.id}-title"} if title else {}),
        )

    def shape(self, wide: bool) -> str:
        """Return the classes of the section once it is filled."""
        looks = {
            "is-bare": self.bare,
            "is-wide": wide,
            "is-titled-later": not self.titled,
            "is-timeless": self.timeless,
        }
        return " ".join(["section", *(look for look, has in looks.items() if has)])

    def register(
        self, app: Dash, context: Context, outputs: Sequence[Output], build: Build, wide: bool = False
    ) -> None:
        """Fill the outputs from `build`, whenever the address, the data or the colours change.

        What was not answered is asked `again`. Figures and tables among them are saved by their buttons.
        """
        accompany(app, outputs)
        shape = self.shape(wide)
        nothing = [no_update] * len(outputs)

        @app.callback(
            Output(self.id, "className"),
            Output(f"{self.id}-note", "children"),
            *outputs,
            Input("url", "search"),
            Input("pulse", "data"),
            Input("scheme", "data"),
            Input("again", "data"),
            State(self.id, "className"),
        )
        def fill(
            search: str | None, pulse: dict[str, Any] | None, scheme: str | None, _: int | None, now: str
        ) -> list[Any]:
            is_answered = ctx.triggered_id == "again" and not now.endswith((LATE, SLOW))
            if not pulse or not scheme or is_answered or not (pulse["at"] or self.timeless):
                return [no_update, no_update, *nothing]
            texts = context.texts()
            try:
                return [shape, None, *build(view_of(search, pulse["at"], scheme, context))]
            except NotAllowedError:
                return [f"{shape} is-empty", texts("state.not_allowed"), *nothing]
            except StoreEmptyError:
                ways = self.ways_out(search or "", texts)
                links = [dcc.Link(words, href=there) for words, there in ways]
                note = [texts(self.empty), html.Div(links, className="ways-out")]
                return [f"{shape} is-empty", note, *nothing]
            except StoreSlowError:
                return [f"{shape} is-empty {SLOW}", texts("state.slow"), *nothing]
            except StoreAwayError:
                return [now if now.endswith(LATE) else f"{now} {LATE}", no_update, *nothing]


def accompany(app: Dash, outputs: Sequence[Output]) -> None:
    """Have figures told to those who do not see them, and figures and tables saved by their buttons."""
    for output in outputs:
        id = output.component_id
        if output.component_property == "rowData":
            register_table(app, id)
        if output.component_property == "figure":
            register_figure(app, id)
            said = ClientsideFunction("vincle", "told")
            app.clientside_callback(said, Output(f"{id}-told", "children"), Input(id, "figure"))


def drawn_in(graph_id: str) -> list[Output]:
    """Return what `drawn` fills."""
    return [Output(graph_id, "figure"), Output(graph_id, "style")]


def drawn(figure: dict[str, Any], least_width: int = 0) -> list[Any]:
    """Return a figure and the size that it needs, for one whose height depends on what it shows."""
    return [figure, _size(figure["layout"]["height"], least_width)]


def _size(height: int, least_width: int) -> dict[str, str]:
    return {"height": f"{height}px", "minWidth": f"{least_width}px"}


def graph(id: str, height: int, label: str, least_width: int = 0) -> Component:
    """Return a graph of a given height; on narrow screens it scrolls sideways below its least width.

    What the pointer is told follows it as a list that is not seen, for screen readers.
    """
    figure = dcc.Graph(
        id=id,
        config=GRAPH,
        figure={
            "data": [],
            "layout": {
                "height": height,
                "xaxis": {"visible": False},
                "yaxis": {"visible": False},
                "paper_bgcolor": "rgba(0,0,0,0)",
                "plot_bgcolor": "rgba(0,0,0,0)",
            },
        },
        style=_size(height, least_width),
        responsive=True,
    )
    scroll: dict[str, Any] = {"tabIndex": 0} if least_width else {}
    return html.Div(
        [
            html.Div(figure, role="img", **{"aria-label": label}),
            html.Ul(id=f"{id}-told", className="unseen"),
        ],
        className="graph",
        role="group",
        **scroll,
        **{"aria-label": label},
    )
