"""What a worker asks of ClickHouse, as SQL; `streams.sinks.journal` asks it."""

from schemas.names import MISSED, RULE_SWITCH, Table, View
from schemas.rejections import Hold
from streams.person import REVISION_OFFSET_BITS, REVISION_ROW_BITS
from streams.rows import NOT_FOLDED, JournalRow, LinkRow


def _selected(column: str) -> str:
    return f"'' AS {column}_" if column in NOT_FOLDED else _whole(column)


def _whole(column: str) -> str:
    return f"toUnixTimestamp64Milli({column}) AS {column}_ms" if column.endswith("_at") else column


HISTORY = (
    f"SELECT {', '.join(_selected(column) for column in JournalRow.__struct_fields__)} "
    f"FROM {Table.JOURNAL} WHERE person_id IN {{people:Array(String)}}"
)
WITHDRAWN = (
    f"SELECT person_id, withdrawn_id FROM {Table.WITHDRAWALS} WHERE person_id IN {{people:Array(String)}}"
)
NEWEST = f"""
SELECT person_id, place.1, place.2, place.3 FROM
(
    SELECT
        person_id,
        argMax(
            (kafka_topic, kafka_partition, kafka_offset),
            (kafka_topic = {{topic:String}} AND kafka_partition IN {{partitions:Array(Int32)}}, kafka_offset)
        ) AS place
    FROM {Table.JOURNAL} WHERE person_id IN {{people:Array(String)}} GROUP BY person_id
)
"""
READ_AGAIN = f"""
SELECT person_id FROM
(
    SELECT person_id, toUInt32(uniqExact(touchpoint_id, content_hash, revision)) AS read_again
    FROM {Table.JOURNAL} WHERE revision > 0
    GROUP BY person_id
    HAVING any(kafka_topic) = {{topic:String}} AND has({{partitions:Array(Int32)}}, max(kafka_partition))
)
WHERE (person_id, read_again) NOT IN (SELECT person_id, read_again FROM {Table.BONDS} WHERE read_again > 0)
LIMIT {{most:UInt32}}
"""
_IS_ACKNOWLEDGED = """(
    kafka_topic != {topic:String} OR NOT has({partitions:Array(Int32)}, kafka_partition)
    OR kafka_offset < transform(kafka_partition, {partitions:Array(Int32)}, {until:Array(Int64)}, toInt64(0))
)"""
LEFT_BEHIND = f"""
WITH people AS
(
    SELECT DISTINCT person_id FROM {Table.JOURNAL}
    WHERE kafka_topic = {{topic:String}}
        AND has({{partitions:Array(Int32)}}, kafka_partition)
        AND kafka_offset >= transform(kafka_partition, {{partitions:Array(Int32)}}, {{since:Array(Int64)}}, 0)
        AND {_IS_ACKNOWLEDGED}
)
SELECT person_id FROM
(
    SELECT
        person_id,
        bitShiftLeft(toUInt64(max(kafka_offset) + 1), {REVISION_OFFSET_BITS})
            + bitShiftLeft(uniqExact(touchpoint_id, content_hash, revision), {REVISION_ROW_BITS}) AS rows
    FROM {Table.JOURNAL} WHERE person_id IN (SELECT person_id FROM people) AND {_IS_ACKNOWLEDGED}
    GROUP BY person_id
) AS facts
LEFT JOIN
(
    SELECT person_id, bitShiftLeft(uniqExact(withdrawn_id), {REVISION_ROW_BITS}) AS taken_back
    FROM {Table.WITHDRAWALS} WHERE person_id IN (SELECT person_id FROM people) AND {_IS_ACKNOWLEDGED}
    GROUP BY person_id
) AS withdrawals USING (person_id)
LEFT JOIN
(
    SELECT person_id, max(revision) AS folded
    FROM {Table.BONDS} WHERE person_id IN (SELECT person_id FROM people)
    GROUP BY person_id
) AS bonds USING (person_id)
WHERE folded < rows + taken_back
LIMIT {{most:UInt32}}
"""
"""Of whom more is journaled than is in their bond, as its revision tells (`streams.person`), among those who
had something since the offsets. What is beyond the others may be on its way to its bond. Whose name was ever
linked has revisions beyond."""
READ_OTHERWISE = f"""
SELECT * FROM
(
    SELECT {", ".join(_whole(column) for column in JournalRow.__struct_fields__)}
    FROM {Table.JOURNAL}
    WHERE (person_id, touchpoint_id, content_hash)
            > ({{person:String}}, {{touchpoint:String}}, {{content:UInt64}})
        AND occurred_at >= fromUnixTimestamp64Milli({{since:Int64}}, 'UTC')
        AND kafka_topic != ''
    ORDER BY person_id, touchpoint_id, content_hash, revision DESC
    LIMIT 1 BY person_id, touchpoint_id, content_hash
)
WHERE (reading_version, catalogue_version) != ({{reading:String}}, {{catalogue:String}})
LIMIT {{most:UInt32}}
"""
"""Not of stand-ins of who was anonymised: they stand nowhere in Kafka, and nothing is left to be read."""
LINKS = (
    f"SELECT {', '.join(_selected(column) for column in LinkRow.__struct_fields__)} "
    f"FROM {Table.LINKS} WHERE person_id IN {{people:Array(String)}}"
)
FACTS = f"""
SELECT person_id, sum(facts) FROM
(
    SELECT person_id, uniqExact(touchpoint_id, content_hash, revision) AS facts
    FROM {Table.JOURNAL} WHERE person_id IN {{people:Array(String)}} GROUP BY person_id
    UNION ALL SELECT person_id, uniqExact(withdrawn_id)
    FROM {Table.WITHDRAWALS} WHERE person_id IN {{people:Array(String)}} GROUP BY person_id
    UNION ALL SELECT person_id, uniqExact(link_id, content_hash)
    FROM {Table.LINKS} WHERE person_id IN {{people:Array(String)}} GROUP BY person_id
)
GROUP BY person_id
"""
LATER = f"""
{HISTORY}
    AND toUnixTimestamp64Milli(occurred_at)
        > transform(person_id, {{people:Array(String)}}, {{until:Array(Int64)}}, toInt64(0))
LIMIT 1 BY person_id, touchpoint_id, content_hash, revision
"""
NAMES = f"""
SELECT asked.name_id, groupArray(named.name_id)
FROM (SELECT name_id, person_id FROM {View.IDENTITIES} WHERE name_id IN {{people:Array(String)}}) AS asked
INNER JOIN {View.IDENTITIES} AS named ON named.person_id = asked.person_id
GROUP BY asked.name_id
"""
HELD_UNTIL = f"SELECT toUnixTimestamp64Milli(max(received_at)) FROM {Table.HELD}"
DUE = f"""
SELECT kafka_partition, kafka_offset, toUnixTimestamp64Milli(received_at), key, value, headers
FROM {Table.HELD} FINAL
WHERE NOT released AND kafka_topic = {{topic:String}} AND kafka_partition IN {{partitions:Array(Int32)}}
  AND if(reason = '{Hold.FUTURE}',
         toUnixTimestamp64Milli(due_at) <= {{clock:Int64}},
         type IN {{types:Array(String)}})
ORDER BY kafka_partition, kafka_offset
LIMIT {{most:UInt32}}
"""
AUDITED_UNTIL = f"SELECT kafka_partition, next_offset FROM {View.AUDITS} WHERE kafka_topic = {{topic:String}}"
HOLES = f"""
WITH bitmapAndnot(bitmapBuild(range(first, end)), offsets) AS missing
SELECT kafka_partition, bitmapToArray(bitmapSubsetLimit(missing, first, {{most:UInt64}})) AS holes
FROM
(
    SELECT looked.1 AS kafka_partition, looked.2 AS first, looked.3 AS end
    FROM (SELECT arrayJoin({{ranges:Array(Tuple(Int32, UInt64, UInt64))}}) AS looked)
) AS asked
LEFT JOIN
(
    SELECT kafka_partition, groupBitmapMergeState(offsets) AS offsets
    FROM {View.OFFSETS} WHERE kafka_topic = {{topic:String}}
    GROUP BY kafka_partition
) AS standing USING (kafka_partition)
WHERE notEmpty(holes)
"""
NOW = f"SELECT toUnixTimestamp64Milli(at) FROM {View.NOW}"
SWITCHES = f"""
SELECT subject, toUnixTimestamp64Milli(known_at), switch_on FROM {View.COMMANDS}
WHERE type = '{RULE_SWITCH}' AND refused = '' ORDER BY known_at
"""
MISSED_COMMITMENTS = f"""
SELECT made_under, groupArray(made_by)
FROM {View.COMMITMENTS_AT}(at = {{at:String}}, known_by = '2299-12-31 23:59:59.999', person = '')
WHERE state IN ('missed', 'kept_late')
  AND kafka_topic = {{topic:String}} AND kafka_partition IN {{partitions:Array(Int32)}}
  AND (made_under, missed_id) NOT IN
  (
      SELECT name_id, touchpoint_id FROM
      (
          SELECT name_id, touchpoint_id, argMax(person_id, revision) AS person_id, max(revision) AS stepped
          FROM {Table.STEPS} WHERE type = '{MISSED}'
          GROUP BY name_id, touchpoint_id HAVING NOT argMax(is_deleted, revision)
      ) AS steps
      INNER JOIN
      (
          SELECT person_id, max(revision) AS folded FROM {Table.BONDS}
          WHERE person_id IN (SELECT person_id FROM {Table.STEPS} WHERE type = '{MISSED}')
          GROUP BY person_id
      ) AS bonds USING (person_id)
      WHERE folded >= stepped
  )
GROUP BY made_under
LIMIT {{most:UInt32}}
"""
