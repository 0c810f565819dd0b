"""The agent brief on the page of a customer: what to do, what to avoid, promises, experiences."""

from collections.abc import Callable, Sequence

from dash import html
from dash.development.base_component import Component

from dashboards.texts import Texts
from schemas.brief import Brief, Experience, NextStep, OpenPromise

Name = Callable[[str], str]


def briefed(brief: Brief, texts: Texts, name: Name) -> Component:
    """Return the brief: what to do, and beside it what to keep in mind and what was lived through."""
    return html.Div(
        [
            _part(texts("brief.do"), _steps(brief, texts)),
            html.Div(
                [
                    _part(texts("brief.avoid"), _cautions(brief, texts)),
                    _part(texts("brief.promises"), _promises(brief.promises, texts)),
                ]
            ),
            _part(texts("brief.last"), _experiences(brief, texts, name)),
        ],
        className="brief",
    )


def _part(title: str, content: Component) -> Component:
    return html.Div([html.H3(title), content], className="brief-part")


def _steps(brief: Brief, texts: Texts) -> Component:
    if not brief.steps:
        return html.P(texts("brief.nothing"), className="quiet")
    return html.Ol([_step(alike, brief.language, texts) for alike in _alike(brief.steps)], className="steps")


def _alike(steps: Sequence[NextStep]) -> list[list[NextStep]]:
    """Put together what is said and done in the same words for several failures, which is done once."""
    groups: dict[tuple[object, ...], list[NextStep]] = {}
    for step in steps:
        words = (step.act, step.opening, step.closing, *step.unmet, None, *step.asked)
        groups.setdefault(words, []).append(step)
    return list(groups.values())


def _step(alike: Sequence[NextStep], language: str, texts: Texts) -> Component:
    step = alike[0]
    needs = [_need(need, need in step.asked, texts) for need in step.unmet]
    return html.Li(
        [
            html.P(step.act),
            html.P(texts("brief.needs", needs=", ".join(needs)), className="hint"),
            *(html.P(one, className="hint") for one in dict.fromkeys(_facts(step, texts) for step in alike)),
            html.Dl(
                [
                    html.Dt(texts("brief.begin")),
                    html.Dd(texts.quoted(step.opening), lang=language or None),
                    html.Dt(texts("brief.end")),
                    html.Dd(texts.quoted(step.closing), lang=language or None),
                ]
            ),
        ]
    )


def _facts(step: NextStep, texts: Texts) -> str:
    """Return by whom and when, and what it is worth."""
    owner = texts.name("department", step.department) if step.department else "—"
    facts = [texts("brief.by", department=owner, at=texts.moment(step.act_by))]
    if step.worth is not None and round(step.worth, 1) > 0:
        facts.append(texts("brief.worth", points=texts.signed(step.worth)))
    if step.premium_until is not None:
        facts.append(texts("brief.premium", at=texts.moment(step.premium_until)))
    return " · ".join(facts)


def _need(need: str, is_asked: bool, texts: Texts) -> str:
    called = texts.name("need", need)
    return f"{called} ({texts('brief.asked')})" if is_asked else called


def _cautions(brief: Brief, texts: Texts) -> Component:
    if not brief.avoid:
        return html.P(texts("brief.avoid_nothing"), className="quiet")
    return html.Ul([html.Li(caution.text) for caution in brief.avoid])


def _promises(promises: Sequence[OpenPromise], texts: Texts) -> Component:
    if not promises:
        return html.P(texts("brief.promise_none"), className="quiet")
    return html.Ul([html.Li(_promise(promise, texts)) for promise in promises])


def _promise(promise: OpenPromise, texts: Texts) -> list[Component | str]:
    key, tone = ("brief.promise_missed", "worse") if promise.missed else ("brief.promise_open", "quiet")
    state = html.Span(texts(key, at=texts.moment(promise.due_at)), className=tone)
    return [f"{texts.name('department', promise.department)}: ", state]


def _experiences(brief: Brief, texts: Texts, name: Name) -> Component:
    extremes = [("brief.best", brief.best), ("brief.worst", brief.worst)]
    told = [(texts(key), one) for key, one in extremes if one is not None]
    told += [(texts.day(one.occurred_at.astimezone(texts.zone).date()), one) for one in brief.last]
    return html.Ul([_experience(label, one, texts, name) for label, one in told], className="lived")


def _experience(label: str, one: Experience, texts: Texts, name: Name) -> Component:
    called = f"◆ {name(one.type)}" if one.moment_of_truth else name(one.type)
    impact = round(one.impact, 1)
    tone = "better" if impact > 0 else "worse" if impact < 0 else "quiet"
    return html.Li(
        [
            html.Span(label, className="quiet"),
            html.Span(called),
            html.Strong(texts.arrow(one.impact), className=tone),
        ]
    )
