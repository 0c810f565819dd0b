"""The beat of a page: what it tells of the database."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from clickhouse_connect.driver.exceptions import OperationalError
from people import access_with_people
from visiting import CALLBACK, HERE, call_of

from dashboards.access.gate import SESSION_COOKIE
from dashboards.access.rights import Role
from dashboards.app import build_dashboard
from dashboards.questions.choices import PulseRow
from dashboards.store import Limits, Store

NEWEST = datetime(2026, 3, 31, 18, tzinfo=UTC)
PULSE = {name: NEWEST if name.endswith("_at") else 1 for name in PulseRow._fields}


class Page:
    """A page whose beats are asked for one by one, at times that are told, of a database that may go."""

    def __init__(self, folder: Path) -> None:
        self.now, self.is_away, self.kept = NEWEST, False, dict[str, Any]()
        access = access_with_people(folder)
        store = Store(lambda _: SimpleNamespace(query=self._query), limits=Limits(fresh_seconds=0.0))
        self._app = build_dashboard(store, str, access, clock=lambda: self.now)
        self._client = self._app.server.test_client()
        self._client.set_cookie(SESSION_COOKIE, access.sessions.begin(Role.VIEWER))
        self._output = next(one for one in self._app.callback_map if "pulse.data" in one)

    def _query(self, *_: object, **__: object) -> SimpleNamespace:
        if self.is_away:
            raise OperationalError("away")
        return SimpleNamespace(column_names=PulseRow._fields, result_rows=[tuple(PULSE.values())])

    def beat(self, minutes: float) -> dict[str, Any]:
        """Let time go by, and return what the next beat sets; what pages keep is kept."""
        self.now += timedelta(minutes=minutes)
        call = call_of(self._app, self._output, frame="frame", **self.kept)
        answer = self._client.post(CALLBACK, json=call, headers={"Origin": HERE}).json["response"]
        self.kept |= {id: answer[id]["data"] for id in ("pulse", "seen") if id in answer}
        return dict(answer)


def test_a_database_that_goes_is_away_since_the_last_beat_that_saw_it(tmp_path: Path) -> None:
    page = Page(tmp_path)
    page.beat(0)
    page.beat(30)
    page.is_away = True
    assert "18:30" in page.beat(1)["banner"]["children"]
    assert "18:30" in page.beat(5)["banner"]["children"]


def test_a_database_that_was_never_seen_is_away_since_the_page_was_opened(tmp_path: Path) -> None:
    page = Page(tmp_path)
    page.is_away = True
    page.beat(0)
    assert "18:00" in page.beat(5)["banner"]["children"]


def test_what_has_not_changed_is_not_told_anew(tmp_path: Path) -> None:
    page = Page(tmp_path)
    assert "pulse" in page.beat(0)
    assert "pulse" not in page.beat(1)
