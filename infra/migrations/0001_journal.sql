-- Facts: what happened and what was felt. Append-only; nothing here depends on another touchpoint. They are
-- kept under the name by which they were published; the table identities says whose name it is.
-- One row for each touchpoint, content and revision of its reading; an event that tells moments has a row
-- for itself and one for each. Of several contents under one event_id the least content_hash stands, of
-- several revisions the highest; a merge drops only rows that are equal in the whole sorting key, which are
-- deliveries of the same fact. ZSTD takes a third less of the disk than LZ4, and no more of the processor to insert.
-- Every table that names customers lets go of replaced parts within seconds, so that who is erased leaves the disk.
-- Small parts are one file each, and ten are merged at a time, not five: with four batches a second a fifth of the
-- engine's processor time went into making files, and a fifth into merges.

CREATE TABLE journal
(
    person_id           String COMMENT 'Pseudonym of the customer: keyed hash of the id that publishers use',
    touchpoint_id       String COMMENT 'source|id of the event, and |number of a moment in it: identifies the touchpoint for ever',
    event_id            String ALIAS substringIndex(touchpoint_id, '|', 2) COMMENT 'source|id of the event',
    content_hash        UInt64 COMMENT 'Hash of the content of the event; under one event_id the least stands, with its moments',
    revision            UInt32 COMMENT 'Number of the reading of this touchpoint; the highest stands',
    kind                LowCardinality(String) COMMENT 'felt, unfelt or outcome',
    type                LowCardinality(String) COMMENT 'Touchpoint type, as in the catalogue',
    source              LowCardinality(String) COMMENT 'The system that published it',
    occurred_at         DateTime64(3, 'UTC') COMMENT 'When it happened',
    known_at            DateTime64(3, 'UTC') COMMENT 'When this reading became known; as-of-knowledge queries compare with it',
    first_received_at   DateTime64(3, 'UTC') COMMENT 'When Kafka first received the event',
    department          LowCardinality(String) COMMENT 'Department that owns the touchpoint',
    stage               LowCardinality(String) COMMENT 'Stage of the journey',
    channel             LowCardinality(String) COMMENT 'Channel; empty if unknown',
    sector              LowCardinality(String) COMMENT 'Sector; empty if unknown',
    product             LowCardinality(String) COMMENT 'Product; empty if unknown',
    episode_id          String COMMENT 'The contact it belongs to; its own touchpoint_id if it stands alone',
    case_id             String COMMENT 'The failure and its recovery it belongs to; empty if none',
    valence             Float64 COMMENT 'How good or bad it felt, -1 to 1',
    arousal             Float64 COMMENT 'How strongly, 0 to 1',
    importance          Float64 COMMENT 'Importance (1 routine to 3 moment of truth) times the confidence of the reading',
    confidence          Float64 COMMENT 'Confidence of the reading, 0 to 1',
    promise             Float64 COMMENT 'What was promised or is usual there, -1 to 1',
    profile_surprise    Float64 COMMENT 'Weight of surprise, 0 to 1; the five sum to 1. On a bad touchpoint: what is damaged',
    profile_relief      Float64 COMMENT 'Weight of relief, 0 to 1',
    profile_gratitude   Float64 COMMENT 'Weight of gratitude, 0 to 1',
    profile_familiarity Float64 COMMENT 'Weight of familiarity, 0 to 1',
    profile_belonging   Float64 COMMENT 'Weight of belonging, 0 to 1',
    recovery            Bool COMMENT 'Is it an act of recovery?',
    needs_met_mask      UInt8 COMMENT 'Needs met by the act, as bits: 1 dignity, 2 assurance, 4 explanation, 8 thanks, 16 venting, 32 apology',
    needs_asked_mask    UInt8 COMMENT 'Needs heard in the words, as bits like needs_met_mask',
    outcome             LowCardinality(String) COMMENT 'bought, renewed, referred, complained or left; empty if it counts as nothing',
    moment_of_truth     Bool COMMENT 'Declared a moment of truth (importance 3)',
    moment_number       UInt16 COMMENT 'Number of the moment within an event that tells several; 0 is the event itself',
    commitment_id       String COMMENT 'The commitment that is made here; empty if none',
    due_at              DateTime64(3, 'UTC') COMMENT 'Until when the commitment made here is to be kept; 1970 if none is made',
    felt_if_missed      Array(Float64) COMMENT 'What will be felt if it is missed, as read when it was made: valence, arousal, importance as declared, confidence, promise, weights of surprise, relief, gratitude, familiarity, belonging; empty if no commitment is made',
    keeps_id            String COMMENT 'The commitment that is kept here; empty if none',
    language            LowCardinality(String) COMMENT 'Language of the text; empty if there is none',
    text                String COMMENT 'What the customer said, personal data masked; sealed under the key of person_id; empty if nothing',
    attributes          String COMMENT 'JSON: the free fields of the event; sealed; empty if there are none',
    evidence            String COMMENT 'JSON: each signal that was read, with valence, confidence and reason',
    payload             String COMMENT 'JSON: the data of the event without its text and its free fields',
    reading_version     LowCardinality(String) COMMENT 'Version of the reading of feeling',
    catalogue_version   LowCardinality(String) COMMENT 'Version of the catalogue and its rules',
    kafka_topic         LowCardinality(String) COMMENT 'Topic of the first delivery',
    kafka_partition     Int32 COMMENT 'Partition of the first delivery',
    kafka_offset        Int64 COMMENT 'Offset of the first delivery',
    -- 2 million offsets in the order of customers took 128 ms to count, with this 3 ms: it is a kilobyte.
    PROJECTION offsets
    (
        SELECT kafka_topic, kafka_partition, groupBitmapState(toUInt64(kafka_offset)), min(kafka_offset), max(kafka_offset)
        GROUP BY kafka_topic, kafka_partition
    )
)
ENGINE = ReplacingMergeTree
ORDER BY (person_id, touchpoint_id, content_hash, revision)
-- Found in steps of 1,024 rows: of a million, those of 20 names take half the processor time of steps of 8,192, a scan 3 % more.
SETTINGS index_granularity = 1024, min_compress_block_size = 32768, deduplicate_merge_projection_mode = 'rebuild', min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3, default_compression_codec = 'ZSTD(1)'
COMMENT 'The truth: one row for each touchpoint with its payload and what was felt';

