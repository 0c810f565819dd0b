"""What each role may: the only place that says so."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What somebody is here, the least first; each may what those before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


class Right(StrEnum):
    """What not everybody may. Figures, and lives under a pseudonym, are for all who are signed in."""

    READ_WORDS = "read_words"
    """Read what a customer said."""
    KNOW_NAMES = "know_names"
    """See who a pseudonym is, or find the pseudonym of a customer id."""
    ACT = "act"
    """Acknowledge, assign and settle alerts."""
    MANAGE = "manage"
    """Try rules on the past, and switch them on and off."""
    ERASE = "erase"
    """Have a customer erased."""


_OPERATOR = frozenset({Right.READ_WORDS, Right.KNOW_NAMES, Right.ACT})
RIGHTS = MappingProxyType(
    {Role.VIEWER: frozenset[Right](), Role.OPERATOR: _OPERATOR, Role.ADMIN: frozenset(Right)}
)


class NotAllowedError(Exception):
    """Whoever asks may not; the text is the right that is missing."""


@dataclass(frozen=True)
class Viewer:
    """Whoever asks. Without a role, as outside of a request, nothing is allowed."""

    name: str
    role: Role | None

    def may(self, right: Right) -> bool:
        """Whether the role includes a right."""
        return self.role is not None and right in RIGHTS[self.role]

    def require(self, right: Right) -> None:
        """Raise NotAllowedError unless the role includes a right."""
        if not self.may(right):
            raise NotAllowedError(right)


NOBODY = Viewer("", None)
