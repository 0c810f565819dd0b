"""A dashboard over an empty database, and people of each role."""

from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient
from people import Clock, access_with_people
from visiting import Door, nothing_at_all

from dashboards.access.gate import SESSION_COOKIE
from dashboards.access.rights import Role
from dashboards.access.wiring import Access
from dashboards.app import build_dashboard


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(tmp_path: Path, clock: Clock) -> Access:
    return access_with_people(tmp_path, clock)


@pytest.fixture
def asked() -> list[str]:
    """What the database was asked about."""
    return []


@pytest.fixture
def app(access: Access, asked: list[str]) -> Dash:
    return build_dashboard(nothing_at_all(asked), lambda customer: f"pseudonym of {customer}", access)


@pytest.fixture
def door(app: Dash, access: Access) -> Door:
    """A browser that has just come, or that has a session of a role."""

    def come(role: Role | None = None) -> FlaskClient:
        client = app.server.test_client()
        if role is not None:
            client.set_cookie(SESSION_COOKIE, access.sessions.begin(role))
        return client

    return come