CREATE TABLE rejected
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic of the event',
    kafka_partition Int32 COMMENT 'Partition of the event',
    kafka_offset    Int64 COMMENT 'Offset of the event',
    received_at     DateTime64(3, 'UTC') COMMENT 'When Kafka received it',
    reason          LowCardinality(String) COMMENT 'Why, from a closed list',
    field           String COMMENT 'Path of the field that is wrong; empty if it is the event as a whole',
    detail          String COMMENT 'What is wrong there, without the value',
    source          LowCardinality(String) COMMENT 'Publisher, as far as it could be read; else empty',
    type            LowCardinality(String) COMMENT 'Event type, as far as it could be read; else empty',
    processor       LowCardinality(String) COMMENT 'What rejected it, with version',
    person_id       String COMMENT 'Pseudonym of the key of the Kafka record; empty if it has none',
    key             String COMMENT 'Key of the Kafka record, original bytes, sealed',
    headers         String COMMENT 'JSON: headers of the Kafka record, values in base64; sealed',
    value           String COMMENT 'Value of the Kafka record, original bytes, sealed'
)
ENGINE = ReplacingMergeTree
ORDER BY (kafka_topic, kafka_partition, kafka_offset)
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3
COMMENT 'Events that could not be read, with reason and original bytes; their bytes are kept 90 days';

CREATE TABLE held
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic of the event',
    kafka_partition Int32 COMMENT 'Partition of the event',
    kafka_offset    Int64 COMMENT 'Offset of the event',
    received_at     DateTime64(3, 'UTC') COMMENT 'When Kafka received it',
    reason          LowCardinality(String) COMMENT 'future, unknown_type or newer_version',
    due_at          DateTime64(3, 'UTC') COMMENT 'For future: from when it counts; else the time received',
    source          LowCardinality(String) COMMENT 'Publisher',
    type            LowCardinality(String) COMMENT 'Event type',
    released        Bool COMMENT 'Has it been read since?',
    person_id       String COMMENT 'Pseudonym of the key of the Kafka record; empty if it has none',
    key             String COMMENT 'Key of the Kafka record, original bytes, sealed',
    headers         String COMMENT 'JSON: headers of the Kafka record, values in base64; sealed',
    value           String COMMENT 'Value of the Kafka record, original bytes, sealed'
)
ENGINE = ReplacingMergeTree(released)
ORDER BY (kafka_topic, kafka_partition, kafka_offset)
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3
COMMENT 'Events that wait: from the future, of an unknown type, or of a newer major version';

