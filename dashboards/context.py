"""What pages are given: the store, the clock, who a customer is; and what one request asks for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import g, has_request_context, request

from dashboards.access.guard import GuardedStore
from dashboards.access.rights import NOBODY, Viewer
from dashboards.answers.journey import CatalogueRow
from dashboards.answers.movement import LevelsRow
from dashboards.sending import Send, no_way
from dashboards.texts import DEFAULT_LANGUAGE, LANGUAGE_COOKIE, Texts, chosen_language
from dashboards.theme import LIGHT, THEMES, Theme
from dashboards.trying import Trials


def current_viewer() -> Viewer:
    """Return whoever asks, as the gate made out; nobody outside of a request."""
    return g.viewer if has_request_context() and "viewer" in g else NOBODY


@dataclass(frozen=True)
class Context:
    """Everything a page may use.

    `person_of` turns a publisher's customer id into the pseudonym; `send` takes commands; `trials` are those
    of rules.
    """

    store: GuardedStore
    person_of: Callable[[str], str]
    clock: Callable[[], datetime]
    zone: ZoneInfo
    send: Send = no_way
    trials: Trials = field(default_factory=Trials)

    def viewer(self) -> Viewer:
        """Return whoever asks."""
        return current_viewer()

    def texts(self) -> Texts:
        """Return the texts for whoever asks: the language switched to, else that of the browser."""
        if not has_request_context():
            return Texts(DEFAULT_LANGUAGE, self.zone)
        wish = request.cookies.get(LANGUAGE_COOKIE)
        return Texts(chosen_language(wish, request.headers.get("Accept-Language")), self.zone)

    def catalogue(self) -> dict[str, CatalogueRow]:
        """Return the touchpoint types by name."""
        return {row.type: row for row in self.store.rows("frame.catalogue", CatalogueRow)}

    def type_name(self, texts: Texts) -> Callable[[str], str]:
        """Return what names a touchpoint type in a language."""
        catalogue = self.catalogue()
        return lambda key: texts.name("type", key, catalogue[key].title if key in catalogue else None)

    def levels(self) -> LevelsRow:
        """Return where the levels begin."""
        return self.store.row("frame.levels", LevelsRow)


@dataclass(frozen=True)
class View:
    """One look at a page: its address, the time it is as of, how it is drawn."""

    search: str
    at: datetime
    theme: Theme
    texts: Texts


def view_of(search: str | None, at: str, scheme: str | None, context: Context) -> View:
    """Return what a callback was asked for; before the first touchpoint figures are as of now."""
    moment = datetime.fromisoformat(at) if at else context.clock()
    return View(search or "", moment, THEMES.get(scheme or "", LIGHT), context.texts())
