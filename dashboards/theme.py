"""Colours for eyes of every kind, in light and dark, and what all figures share.

The palette runs from worse (orange) over nothing to better (blue); it is colour-blind safe, and colour never
stands alone: signs, arrows, hatching say the same.
"""

import math
from dataclasses import dataclass
from typing import Any

from dashboards.texts import Texts

FONT = "Inter, 'Segoe UI', system-ui, -apple-system, Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"
FEW_PEOPLE = 100
"""Below this a figure looks uncertain."""


@dataclass(frozen=True)
class Theme:
    """Colours of one scheme. `scale` has seven, from worst to best."""

    name: str
    scale: tuple[str, ...]
    text: str
    quiet: str
    line: str
    ground: str
    shade: str
    better: str
    worse: str
    better_text: str
    worse_text: str
    band: str
    other_band: str

    @property
    def diverging(self) -> list[list[Any]]:
        """The scale as plotly takes it."""
        return [[place / 6, colour] for place, colour in enumerate(self.scale)]

    def feeling(self, amount: float, most: float) -> str:
        """Return the colour of an amount where `most` is the strongest."""
        share = max(-1.0, min(1.0, amount / most if most else 0.0))
        return blend(self.scale, (share + 1) / 2)

    def tone(self, amount: float, most: float) -> str:
        """Return a colour that tells the sign of small amounts too: by the root of the amount."""
        return self.feeling(math.copysign(math.sqrt(abs(amount)), amount), math.sqrt(most))


LIGHT = Theme(
    name="light",
    scale=("#8c2d04", "#d9601a", "#f5b98a", "#ededed", "#9fcbe8", "#3687c4", "#0b3f73"),
    text="#17191c",
    quiet="#646a73",
    line="#dfe2e6",
    ground="#ffffff",
    shade="#f4f5f7",
    better="#1f70b0",
    worse="#c9520f",
    better_text="#1a64a0",
    worse_text="#a8430a",
    band="rgba(23, 25, 28, .12)",
    other_band="rgba(31, 112, 176, .10)",
)
DARK = Theme(
    name="dark",
    scale=("#ffc08a", "#f08a3c", "#8a4a1c", "#2e2e2e", "#1f5d8c", "#4ba3e3", "#b3dcff"),
    text="#eceef0",
    quiet="#9ba1a8",
    line="#3a3d42",
    ground="#212326",
    shade="#292b2f",
    better="#5aaef0",
    worse="#f39850",
    better_text="#6db8f2",
    worse_text="#f6a566",
    band="rgba(236, 238, 240, .16)",
    other_band="rgba(90, 174, 240, .14)",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}


def blend(scale: tuple[str, ...], place: float) -> str:
    """Return the colour at a place of a scale, 0 to 1."""
    at = place * (len(scale) - 1)
    left = min(int(at), len(scale) - 2)
    part = at - left
    mixed = (
        round(a + (b - a) * part)
        for a, b in zip(channels(scale[left]), channels(scale[left + 1]), strict=True)
    )
    return "#" + "".join(f"{one:02x}" for one in mixed)


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green, blue of #rrggbb, 0 to 255 each."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def see_through(colour: str, opacity: float) -> str:
    """Return a colour #rrggbb with an opacity, 0 to 1."""
    red, green, blue = channels(colour)
    return f"rgba({red},{green},{blue},{opacity})"


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, 0 to 1 (WCAG 2)."""
    red, green, blue = (
        one / 3294.6 if one <= 10 else ((one / 255 + 0.055) / 1.055) ** 2.4 for one in channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(ground: str) -> str:
    """Return black or white, whichever reads better on a colour: one of them always reads well."""
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, ground))


def layout(theme: Theme, texts: Texts, height: int, **more: Any) -> dict[str, Any]:
    """Return the layout that all figures start from; nothing moves when it is drawn again."""
    return {
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": theme.text},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "separators": texts.plotly_separators,
        "showlegend": False,
        "hoverlabel": {
            "bgcolor": theme.ground,
            "bordercolor": theme.line,
            "font": {"family": FONT, "size": 12, "color": theme.text},
            "align": "left",
        },
        "uirevision": "same",
        "dragmode": False,
        **more,
    }


def bare_axis(**more: Any) -> dict[str, Any]:
    """Return an axis without lines, ticks or zoom."""
    return {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "fixedrange": True,
        "ticks": "",
        "automargin": False,
        **more,
    }


def points_axis(theme: Theme, **more: Any) -> dict[str, Any]:
    """Return an axis of points of the index: a grid, a line at nothing, quiet numbers."""
    return bare_axis(
        **{
            "showgrid": True,
            "gridcolor": theme.line,
            "zeroline": True,
            "zerolinecolor": theme.quiet,
            "zerolinewidth": 1,
            "tickfont": {"size": 11, "color": theme.quiet},
            **more,
        }
    )


GRAPH = {"displayModeBar": False, "responsive": True, "scrollZoom": False, "doubleClick": False}
"""Configuration of every graph."""
