-- What was received in whole: a publisher of links alone is heard too, and the last event is the last one even if it
-- was a link, a repetition, or of somebody who is erased.

ALTER TABLE rejected MODIFY COMMENT 'Events that could not be read, with reason and original bytes; their bytes are kept for the days of VINCLE_RAW_DAYS';

-- As in 0012_desk.sql, with links.
CREATE OR REPLACE VIEW v_sources_in AS
WITH (SELECT at FROM v_now) AS now_at
SELECT
    source, countIf((received > {from:DateTime64(3, 'UTC')} AND received <= {to:DateTime64(3, 'UTC')}) AS is_in) AS events, max(at) AS last_occurred_at, max(received) AS last_received_at,
    if(events = 0, 0, quantileDeterministicIf(0.5)(greatest(dateDiff('millisecond', at, received), 0) / 1000, toUInt64(place), is_in)) AS delay_seconds,
    countIf(at > now_at - INTERVAL 7 DAY AND at <= now_at) AS week,
    countIf(at > now_at - INTERVAL 14 DAY AND at <= now_at - INTERVAL 7 DAY) AS week_before
FROM
(
    SELECT toString(source) AS source, occurred_at AS at, first_received_at AS received, kafka_offset AS place FROM journal
    WHERE revision = 0 AND moment_number = 0
    UNION ALL SELECT substringIndex(profile_id, '|', 1), valid_from, received_at, kafka_offset FROM profiles
    UNION ALL SELECT substringIndex(withdrawal_id, '|', 1), known_at, known_at, kafka_offset FROM withdrawals
    UNION ALL SELECT substringIndex(link_id, '|', 1), occurred_at, known_at, kafka_offset FROM identity_links
)
GROUP BY source
COMMENT 'How fresh each publisher is, of what was received in a stretch of time: v_sources_in(from = ..., to = ...)';

CREATE OR REPLACE VIEW v_sources
(
    source           String COMMENT 'The system that publishes',
    events           UInt64 COMMENT 'Its events that are kept: touchpoints, profiles, withdrawals, links',
    last_occurred_at DateTime64(3, 'UTC') COMMENT 'Time of its newest event',
    last_received_at DateTime64(3, 'UTC') COMMENT 'When Kafka received its last event',
    delay_seconds    Float64 COMMENT 'Median time from when an event happened until Kafka received it',
    week             UInt64 COMMENT 'Its events of the seven days before v_now',
    week_before      UInt64 COMMENT 'Its events of the seven days before those'
)
AS SELECT * FROM v_sources_in(from = '1900-01-01 00:00:00', to = '2299-12-31 00:00:00')
COMMENT 'How fresh each publisher is: its last event, its usual delay, and whether it tells as much as before';

CREATE OR REPLACE VIEW v_health_choices
(
    kind  String COMMENT 'source: one that published something; language: one in which a customer spoke',
    value String COMMENT 'A value that occurs'
)
AS SELECT DISTINCT 'source' AS kind, source AS value
FROM
(
    SELECT toString(source) AS source FROM journal
    UNION ALL SELECT substringIndex(profile_id, '|', 1) FROM profiles
    UNION ALL SELECT substringIndex(withdrawal_id, '|', 1) FROM withdrawals
    UNION ALL SELECT substringIndex(link_id, '|', 1) FROM identity_links
    UNION ALL SELECT toString(source) FROM rejected
    UNION ALL SELECT toString(source) FROM held
)
WHERE source != ''
UNION ALL SELECT DISTINCT 'language', toString(language) FROM journal WHERE language != ''
COMMENT 'By what the health of the data can be filtered';

CREATE OR REPLACE VIEW v_last_received
(
    received_at DateTime64(3, 'UTC') COMMENT 'When Kafka received the last event, whatever became of it; 1970 if there was none'
)
AS SELECT max(received) AS received_at
FROM
(
    SELECT max(first_received_at) AS received FROM journal
    UNION ALL SELECT max(received_at) FROM profiles
    UNION ALL SELECT max(known_at) FROM withdrawals
    UNION ALL SELECT max(known_at) FROM identity_links
    UNION ALL SELECT max(received_at) FROM rejected
    UNION ALL SELECT max(received_at) FROM held
    UNION ALL SELECT max(received_at) FROM repeated
    UNION ALL SELECT max(received_at) FROM erased
)
COMMENT 'How fresh all of it is';
