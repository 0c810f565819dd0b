"""The embedded engine, for tests that ask it as its clients do."""

import http.client
import uuid
from contextlib import closing
from urllib.parse import urlencode

import pytest
from asking import connect


@pytest.fixture
def client(clickhouse):
    """A client in a database of its own."""
    name = f"test_{uuid.uuid4().hex[:8]}"
    with connect(clickhouse) as admin:
        admin.command(f"CREATE DATABASE {name}")
        with connect(clickhouse, database=name) as client:
            yield client
        admin.command(f"DROP DATABASE {name}")


@pytest.fixture
def ask(clickhouse):
    """Send one plain HTTP request; gives status, headers and body."""

    def asked(method="GET", path="/", body=None, headers=None, **parameters):
        target = f"{path}?{urlencode(parameters)}" if parameters else path
        with closing(http.client.HTTPConnection(clickhouse.host, clickhouse.port, timeout=30)) as connection:
            connection.request(method, target, body=body, headers=headers or {})
            with connection.getresponse() as response:
                return response.status, response.headers, response.read()

    return asked
