-- name: newest
-- When the last event was received, whatever became of it.
SELECT received_at FROM v_last_received

-- name: choices
SELECT kind, value FROM v_health_choices ORDER BY kind, value

-- name: sources
-- How fresh each publisher is, those heard of longest ago first.
SELECT source, events, last_occurred_at, last_received_at, delay_seconds, week, week_before
FROM v_sources_in(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')})
WHERE {source:String} = '' OR source = {source:String}
ORDER BY last_received_at, source

-- name: rejected
-- What could not be read, by what is wrong and who published it.
SELECT
    reason, field, source, type, count() AS events, argMax(detail, (received_at, kafka_offset)) AS detail,
    max(received_at) AS last_received_at
FROM v_rejected
WHERE received_at > {from:DateTime64(3, 'UTC')} AND received_at <= {to:DateTime64(3, 'UTC')} AND ({source:String} = '' OR source = {source:String})
GROUP BY reason, field, source, type
ORDER BY events DESC, reason, field, source, type
LIMIT 1000

-- name: held
-- What waits, by why and who published it.
SELECT reason, type, source, count() AS events, min(received_at) AS since, max(due_at) AS due_at
FROM v_held
WHERE received_at > {from:DateTime64(3, 'UTC')} AND received_at <= {to:DateTime64(3, 'UTC')} AND ({source:String} = '' OR source = {source:String})
GROUP BY reason, type, source
ORDER BY events DESC, reason, type, source
LIMIT 1000

-- name: languages
-- In which languages customers spoke, and how often the reading is unsure.
SELECT language, sum(spoken.texts) AS texts, sum(spoken.unsure) AS unsure, max(spoken.last_heard_at) AS last_heard_at
FROM v_languages_heard_in(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')}) AS spoken
WHERE {source:String} = '' OR source = {source:String}
GROUP BY language
ORDER BY texts DESC, language

-- name: partitions
-- Is everything accounted for that was read?
SELECT
    kafka_topic, kafka_partition, journaled, rejected, held, repeated, toInt64(erased) + v_reconciliation.removed AS removed, vacant,
    first_offset, next_offset, missing, audited_at
FROM v_reconciliation
ORDER BY kafka_topic, kafka_partition
