-- What the pages on alerts and on the health of the data ask, and by what the dashboard sees that anything is new.

CREATE VIEW v_pulse
(
    occurred_at DateTime64(3, 'UTC') COMMENT 'Time of the newest touchpoint; 1970 if there is none',
    received_at DateTime64(3, 'UTC') COMMENT 'When Kafka received the newest touchpoint that is in the figures; 1970 if none',
    steps       UInt64 COMMENT 'Rows of steps, with superseded ones: differs whenever anything was derived',
    bonds       UInt64 COMMENT 'Rows of bonds, with superseded ones',
    told        UInt64 COMMENT 'Rows of alerts and commands, with superseded ones',
    apart       UInt64 COMMENT 'Rows of what was rejected, held or repeated, with superseded ones'
)
AS SELECT
    assumeNotNull((SELECT at FROM v_now)) AS occurred_at, max(steps.received_at) AS received_at, count() AS steps,
    assumeNotNull((SELECT count() FROM bonds)) AS bonds,
    assumeNotNull((SELECT count() FROM alerts)) + assumeNotNull((SELECT count() FROM commands)) AS told,
    assumeNotNull((SELECT count() FROM rejected)) + assumeNotNull((SELECT count() FROM held)) + assumeNotNull((SELECT count() FROM repeated)) AS apart
FROM steps
COMMENT 'Cheap signs of life: a figure need not be read again while this row stays the same';

-- How fresh each publisher is. What it tells of a stretch is of what was received in it: events, delay_seconds; the rest
-- is of all it ever published, so that one that fell silent before is still there.
CREATE VIEW v_sources_in AS
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
)
GROUP BY source
COMMENT 'How fresh each publisher is, of what was received in a stretch of time: v_sources_in(from = ..., to = ...)';

CREATE VIEW v_sources
(
    source           String COMMENT 'The system that publishes',
    events           UInt64 COMMENT 'Its events that are kept: touchpoints, profiles, withdrawals',
    last_occurred_at DateTime64(3, 'UTC') COMMENT 'Time of its newest event',
    last_received_at DateTime64(3, 'UTC') COMMENT 'When Kafka received its last event',
    delay_seconds    Float64 COMMENT 'Median time from when an event happened until Kafka received it',
    week             UInt64 COMMENT 'Its events of the seven days before v_now',
    week_before      UInt64 COMMENT 'Its events of the seven days before those'
)
AS SELECT * FROM v_sources_in(from = '1900-01-01 00:00:00', to = '2299-12-31 00:00:00')
COMMENT 'How fresh each publisher is: its last event, its usual delay, and whether it tells as much as before';

CREATE VIEW v_languages_heard_in AS
SELECT source, language, count() AS texts, countIf(confidence < 0.5) AS unsure, max(occurred_at) AS last_heard_at
FROM
(
    SELECT source, language, confidence, occurred_at FROM journal
    WHERE language != '' AND text != '' AND first_received_at > {from:DateTime64(3, 'UTC')} AND first_received_at <= {to:DateTime64(3, 'UTC')}
    ORDER BY person_id, touchpoint_id, content_hash, revision DESC
    LIMIT 1 BY person_id, touchpoint_id
)
GROUP BY source, language
COMMENT 'By publisher, the languages of what was received in a stretch of time: v_languages_heard_in(from = ..., to = ...)';

CREATE VIEW v_languages_heard
(
    language      LowCardinality(String) COMMENT 'Language of the texts',
    texts         UInt64 COMMENT 'Touchpoints with words in it',
    unsure        UInt64 COMMENT 'Those among them whose reading is unsure: a confidence under 0.5',
    last_heard_at DateTime64(3, 'UTC') COMMENT 'Time of the newest of them'
)
AS SELECT language, sum(spoken.texts) AS texts, sum(spoken.unsure) AS unsure, max(spoken.last_heard_at) AS last_heard_at
FROM v_languages_heard_in(from = '1900-01-01 00:00:00', to = '2299-12-31 00:00:00') AS spoken
GROUP BY language
COMMENT 'In which languages customers spoke, and how sure the reading is of what they felt';

CREATE VIEW v_health_choices
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
    UNION ALL SELECT toString(source) FROM rejected
    UNION ALL SELECT toString(source) FROM held
)
WHERE source != ''
UNION ALL SELECT DISTINCT 'language', toString(language) FROM journal WHERE language != ''
COMMENT 'By what the health of the data can be filtered';

CREATE VIEW v_last_received
(
    received_at DateTime64(3, 'UTC') COMMENT 'When Kafka received the last event, whatever became of it; 1970 if there was none'
)
AS SELECT max(received) AS received_at
FROM
(
    SELECT max(first_received_at) AS received FROM journal
    UNION ALL SELECT max(received_at) FROM profiles
    UNION ALL SELECT max(known_at) FROM withdrawals
    UNION ALL SELECT max(received_at) FROM rejected
    UNION ALL SELECT max(received_at) FROM held
)
COMMENT 'How fresh all of it is';

-- Where words are: journal is in the order of customers, a period would have to read all of it. A hint, filled by every
-- insert into the journal: a touchpoint that no longer stands may be in it, none that stands with words is missing.
CREATE TABLE worded
(
    occurred_at     DateTime64(3, 'UTC') COMMENT 'When it happened',
    touchpoint_hash UInt64 COMMENT 'cityHash64 of its touchpoint_id'
)
ENGINE = ReplacingMergeTree
ORDER BY (toDate32(occurred_at), touchpoint_hash)
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3, default_compression_codec = 'ZSTD(1)'
COMMENT 'Touchpoints that had words when they were journaled, by hash';

CREATE MATERIALIZED VIEW worded_of_journal TO worded
(
    occurred_at     DateTime64(3, 'UTC') COMMENT 'When it happened',
    touchpoint_hash UInt64 COMMENT 'cityHash64 of its touchpoint_id'
)
AS SELECT occurred_at, cityHash64(touchpoint_id) AS touchpoint_hash FROM journal WHERE text != ''
COMMENT 'Fills worded';

CREATE VIEW v_worded
(
    occurred_at     DateTime64(3, 'UTC') COMMENT 'When it happened',
    touchpoint_hash UInt64 COMMENT 'cityHash64 of its touchpoint_id'
)
AS SELECT occurred_at, touchpoint_hash FROM worded
COMMENT 'Touchpoints that had words when they were journaled: to find the words of a period without reading all of history';
