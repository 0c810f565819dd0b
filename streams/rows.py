"""The rows that a worker writes, in the order of the tables' columns."""

from collections.abc import Mapping, Sequence

from streams.bond.felt import FeltTouchpoint
from streams.value import Value

NOT_FOLDED = {"text": "", "attributes": "", "evidence": "", "payload": b""}
"""Columns of the journal that no fold needs, and what stands there where they were not read."""


class JournalRow(Value, frozen=True):
    """A touchpoint with its payload and what was felt; the columns of the table `journal`."""

    person_id: str
    touchpoint_id: str
    content_hash: int
    revision: int
    kind: str
    type: str
    source: str
    occurred_at: int
    known_at: int
    first_received_at: int
    department: str
    stage: str
    channel: str
    sector: str
    product: str
    episode_id: str
    case_id: str
    valence: float
    arousal: float
    importance: float
    confidence: float
    promise: float
    profile_surprise: float
    profile_relief: float
    profile_gratitude: float
    profile_familiarity: float
    profile_belonging: float
    recovery: bool
    needs_met_mask: int
    needs_asked_mask: int
    outcome: str
    moment_of_truth: bool
    moment_number: int
    commitment_id: str
    due_at: int
    felt_if_missed: Sequence[float]
    keeps_id: str
    language: str
    text: str
    attributes: str
    evidence: str
    payload: bytes
    reading_version: str
    catalogue_version: str
    kafka_topic: str
    kafka_partition: int
    kafka_offset: int

    @property
    def key(self) -> tuple[str, int, int]:
        """What identifies the row among those of its person."""
        return self.touchpoint_id, self.content_hash, self.revision

    @property
    def event_id(self) -> str:
        """What identifies the event that told it."""
        return self.touchpoint_id.rpartition("|")[0] if self.moment_number else self.touchpoint_id

    @property
    def profile(self) -> tuple[float, ...]:
        """The weights of the five emotions."""
        return (
            self.profile_surprise,
            self.profile_relief,
            self.profile_gratitude,
            self.profile_familiarity,
            self.profile_belonging,
        )

    @property
    def is_felt(self) -> bool:
        """Does it come to the bond?"""
        return self.kind == "felt"

    def felt(self) -> FeltTouchpoint:
        """Return the input of the bond model."""
        return FeltTouchpoint(
            self.touchpoint_id,
            self.occurred_at,
            self.valence,
            self.episode_id,
            self.arousal,
            self.importance,
            self.promise,
            self.profile,
            self.case_id or None,
            self.recovery,
            self.needs_met_mask,
        )


class StepRow(Value, frozen=True):
    """What a standing touchpoint did to the bond; the columns of the table `steps`."""

    name_id: str
    person_id: str
    touchpoint_id: str
    kind: str
    type: str
    occurred_at: int
    place: int
    department: str
    stage: str
    channel: str
    sector: str
    episode_id: str
    case_id: str
    valence: float
    surprise: float
    relief: float
    gratitude: float
    familiarity: float
    belonging: float
    outcome: str
    moment_of_truth: bool
    is_act: bool
    needs_met_mask: int
    index_before: float | None
    index_after: float | None
    evidence_after: float | None
    received_at: int
    model_version: str
    revision: int
    is_deleted: bool


class BondRow(Value, frozen=True):
    """The bond of a customer just after the last felt touchpoint; the columns of the table `bonds`."""

    person_id: str
    as_of: int
    last_occurred_at: int
    newest_at: int
    touchpoints: int
    felt: int
    s_surprise: float
    s_relief: float
    s_gratitude: float
    s_familiarity: float
    s_belonging: float
    w_surprise: float
    w_relief: float
    w_gratitude: float
    w_familiarity: float
    w_belonging: float
    treasure: float
    scar: float
    last: float
    negative: float
    negative_squares: float
    positive: float
    gain: float
    bond_index: float
    read_again: int
    model_version: str
    revision: int
    is_deleted: bool


class RejectedRow(Value, frozen=True):
    """The columns of the table `rejected`."""

    kafka_topic: str
    kafka_partition: int
    kafka_offset: int
    received_at: int
    reason: str
    field: str
    detail: str
    source: str
    type: str
    processor: str
    person_id: str
    key: bytes
    headers: str
    value: bytes


class HeldRow(Value, frozen=True):
    """The columns of the table `held`."""

    kafka_topic: str
    kafka_partition: int
    kafka_offset: int
    received_at: int
    reason: str
    due_at: int
    source: str
    type: str
    released: bool
    person_id: str
    key: bytes
    headers: str
    value: bytes


class RepeatedRow(Value, frozen=True):
    """The columns of the table `repeated`."""

    kafka_topic: str
    kafka_partition: int
    kafka_offset: int
    received_at: int
    person_id: str
    touchpoint_id: str


class AuditRow(Value, frozen=True):
    """The columns of the table `audits` that a worker writes."""

    kafka_topic: str
    kafka_partition: int
    from_offset: int
    next_offset: int
    vacant: tuple[int, ...]
    reread: int
    missing: tuple[int, ...]


class ErasedRow(Value, frozen=True):
    """Where the record of an erased customer stood; the columns of the table `erased`."""

    kafka_topic: str
    kafka_partition: int
    kafka_offset: int
    received_at: int


class ProfileRow(Value, frozen=True):
    """The columns of the table `profiles`."""

    person_id: str
    profile_id: str
    valid_from: int
    segment: str
    language: str
    contact: str
    received_at: int
    kafka_topic: str
    kafka_partition: int
    kafka_offset: int


class WithdrawalRow(Value, frozen=True):
    """The columns of the table `withdrawals`."""

    person_id: str
    withdrawn_id: str
    withdrawal_id: str
    reason: str
    known_at: int
    kafka_topic: str
    kafka_partition: int
    kafka_offset: int


class CommandRow(Value, frozen=True):
    """The columns of the table `commands`."""

    command_id: str
    type: str
    subject: str
    issued_by: str
    assigned_to: str
    note: str
    switch_on: bool
    scenario: str
    known_at: int
    refused: str
    kafka_topic: str
    kafka_partition: int
    kafka_offset: int


class ErasureRow(Value, frozen=True):
    """The receipt of an erasure; the columns of the table `erasures`."""

    erasure_id: str
    issued_by: str
    anonymised: bool
    ordered_at: int
    erased_at: int
    names: int
    held: Mapping[str, int]
    raw_gone_at: int


class LinkRow(Value, frozen=True):
    """What was said of two names; the columns of the table `identity_links`."""

    person_id: str
    other_id: str
    link_id: str
    content_hash: int
    is_linked: bool
    kind: str
    occurred_at: int
    known_at: int
    kafka_topic: str
    kafka_partition: int
    kafka_offset: int

    @property
    def pair(self) -> tuple[str, str]:
        """Return both names, the lesser first: it does not matter from which side they were linked."""
        return min(self.person_id, self.other_id), max(self.person_id, self.other_id)


class IdentityRow(Value, frozen=True):
    """Whose name a name is; the columns of the table `identities`."""

    name_id: str
    person_id: str
    names: int
    since_at: int | None
    known_times: tuple[int, ...]
    persons: tuple[str, ...]
    revision: int
