-- Completeness: where each record that was read stands, and what the workers' audits found.
--
-- What was rejected is counted for ever, its bytes expire; what is erased or expires otherwise leaves audits
-- that say that it had stood somewhere.

ALTER TABLE rejected
    MODIFY COLUMN key TTL toDateTime(received_at) + INTERVAL 90 DAY,
    MODIFY COLUMN headers TTL toDateTime(received_at) + INTERVAL 90 DAY,
    MODIFY COLUMN value TTL toDateTime(received_at) + INTERVAL 90 DAY;

CREATE TABLE audits
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic',
    kafka_partition Int32 COMMENT 'Partition',
    from_offset     Int64 COMMENT 'First offset that was looked for',
    next_offset     Int64 COMMENT 'One past the last',
    vacant          Array(Int64) COMMENT 'Offsets at which Kafka has no record: marks of transactions, or compacted',
    reread          UInt32 COMMENT 'Records that stood nowhere and were read from Kafka again',
    missing         Array(Int64) COMMENT 'Offsets that stood nowhere, and Kafka has the record no more',
    audited_at      DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When'
)
ENGINE = ReplacingMergeTree(audited_at)
ORDER BY (kafka_topic, kafka_partition, from_offset)
COMMENT 'What was read in a minute or so, looked for again: every offset must stand somewhere';

CREATE VIEW v_offsets
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic',
    kafka_partition Int32 COMMENT 'Partition',
    place           String COMMENT 'journaled, rejected, held, repeated or erased; or vacant or missing, as an audit found',
    offsets         AggregateFunction(groupBitmap, UInt64) COMMENT 'The offsets, as a bitmap: ask bitmapContains, bitmapCardinality, bitmapToArray',
    first_offset    Int64 COMMENT 'The least of them',
    last_offset     Int64 COMMENT 'The greatest of them'
)
AS SELECT kafka_topic, kafka_partition, 'journaled' AS place, groupBitmapState(toUInt64(kafka_offset)) AS offsets, min(kafka_offset) AS first_offset, max(kafka_offset) AS last_offset FROM journal GROUP BY kafka_topic, kafka_partition
UNION ALL SELECT kafka_topic, kafka_partition, 'journaled', groupBitmapState(toUInt64(kafka_offset)), min(kafka_offset), max(kafka_offset) FROM profiles GROUP BY kafka_topic, kafka_partition
UNION ALL SELECT kafka_topic, kafka_partition, 'journaled', groupBitmapState(toUInt64(kafka_offset)), min(kafka_offset), max(kafka_offset) FROM withdrawals GROUP BY kafka_topic, kafka_partition
UNION ALL SELECT kafka_topic, kafka_partition, 'journaled', groupBitmapState(toUInt64(kafka_offset)), min(kafka_offset), max(kafka_offset) FROM identity_links GROUP BY kafka_topic, kafka_partition
UNION ALL SELECT kafka_topic, kafka_partition, 'rejected', groupBitmapState(toUInt64(kafka_offset)), min(kafka_offset), max(kafka_offset) FROM rejected GROUP BY kafka_topic, kafka_partition
UNION ALL SELECT kafka_topic, kafka_partition, 'held', groupBitmapState(toUInt64(kafka_offset)), min(kafka_offset), max(kafka_offset) FROM held FINAL WHERE NOT released GROUP BY kafka_topic, kafka_partition
UNION ALL SELECT kafka_topic, kafka_partition, 'repeated', groupBitmapState(toUInt64(kafka_offset)), min(kafka_offset), max(kafka_offset) FROM repeated GROUP BY kafka_topic, kafka_partition
UNION ALL SELECT kafka_topic, kafka_partition, 'erased', groupBitmapState(toUInt64(kafka_offset)), min(kafka_offset), max(kafka_offset) FROM erased GROUP BY kafka_topic, kafka_partition
UNION ALL SELECT kafka_topic, kafka_partition, place, groupBitmapState(toUInt64(kafka_offset)), min(kafka_offset), max(kafka_offset)
FROM
(
    SELECT kafka_topic, kafka_partition, 'vacant' AS place, arrayJoin(vacant) AS kafka_offset FROM audits
    UNION ALL SELECT kafka_topic, kafka_partition, 'missing', arrayJoin(missing) FROM audits
)
GROUP BY kafka_topic, kafka_partition, place
COMMENT 'Which offsets of a partition stand where, with superseded rows: an offset may stand in several';

