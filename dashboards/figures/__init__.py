"""Figures as plotly takes them: plain dictionaries, made from answers, a theme and texts. Pure."""

from typing import Any

Figure = dict[str, Any]
