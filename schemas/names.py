"""The names of everything durable: topics, event types, tables, views.

This is the only place that spells them; a rename here is a migration.
"""

from enum import StrEnum


class Topic(StrEnum):
    """Kafka topics. A setting may put a prefix before them."""

    TOUCHPOINTS = "vincle.touchpoints"
    REJECTED = "vincle.rejected"
    BONDS = "vincle.bonds"
    ALERTS = "vincle.alerts"
    ROUTING = "vincle.routing"
    COMMANDS = "vincle.commands"
    LINKS = "vincle.links"
    TOUCHED = "vincle.touched"


class Table(StrEnum):
    """ClickHouse tables that the workers write."""

    JOURNAL = "journal"
    REJECTED = "rejected"
    HELD = "held"
    REPEATED = "repeated"
    ERASED = "erased"
    PROFILES = "profiles"
    WITHDRAWALS = "withdrawals"
    LINKS = "identity_links"
    STEPS = "steps"
    BONDS = "bonds"
    ALERTS = "alerts"
    ALERT_RULES = "alert_rules"
    COMMANDS = "commands"
    ERASURES = "erasures"
    IDENTITIES = "identities"
    FELT_LIVES = "felt_lives"
    BOND_MODELS = "bond_models"
    CATALOGUE = "catalogue"
    AUDITS = "audits"
    VAULTS = "vaults"


CLONE = "backup_of_"
"""With what the names of the clones begin that a backup makes of tables, and drops when it has read them."""


class Hint(StrEnum):
    """Tables that others fill by themselves, and that only help to find rows faster: hashes of ids."""

    CONTACT_DAYS = "contact_days"
    WORDED = "worded"


class View(StrEnum):
    """Published views: what analysts and the dashboard read."""

    NOW = "v_now"
    TOUCHPOINTS = "v_touchpoints"
    TOLD = "v_told"
    BONDS = "v_bonds"
    BARE_BONDS = "v_bare_bonds"
    BOND_AT = "v_bond_at"
    FELT = "v_felt"
    FELT_DERIVED = "v_felt_derived"
    WHAT_IF = "v_what_if"
    SCENARIOS = "v_scenarios"
    COMMITMENTS = "v_commitments"
    COMMITMENTS_AT = "v_commitments_at"
    STEPS = "v_steps"
    BARE_STEPS = "v_bare_steps"
    MOVEMENTS = "v_movements"
    TOUCHPOINT_DAYS = "v_touchpoint_days"
    OUTCOMES = "v_outcomes"
    FAILURES = "v_failures"
    FAILURES_IN = "v_failures_in"
    ALERTS = "v_alerts"
    ALERT_STATES = "v_alert_states"
    ALERT_RULES = "v_alert_rules"
    COMMANDS = "v_commands"
    ERASURES = "v_erasures"
    CUSTOMERS = "v_customers"
    CUSTOMERS_OF = "v_customers_of"
    CUSTOMER_CHANGES = "v_customer_changes"
    MOMENTS = "v_moments"
    HANDOVERS = "v_handovers"
    RECOVERY = "v_recovery"
    IDENTITIES = "v_identities"
    JOINED_AT = "v_joined_at"
    CATALOGUE = "v_catalogue"
    CHOICES = "v_choices"
    LEVELS = "v_levels"
    PULSE = "v_pulse"
    REJECTED = "v_rejected"
    HELD = "v_held"
    REPEATED = "v_repeated"
    OFFSETS = "v_offsets"
    WHEREABOUTS = "v_whereabouts"
    AUDITS = "v_audits"
    RECONCILIATION = "v_reconciliation"
    SOURCES = "v_sources"
    SOURCES_IN = "v_sources_in"
    LANGUAGES_HEARD = "v_languages_heard"
    LANGUAGES_HEARD_IN = "v_languages_heard_in"
    HEALTH_CHOICES = "v_health_choices"
    LAST_RECEIVED = "v_last_received"
    WORDED = "v_worded"


class DatabaseUser(StrEnum):
    """Identities of ClickHouse; each part of the stack uses the one that can do its work and no more."""

    ADMIN = "vincle_admin"
    WRITER = "vincle_writer"
    DASHBOARD = "vincle_dashboard"
    ANALYST = "vincle_analyst"


WITHDRAWN = "touchpoint.withdrawn.v1"
PROFILE = "customer.profile.v1"
MISSED = "commitment.missed"
"""The catalogue's type of a missed commitment: computed, never published."""
MISSED_EVENT = f"touchpoint.{MISSED}.v1"
LINKED = "identity.linked.v1"
UNLINKED = "identity.unlinked.v1"
BOND_CHANGED = "bond.changed.v1"
ALERT_RAISED = "alert.raised.v1"
ROUTING_HINTED = "routing.hinted.v1"
ALERT_ACKNOWLEDGE = "alert.acknowledge.v1"
ALERT_ASSIGN = "alert.assign.v1"
ALERT_CLOSE = "alert.close.v1"
RULE_SWITCH = "rule.switch.v1"
SCENARIO_SAVE = "scenario.save.v1"
CUSTOMER_ERASE = "customer.erase.v1"
CUSTOMER_ANONYMISE = "customer.anonymise.v1"
NO_LANGUAGE = "und"
"""The language of words of which none could be told (ISO 639-2: undetermined)."""
PSEUDONYM_BYTES = 10
"""Length of a name's pseudonym, which is written as hexadecimal digits."""
CONSUMER_GROUP = "vincle-worker"
WEBHOOK_GROUP = "vincle-webhook"
