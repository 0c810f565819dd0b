"""People for tests of the dashboard: one of each role, called like it, with sessions but no passwords."""

from datetime import UTC, datetime
from pathlib import Path

from dashboards.access.rights import Role
from dashboards.access.wiring import Access, open_access
from schemas.settings import Settings


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 31, 18, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def settings_in(folder: Path, **more: object) -> Settings:
    """Settings whose keys lie in a folder of the test's own."""
    return Settings(data_folder=folder, **more)


def access_with_people(folder: Path, clock: Clock | None = None, **more: object) -> Access:
    """An access with an admin, an operator and a viewer."""
    access = open_access(settings_in(folder, **more), clock or (lambda: datetime.now(UTC)))
    for role in reversed(Role):
        access.users.add(role, role)
    return access