CREATE TABLE repeated
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic of the event',
    kafka_partition Int32 COMMENT 'Partition of the event',
    kafka_offset    Int64 COMMENT 'Offset of the event',
    received_at     DateTime64(3, 'UTC') COMMENT 'When Kafka received it',
    person_id       String COMMENT 'Pseudonym of the customer',
    touchpoint_id   String COMMENT 'The touchpoint that was known already'
)
ENGINE = ReplacingMergeTree
ORDER BY (kafka_topic, kafka_partition, kafka_offset)
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3, default_compression_codec = 'ZSTD(1)'
COMMENT 'Deliveries of a touchpoint that had been journaled from another offset';

CREATE TABLE erased
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic of the event',
    kafka_partition Int32 COMMENT 'Partition of the event',
    kafka_offset    Int64 COMMENT 'Offset of the event',
    received_at     DateTime64(3, 'UTC') COMMENT 'When Kafka received it'
)
ENGINE = ReplacingMergeTree
ORDER BY (kafka_topic, kafka_partition, kafka_offset)
COMMENT 'Where events of erased customers stood; nothing else is kept of them';

CREATE TABLE profiles
(
    person_id       String COMMENT 'Pseudonym of the customer',
    person          UInt64 MATERIALIZED cityHash64(person_id) COMMENT 'Hash of the pseudonym',
    profile_id      String COMMENT 'source|id of the event',
    valid_from      DateTime64(3, 'UTC') COMMENT 'From when the facts hold',
    in_force        UInt128 MATERIALIZED bitShiftLeft(toUInt128(toUnixTimestamp64Milli(valid_from) + 140737488355328), 64) + cityHash64(profile_id) COMMENT 'The order of facts, by time and then by hash, as one number: by a tuple with the id in it the last took four times as long to find',
    segment         LowCardinality(String) COMMENT 'Segment; empty if unknown',
    language        LowCardinality(String) COMMENT 'Language the customer prefers; empty if unknown',
    contact         String COMMENT 'JSON: name, email and phone as far as told; sealed; empty if none was',
    received_at     DateTime64(3, 'UTC') COMMENT 'When Kafka received the event',
    kafka_topic     LowCardinality(String) COMMENT 'Topic of the event',
    kafka_partition Int32 COMMENT 'Partition of the event',
    kafka_offset    Int64 COMMENT 'Offset of the event'
)
ENGINE = ReplacingMergeTree
ORDER BY (person_id, valid_from, profile_id, kafka_topic, kafka_partition, kafka_offset)
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3, default_compression_codec = 'ZSTD(1)'
COMMENT 'Facts about customers, each valid from a time';

CREATE TABLE withdrawals
(
    person_id       String COMMENT 'Pseudonym of the customer',
    withdrawn_id    String COMMENT 'event_id of what is taken back, with all its moments',
    withdrawal_id   String COMMENT 'source|id of the event that takes it back',
    reason          String COMMENT 'Why, in the words of the publisher; sealed; empty if not told',
    known_at        DateTime64(3, 'UTC') COMMENT 'When Kafka received the withdrawal',
    kafka_topic     LowCardinality(String) COMMENT 'Topic of the event',
    kafka_partition Int32 COMMENT 'Partition of the event',
    kafka_offset    Int64 COMMENT 'Offset of the event'
)
ENGINE = ReplacingMergeTree
ORDER BY (person_id, withdrawn_id, withdrawal_id, kafka_topic, kafka_partition, kafka_offset)
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3
COMMENT 'Touchpoints that their publisher took back';

CREATE TABLE identity_links
(
    person_id       String COMMENT 'Pseudonym of the name under which it was published',
    other_id        String COMMENT 'Pseudonym of the other name',
    link_id         String COMMENT 'source|id of the event',
    content_hash    UInt64 COMMENT 'Hash of the content; of several under one link_id the least stands',
    is_linked       Bool COMMENT 'Are both names one customer, or are they not? Of what was said of a pair the last holds',
    kind            LowCardinality(String) COMMENT 'Sort of the other name: anonymous, customer, email, phone, loyalty or other',
    occurred_at     DateTime64(3, 'UTC') COMMENT 'When it was found',
    known_at        DateTime64(3, 'UTC') COMMENT 'When Kafka received it',
    kafka_topic     LowCardinality(String) COMMENT 'Topic of the event',
    kafka_partition Int32 COMMENT 'Partition of the event',
    kafka_offset    Int64 COMMENT 'Offset of the event'
)
ENGINE = ReplacingMergeTree
ORDER BY (person_id, link_id, content_hash, other_id, kafka_topic, kafka_partition, kafka_offset)
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3
COMMENT 'What was said of pairs of names of customers';
