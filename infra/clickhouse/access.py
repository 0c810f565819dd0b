"""Who may ask what: the single place where identities and the gate for analysts hook in.

A request passes here twice: `identify` turns its credentials into an identity before anything is read,
`admit` judges the statement before the engine sees it.  `OpenAccess`, for loopback only, knows one
identity that may do everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from infra.clickhouse.errors import ACCESS_DENIED, refusal
from infra.clickhouse.statement import Statement


class Headers(Protocol):
    """Headers of a request, found by name whatever its case."""

    def __contains__(self, name: str, /) -> bool: ...

    def __getitem__(self, name: str, /) -> str: ...

    def get(self, name: str, failobj: str, /) -> str: ...


@dataclass(frozen=True)
class Credentials:
    """What a request says about its sender: user and password, empty when it says nothing."""

    user: str
    password: str


@dataclass(frozen=True)
class Identity:
    """Somebody known.

    `limits` are settings of the engine that are laid over those of the request, `read_only` adds the
    engine's own guard, `settings_allowed` and `sessions_allowed` say whether a request's are heeded.
    """

    name: str
    read_only: bool = False
    settings_allowed: bool = True
    sessions_allowed: bool = True
    limits: Mapping[str, str] = field(default_factory=dict)


class Access(Protocol):
    """Both raise EngineError to refuse (AUTHENTICATION_FAILED, ACCESS_DENIED)."""

    def identify(self, credentials: Credentials) -> Identity: ...

    def admit(self, identity: Identity, statement: Statement) -> Statement:
        """The statement to run, which may be another than the one asked for."""


def refuse_browsers(headers: Headers) -> None:
    """Refuse what a web page sends: any page could reach an engine on this machine through its visitor.

    Raises EngineError.  Browsers say where a request comes from; the clients of databases do not.
    """
    if "Origin" in headers or headers.get("Sec-Fetch-Site", "none") != "none":
        raise refusal(ACCESS_DENIED, "Requests of web pages are not served")


class OpenAccess:
    """Everybody is the administrator: for an engine that only this machine can reach."""

    def identify(self, credentials: Credentials) -> Identity:
        return Identity(name=credentials.user or "default")

    def admit(self, identity: Identity, statement: Statement) -> Statement:
        return statement
