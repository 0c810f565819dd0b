"""Who may have been silent for too long: a first look in ClickHouse, so that few lives are followed again.

The rules themselves decide (`streams.alerts.kinds`); here only those are passed over who cannot be meant, or
of whom it was told already.
"""

from collections.abc import Iterator, Mapping

from clickhouse_connect.driver.client import Client

from schemas.names import Table, View
from streams.alerts import kinds

MOST_SILENT = 200
"""People of one rule that are looked at in one go, lest the stream wait for long. Others come
first in the next look, when time has gone on."""

_NOBODY = f"SELECT person_id FROM {Table.JOURNAL} WHERE kafka_topic = ''"
"""Stand-ins of who was anonymised: no worker follows their lives, so every look would return them."""
_FADING = f"""
SELECT bond.person_id
FROM {View.BONDS} AS bond
INNER JOIN (SELECT person_id FROM {Table.BONDS} FINAL WHERE bond_index >= {{once:Float64}}) AS strong
    ON strong.person_id = bond.person_id
LEFT JOIN
    (SELECT person_id, max(raised_at) AS at FROM {Table.ALERTS} WHERE rule = {{rule:String}} GROUP BY ALL)
    AS told ON told.person_id = bond.person_id
WHERE bond.bond_index < {{below:Float64}} AND told.at <= bond.last_felt_at
    AND bond.person_id NOT IN ({_NOBODY})
    AND dateDiff('second', bond.last_felt_at, bond.at) >= 86400 * {{days:Float64}}
ORDER BY cityHash64(bond.person_id, bond.at)
LIMIT {{most:UInt32}}
"""
_UNANSWERED = f"""
SELECT DISTINCT person_id
FROM
(
    SELECT
        person_id, touchpoint_id, case_id, occurred_at,
        arrayExists(one -> one.1 > occurred_at AND (case_id = '' OR one.2 = case_id), good) AS answered
    FROM
    (
        SELECT
            person_id,
            groupArrayIf((touchpoint_id, case_id, occurred_at), moment_of_truth AND felt < 0) AS moments,
            groupArrayIf((occurred_at, case_id), felt > 0 OR outcome = 'left') AS good
        FROM
        (
            SELECT
                person_id, touchpoint_id, case_id, occurred_at, moment_of_truth, outcome,
                toFloat64(surprise) + relief + gratitude + familiarity + belonging AS felt
            FROM {Table.STEPS} FINAL
            WHERE person_id IN (SELECT person_id FROM {Table.STEPS} WHERE moment_of_truth AND valence < 0)
        )
        GROUP BY person_id
    )
    ARRAY JOIN moments.1 AS touchpoint_id, moments.2 AS case_id, moments.3 AS occurred_at
)
WHERE NOT answered AND person_id NOT IN ({_NOBODY})
    AND dateDiff('second', occurred_at, (SELECT at FROM {View.NOW}))
        BETWEEN 3600 * {{hours:Float64}} AND {{until:Float64}}
    AND (person_id, touchpoint_id) NOT IN
        (SELECT person_id, touchpoint_ids[-1] FROM {Table.ALERTS} WHERE rule = {{rule:String}})
ORDER BY cityHash64(person_id, (SELECT at FROM {View.NOW}))
LIMIT {{most:UInt32}}
"""
UNANSWERED_DAYS = 30
"""A moment of truth that long ago is looked at no more: if it was to be told, it was."""


def silent_people(client: Client, rules: Mapping[str, kinds.RuleBase]) -> set[str]:
    """Return whom silence may have brought an alert by the newest event time, of some rule that needs it."""
    return {row[0] for query, values in _queries(rules) for row in client.query(query, values).result_rows}


def _queries(rules: Mapping[str, kinds.RuleBase]) -> Iterator[tuple[str, dict[str, object]]]:
    for name, rule in rules.items():
        common = {"rule": name, "most": MOST_SILENT}
        if isinstance(rule, kinds.Fading):
            yield _FADING, {**common, "once": rule.once, "below": rule.below, "days": rule.days}
        if isinstance(rule, kinds.Unanswered):
            until = rule.hours * 3_600 + UNANSWERED_DAYS * 86_400
            yield _UNANSWERED, {**common, "hours": rule.hours, "until": until}
