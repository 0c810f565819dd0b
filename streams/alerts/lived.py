"""A touchpoint as the rules see it, and what may cause an alert."""

from streams.value import Value


class Lived(Value, frozen=True):
    """One standing touchpoint of a person; they come in the order of time (t, id)."""

    id: str
    at_ms: int
    episode: str
    case: str
    """Empty if none."""
    department: str
    outcome: str
    moment_of_truth: bool
    language: str
    """Language of its words; empty if it has none, or none in which one can answer."""
    asked: int
    """Needs heard in its words, as a mask."""
    impact: float
    """Local impact (s): valence against promise; 0 where nothing was felt."""
    before: float | None
    """Bond index just before it; None where nothing was felt."""
    after: float | None
    event: str
    """The event that told it; one may tell several moments of a contact."""


class Cause(Value, frozen=True):
    """Why an alert is raised, and for when. The last touchpoint is the one that brought it."""

    at_ms: int
    """Event time of the alert."""
    touchpoints: tuple[str, ...]
    index_from: float
    index_to: float
    """The movement of the bond that is the cause."""
    case: str
    """The case it belongs to; empty if none."""
    department: str
    """Who answers for the touchpoint that brought it."""


class Silence(Value, frozen=True):
    """A bond since its last felt touchpoint, which fades by a known law."""

    last_id: str
    last_ms: int
    bond_index: float
    """Just after the last felt touchpoint."""
    department: str
    """Who answers for that touchpoint."""
    case: str
