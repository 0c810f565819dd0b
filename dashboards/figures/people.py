"""Who moves, who stays, and how segments differ."""

from collections.abc import Sequence

from dashboards.answers.journey import Journey
from dashboards.answers.movement import LEVELS, Course, Flow, Retention
from dashboards.figures import Figure
from dashboards.texts import Texts
from dashboards.theme import FEW_PEOPLE, Theme, bare_axis, layout, readable_on

FLOWS_HEIGHT, RETENTION_HEIGHT, SEGMENTS_HEIGHT = 340, 300, 290
_LEVEL_PLACE = {"loyal": 6, "warm": 4, "lukewarm": 2, "at_risk": 1}
"""Place of each level on the seven colours."""


def level_colour(level: str, theme: Theme) -> str:
    """Return the colour of a level; unknown is grey."""
    return theme.scale[_LEVEL_PLACE[level]] if level in _LEVEL_PLACE else theme.line


def see_through(colour: str, opacity: float) -> str:
    """Return a colour #rrggbb with an opacity, 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def flows(course: Course, times: Sequence[str], theme: Theme, texts: Texts) -> Figure:
    """Draw how people move between levels at four times; width is people, colour the level they come to."""
    shown = [
        [level for level in LEVELS if standing[level]] for standing in course.standing
    ]
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
            FLOWS_HEIGHT,
            margin={"l": 4, "r": 4, "t": 30, "b": 6},
            annotations=[*_time_names(times, theme), *_level_labels(course, shown, node_x, node_y, theme, texts)],
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
                }
            )
    return labels


def retention(rows: Sequence[Retention], theme: Theme, texts: Texts) -> Figure:
    """Draw what became of each level's people: renewed, stayed, left; whiskers on those who left."""
    y = [f"{texts.name('level', row.level)}<br><span style='font-size:11px'>{texts.number(row.people)}</span>" for row in rows]
    stayed = [row.kept.share - row.renewed.share for row in rows]
    faint = [row.people < FEW_PEOPLE for row in rows]
    parts = (
        ("renewed", [row.renewed.share for row in rows], theme.better),
        ("stayed", stayed, theme.scale[4]),
        ("left", [row.left.share for row in rows], theme.worse),
    )
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "y": y,
            "x": shares,
            "marker": {
                "color": colour,
                "pattern": {
                    "shape": ["/" if one else "" for one in faint],
                    "fillmode": "replace",
                    "fgcolor": colour,
                    "bgcolor": theme.ground,
                    "size": 5,
                    "solidity": 0.5,
                },
                "line": {"color": theme.ground, "width": 1},
            },
            "hovertext": [_retention_told(row, texts) for row in rows],
            "hoverinfo": "text",
            "text": [texts.percent(share) if share >= 0.06 and not pale else "" for share, pale in zip(shares, faint, strict=True)],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "textfont": {"size": 11, "color": readable_on(colour)},
        }
        for _, shares, colour in parts
    ]
    ends = [
        {
            "xref": "paper",
            "x": 1,
            "y": place,
            "xanchor": "left",
            "xshift": 8,
            "text": f"<b>{texts.percent(row.left.share, 1)}</b> <span style='font-size:11px'>{texts.number(100 * row.left.low, 1)}–{texts.number(100 * row.left.high, 1)}</span>",
            "showarrow": False,
            "font": {"size": 12, "color": theme.worse_text},
        }
        for place, row in enumerate(rows)
    ]
    return {
        "data": data,
        "layout": layout(
            theme,
            RETENTION_HEIGHT,
            barmode="stack",
            bargap=0.32,
            margin={"l": 92, "r": 104, "t": 4, "b": 4},
            xaxis=bare_axis(range=[0, 1], showticklabels=False),
            yaxis=bare_axis(autorange="reversed", ticklabelstandoff=8, tickfont={"size": 12, "color": theme.text}),
            annotations=ends,
        ),
    }


def _retention_told(row: Retention, texts: Texts) -> str:
    return texts(
        "figure.hover_retention",
        level=texts.name("level", row.level),
        people=texts.number(row.people),
        renewed=texts.percent(row.renewed.share, 1),
        left=texts.percent(row.left.share, 1),
        low=texts.percent(row.left.low, 1),
        high=texts.percent(row.left.high, 1),
    )


def segments(
    everybody: Journey, each: Sequence[tuple[str, Journey]], theme: Theme, texts: Texts, chosen: str = ""
) -> Figure:
    """Draw the journey of each segment against that of everybody (grey)."""
    curves = [[journey.start.mean, *(place.after.mean for place in journey.places)] for _, journey in each]
    whole = [everybody.start.mean, *(place.after.mean for place in everybody.places)]
    low, high = min(map(min, [*curves, whole])), max(map(max, [*curves, whole]))
    room = max(1.0, (high - low) * 0.12)
    data: list[Figure] = []
    axes: Figure = {}
    notes: list[Figure] = []
    width = 1 / len(each)
    for at, ((name, journey), curve) in enumerate(zip(each, curves, strict=True)):
        suffix = "" if at == 0 else str(at + 1)
        better = curve[-1] >= whole[-1]
        colour, ink = (theme.better, theme.better_text) if better else (theme.worse, theme.worse_text)
        left, right = at * width + 0.01, (at + 1) * width - 0.062
        data += [
            _line(whole, suffix, theme.quiet, 1.2, "solid"),
            _line(curve, suffix, colour, 2.4, "solid" if journey.people >= FEW_PEOPLE else "dot")
            | {
                "hoverinfo": "text",
                "hovertext": texts(
                    "figure.hover_segment",
                    segment=texts.name("segment", name),
                    people=texts.number(journey.people),
                    start=texts.between(journey.start.mean, journey.start.margin),
                    end=texts.between(journey.end.mean, journey.end.margin),
                ),
            },
        ]
        axes[f"xaxis{suffix}"] = bare_axis(domain=[left, right], showticklabels=False, anchor=f"y{suffix}", range=[0, len(curve) - 1])
        axes[f"yaxis{suffix}"] = bare_axis(
            range=[low - room, high + room],
            anchor=f"x{suffix}",
            showgrid=True,
            gridcolor=theme.line,
            nticks=5,
            showticklabels=at == 0,
            tickfont={"size": 11, "color": theme.quiet},
        )
        title = texts.name("segment", name)
        notes += [
            _note(f"<b>{title}</b>" if name != chosen else f"<b>▸ {title}</b>", (left + right) / 2, 1.0, theme.text, xref="paper", yref="paper", yanchor="bottom", yshift=14),
            _note(texts.number(journey.people), (left + right) / 2, 1.0, theme.quiet, xref="paper", yref="paper", yanchor="bottom", size=11),
            _note(f"<b>{texts.number(curve[-1], 1)}</b> {'▲' if better else '▼'}", len(curve) - 1, curve[-1], ink, xref=f"x{suffix}", yref=f"y{suffix}", xanchor="left", xshift=3),
        ]
    return {
        "data": data,
        "layout": layout(theme, SEGMENTS_HEIGHT, margin={"l": 30, "r": 4, "t": 40, "b": 6}, annotations=notes, **axes),
    }


def _line(values: Sequence[float], suffix: str, colour: str, width: float, dash: str) -> Figure:
    return {
        "type": "scatter",
        "x": list(range(len(values))),
        "y": list(values),
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "mode": "lines",
        "line": {"color": colour, "width": width, "dash": dash},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _note(text: str, x: float, y: float, colour: str, size: int = 12, **more: object) -> Figure:
    return {"text": text, "x": x, "y": y, "showarrow": False, "font": {"size": size, "color": colour}, **more}
