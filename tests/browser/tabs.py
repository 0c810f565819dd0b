"""Tabs of a real browser. They are used again: a warm one opens a page in two thirds of the time."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from browsing import is_outside, leave
from playwright.sync_api import Browser, BrowserContext, Page

PATIENCE_MILLISECONDS = 30_000


class Look(NamedTuple):
    """For whom a page is drawn."""

    width: int = 1440
    scheme: str = "light"
    language: str = "en-GB"


@dataclass
class Tab:
    """A page that notes what leaves this machine, and what the browser complains of but is not forgiven."""

    look: Look
    page: Page
    complaints: list[str] = field(default_factory=list)
    forgive: Collection[str] = ()

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("console", lambda said: said.type == "error" and self._complain(said.text))
        self.page.on(
            "request", lambda asked: is_outside(asked.url) and self.complaints.append(f"left: {asked.url}")
        )

    def _complain(self, text: str) -> None:
        if not any(words in text for words in self.forgive):
            self.complaints.append(f"console: {text}")

    def leave(self) -> None:
        """Leave what it shows, and whatever was complained of."""
        leave(self.page)
        self.complaints.clear()


class Tabs:
    """Tabs by look; what was loaded is kept for all of a look."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: dict[Look, BrowserContext] = {}
        self._free: dict[Look, list[Tab]] = defaultdict(list)

    def take(self, look: Look) -> Tab:
        """Return a tab that shows nothing yet."""
        tab = self._free[look].pop() if self._free[look] else Tab(look, self._context(look).new_page())
        tab.page.set_viewport_size({"width": look.width, "height": 900})
        tab.page.emulate_media(media="null")
        return tab

    def give_back(self, tab: Tab) -> None:
        """Keep a tab for others, unless it is closed; nobody is signed in any more."""
        if not tab.page.is_closed():
            tab.leave()
            self._free[tab.look].append(tab)
        self._contexts[tab.look].clear_cookies()

    def close(self) -> None:
        """Close all of them."""
        for context in self._contexts.values():
            context.close()

    def _context(self, look: Look) -> BrowserContext:
        if look not in self._contexts:
            self._contexts[look] = self._browser.new_context(
                color_scheme=look.scheme, locale=look.language, reduced_motion="reduce"
            )
            self._contexts[look].set_default_timeout(PATIENCE_MILLISECONDS)
        return self._contexts[look]