CREATE VIEW v_whereabouts
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic',
    kafka_partition Int32 COMMENT 'Partition',
    kafka_offset    Int64 COMMENT 'Offset',
    place           String COMMENT 'journaled, rejected, held, repeated or erased; or vacant or missing, as an audit found'
)
AS SELECT kafka_topic, kafka_partition, toInt64(arrayJoin(bitmapToArray(offsets))) AS kafka_offset, place FROM v_offsets
COMMENT 'Where each record stands: v_offsets, one by one';

CREATE VIEW v_audits
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic',
    kafka_partition Int32 COMMENT 'Partition',
    from_offset     Int64 COMMENT 'First offset that was ever audited',
    next_offset     Int64 COMMENT 'One past the last',
    reread          UInt64 COMMENT 'Records that stood nowhere and were read from Kafka again',
    audited_at      DateTime64(3, 'UTC') COMMENT 'When the last audit was'
)
AS SELECT
    kafka_topic, kafka_partition, min(audits.from_offset) AS from_offset, max(audits.next_offset) AS next_offset,
    sum(audits.reread) AS reread, max(audits.audited_at) AS audited_at
FROM audits FINAL
GROUP BY kafka_topic, kafka_partition
COMMENT 'How far each partition was audited';

CREATE VIEW v_reconciliation
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic',
    kafka_partition Int32 COMMENT 'Partition',
    journaled       UInt64 COMMENT 'Events in the journal, profiles, withdrawals and links',
    rejected        UInt64 COMMENT 'Events that could not be read',
    held            UInt64 COMMENT 'Events that wait',
    repeated        UInt64 COMMENT 'Deliveries of what was known already',
    erased          UInt64 COMMENT 'Events of erased customers, of which nothing else is kept',
    accounted       UInt64 COMMENT 'Different offsets in any of these',
    removed         Int64 COMMENT 'Events that stood somewhere when they were audited and were erased or expired since',
    vacant          UInt64 COMMENT 'Offsets at which Kafka has no record: marks of transactions, or compacted',
    first_offset    Int64 COMMENT 'First offset seen',
    next_offset     Int64 COMMENT 'One past the last offset seen',
    missing         Int64 COMMENT 'Offsets between the two that stand nowhere: 0 if nothing was lost',
    audited_until   Int64 COMMENT 'Offset up to which it was audited; 0 if it never was',
    audited_at      Nullable(DateTime64(3, 'UTC')) COMMENT 'When the last audit was; NULL if there was none'
)
AS SELECT
    kafka_topic, kafka_partition,
    groupBitmapOrIf(offsets, place = 'journaled') AS journaled, groupBitmapOrIf(offsets, place = 'rejected') AS rejected,
    groupBitmapOrIf(offsets, place = 'held') AS held, groupBitmapOrIf(offsets, place = 'repeated') AS repeated,
    groupBitmapOrIf(offsets, place = 'erased') AS erased,
    groupBitmapOrIf(offsets, place NOT IN ('vacant', 'missing')) AS accounted,
    any(audit.next_offset) - any(audit.from_offset)
        - bitmapCardinality(bitmapSubsetInRange(groupBitmapOrState(offsets), toUInt64(any(audit.from_offset)), toUInt64(any(audit.next_offset)))) AS removed,
    groupBitmapOrIf(offsets, place = 'vacant') AS vacant,
    if(any(audit.next_offset) > 0, least(min(stands.first_offset), any(audit.from_offset)), min(stands.first_offset)) AS first_offset,
    greatest(max(stands.last_offset) + 1, any(audit.next_offset)) AS next_offset,
    next_offset - first_offset - groupBitmapOrIf(offsets, place != 'missing') - removed AS missing,
    any(audit.next_offset) AS audited_until, any(audit.audited_at) AS audited_at
FROM (SELECT * FROM v_offsets WHERE kafka_topic != '') AS stands -- stand-ins of anonymised customers stood nowhere
LEFT JOIN
(
    SELECT kafka_topic, kafka_partition, from_offset, next_offset, toNullable(audited_at) AS audited_at FROM v_audits
) AS audit USING (kafka_topic, kafka_partition)
GROUP BY kafka_topic, kafka_partition
COMMENT 'Read = journaled + rejected + held + repeated + erased + removed + vacant, for each partition; what is left is missing';
