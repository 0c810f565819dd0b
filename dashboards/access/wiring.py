"""Everything that decides about access, put together from the settings."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from dashboards.access import file
from dashboards.access.file import AccessFile
from dashboards.access.links import Links
from dashboards.access.oidc import Provider
from dashboards.access.origins import Networks, networks_of
from dashboards.access.rights import Role, Viewer
from dashboards.access.sessions import Sessions
from dashboards.access.throttle import Allowance, Throttle
from dashboards.access.users import Users
from schemas.settings import Settings

Mode = Literal["local", "header", "oidc"]
OF_ACCOUNT, OF_ADDRESS = Allowance(at_once=5, seconds=60.0), Allowance(at_once=20, seconds=10.0)
"""How often a password may be tried."""


@dataclass(frozen=True)
class Access:
    """How people come in: by our own passwords, by the header of a proxy, or by an OpenID provider."""

    users: Users
    links: Links
    sessions: Sessions
    mode: Mode = "local"
    address: str = ""
    """The origin under which people open the dashboard; empty: as the request says."""
    proxies: Networks = ()
    header: str = ""
    default_role: Role | None = None
    """Of people whom proxy or provider vouches for and who are not in the file; None: they do not come in."""
    provider: Provider | None = None
    accounts: Throttle = field(default_factory=lambda: Throttle(OF_ACCOUNT, time.monotonic))
    addresses: Throttle = field(default_factory=lambda: Throttle(OF_ADDRESS, time.monotonic))

    def vouched(self, name: str) -> Viewer | None:
        """Return the person whom proxy or provider calls `name`; None if they do not come in."""
        known = self.users.find(name)
        return known or (Viewer(name.strip().lower(), self.default_role) if self.default_role else None)


def provider_of(settings: Settings) -> Provider | None:
    """Return the OpenID provider that the settings name, if people sign in there."""
    if settings.sign_in != "oidc":
        return None
    return Provider(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.oidc_claim,
    )


def open_access(settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Access:
    """Return the access that the settings describe, with its file in the folder of the keys."""
    kept = AccessFile(settings.keys_folder / file.NAME, clock)
    return Access(
        users=Users(kept),
        links=Links(kept),
        sessions=Sessions(kept, timedelta(hours=settings.session_hours)),
        mode=settings.sign_in,
        address=settings.dashboard_address.rstrip("/"),
        proxies=networks_of(settings.trusted_proxies),
        header=settings.sign_in_header,
        provider=provider_of(settings),
        default_role=Role(settings.default_role) if settings.default_role != "none" else None,
    )
