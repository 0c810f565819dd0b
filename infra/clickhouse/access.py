"""Who may ask what: the single place where identities and the gate hook in.

A request passes here twice: `identify` turns its credentials into an identity before anything is read,
`admit` judges what it asks before the engine sees it.  `OpenAccess`, for loopback only, knows one identity
that may do everything; `infra.clickhouse.identities` has the one that `vincle up` uses.
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
    """Somebody known; `keeps_sessions` says whether what SET leaves behind is kept for the next request."""

    name: str
    keeps_sessions: bool = True


@dataclass(frozen=True)
class Question:
    """A statement with what surrounds it: asked for, or admitted.

    `settings` are the request's, `guards` are laid over them, `read_only` is the engine's readonly, and
    `queries_at_once` bounds how many of one identity's run together.
    """

    statement: Statement
    database: str
    settings: Mapping[str, str]
    output_format: str
    guards: Mapping[str, str] = field(default_factory=dict)
    read_only: int = 0
    queries_at_once: int | None = None


class Access(Protocol):
    """Both raise EngineError to refuse (AUTHENTICATION_FAILED, ACCESS_DENIED)."""

    def identify(self, credentials: Credentials) -> Identity: ...

    def admit(self, identity: Identity, question: Question) -> Question:
        """What is to run, which may be another than what is asked for."""


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

    def admit(self, identity: Identity, question: Question) -> Question:
        return question
