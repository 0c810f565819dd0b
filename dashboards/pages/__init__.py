"""The pages: one file each. A new file with a `PAGE` is found, routed and put into the navigation."""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from dash import Dash
from dash.development.base_component import Component

from dashboards.context import Context
from dashboards.texts import Texts

GROUPS = ("where", "who", "what")
"""Groups of the navigation: where bond is won and lost, who the customers are, what to do."""


@dataclass(frozen=True)
class Page:
    """A page. `key` begins the keys of its strings, and `<key>.name` names it; `order` is its place.

    `group` is one of GROUPS; a page that is only reached from another has none. `layout` also takes the part
    of the address from `?` on. A page that is not `filtered` has a state of its own there, no filters.
    """

    key: str
    path: str
    order: int
    group: str
    layout: Callable[[Context, Texts, str], Component]
    register: Callable[[Dash, Context], None]
    filtered: bool = True


def all_pages() -> list[Page]:
    """Return every page in the order of the navigation."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return sorted((module.PAGE for module in modules if hasattr(module, "PAGE")), key=lambda page: page.order)
