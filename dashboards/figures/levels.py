"""Who moves between the levels of the bond."""

from collections.abc import Sequence

from dashboards.answers.movement import LEVELS, Course, Flow
from dashboards.figures import Figure
from dashboards.figures.numbers import headed, numbers
from dashboards.texts import Texts
from dashboards.theme import Theme, layout, see_through

HEIGHT = 400
_LEVEL_PLACE = {"loyal": 6, "warm": 4, "lukewarm": 2, "at_risk": 1}
"""Place of each level on the seven colours."""


def level_colour(level: str, theme: Theme) -> str:
    """Return the colour of a level; unknown is grey."""
    return theme.scale[_LEVEL_PLACE[level]] if level in _LEVEL_PLACE else theme.line


def flows(course: Course, times: Sequence[str], theme: Theme, texts: Texts) -> Figure:
    """Draw how people move between levels at four times; width is people, colour the level they come to."""
    shown = [[level for level in LEVELS if standing[level]] for standing in course.standing]
    number = {
        (step, level): at
        for at, (step, level) in enumerate((step, level) for step, some in enumerate(shown) for level in some)
    }
    node_x, node_y = _node_places(course, shown)
    return {
        "data": [
            {
                "type": "sankey",
                "arrangement": "fixed",
                "node": {
                    "pad": 6,
                    "thickness": 12,
                    "line": {"width": 0},
                    "color": [level_colour(level, theme) for _, level in number],
                    "label": ["" for _ in number],
                    "x": node_x,
                    "y": node_y,
                    "customdata": [
                        texts(
                            "figure.hover_level",
                            level=texts.name("level", level),
                            people=texts.number(course.standing[step][level]),
                            share=texts.percent(course.standing[step][level] / course.people),
                        )
                        for step, level in number
                    ],
                    "hovertemplate": "%{customdata}<extra></extra>",
                },
                "link": {
                    "source": [number[flow.step, flow.before] for flow in course.flows],
                    "target": [number[flow.step + 1, flow.after] for flow in course.flows],
                    "value": [flow.people for flow in course.flows],
                    "color": [see_through(level_colour(flow.after, theme), 0.42) for flow in course.flows],
                    "customdata": [_flow_told(flow, texts) for flow in course.flows],
                    "hovertemplate": "%{customdata}<extra></extra>",
                },
            }
        ],
        "layout": layout(
            theme,
            texts,
            HEIGHT,
            margin={"l": 4, "r": 4, "t": 30, "b": 6},
            annotations=[
                *_time_names(times, theme),
                *_level_labels(course, shown, node_x, node_y, theme, texts),
            ],
            meta=numbers(
                headed(texts, "given_from", "level", "given_to", "level_then", "people"),
                [
                    (
                        times[flow.step],
                        texts.name("level", flow.before),
                        times[flow.step + 1],
                        texts.name("level", flow.after),
                        flow.people,
                    )
                    for flow in course.flows
                ],
            ),
        ),
    }


def _flow_told(flow: Flow, texts: Texts) -> str:
    return texts(
        "figure.hover_flow",
        before=texts.name("level", flow.before),
        after=texts.name("level", flow.after),
        people=texts.number(flow.people),
    )


def _node_places(course: Course, shown: Sequence[Sequence[str]]) -> tuple[list[float], list[float]]:
    """Return the middle of each level, stacked from the best down, as shares of the figure."""
    x, y = [], []
    for step, some in enumerate(shown):
        gaps = 0.02 * (len(some) - 1)
        top = 0.0
        for level in some:
            share = course.standing[step][level] / course.people * (1 - gaps)
            x.append(min(0.999, max(0.001, step / (len(shown) - 1))))
            y.append(min(0.999, max(0.001, top + share / 2)))
            top += share + 0.02
    return x, y


def _time_names(times: Sequence[str], theme: Theme) -> list[Figure]:
    last = len(times) - 1
    return [
        {
            "xref": "paper",
            "yref": "paper",
            "x": at / last,
            "y": 1,
            "yanchor": "bottom",
            "yshift": 6,
            "xanchor": "left" if at == 0 else "right" if at == last else "center",
            "text": f"<b>{name}</b>",
            "showarrow": False,
            "font": {"size": 12, "color": theme.text},
        }
        for at, name in enumerate(times)
    ]


def _level_labels(
    course: Course,
    shown: Sequence[Sequence[str]],
    x: Sequence[float],
    y: Sequence[float],
    theme: Theme,
    texts: Texts,
) -> list[Figure]:
    """Name the levels where they begin and where they end, with their share."""
    last = len(shown) - 1
    nodes = [(step, level) for step, some in enumerate(shown) for level in some]
    labels = []
    for at, (step, level) in enumerate(nodes):
        share = course.standing[step][level] / course.people
        if step in (0, last) and share >= 0.035:
            labels.append(
                {
                    "xref": "paper",
                    "yref": "paper",
                    "x": x[at],
                    "y": 1 - y[at],
                    "xanchor": "left" if step == 0 else "right",
                    "xshift": 16 if step == 0 else -16,
                    "yanchor": "middle",
                    "text": f"{texts.name('level', level)} {texts.percent(share)}",
                    "showarrow": False,
                    "font": {"size": 12, "color": theme.text},
                    "bgcolor": see_through(theme.ground, 0.6),
                    "borderpad": 1,
                }
            )
    return labels
