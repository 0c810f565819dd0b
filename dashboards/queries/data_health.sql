-- name: sources
-- How fresh each publisher is, the quietest first.
SELECT source, events, last_occurred_at, last_received_at, delay_seconds, week, week_before
FROM v_sources
ORDER BY last_received_at, source

-- name: rejected
-- What could not be read, by what is wrong and who published it.
SELECT
    reason, field, source, type, count() AS events, argMax(detail, (received_at, kafka_offset)) AS detail,
    max(received_at) AS last_received_at
FROM v_rejected
GROUP BY reason, field, source, type
ORDER BY events DESC, reason, field, source, type
LIMIT 1000

-- name: held
-- What waits, by why and who published it.
SELECT reason, type, source, count() AS events, min(received_at) AS since, max(due_at) AS due_at
FROM v_held
GROUP BY reason, type, source
ORDER BY events DESC, reason, type, source
LIMIT 1000

-- name: languages
-- In which languages customers spoke, and how often the reading is unsure.
SELECT language, texts, unsure, last_heard_at FROM v_languages_heard ORDER BY texts DESC, language

-- name: partitions
-- Is everything accounted for that was read?
SELECT
    kafka_topic, kafka_partition, journaled, rejected, held, repeated, toInt64(erased) + v_reconciliation.removed AS removed, vacant,
    first_offset, next_offset, missing, audited_at
FROM v_reconciliation
ORDER BY kafka_topic, kafka_partition
