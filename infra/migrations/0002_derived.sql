-- Derived tables: everything here can be rebuilt from the journal. A row is replaced as a whole by one
-- with a higher revision; nothing is ever added up over rows that can be revised.

-- In order of days, for figures are of periods: one reads its own days however long history is, and new days seldom
-- meet old ones in a merge. A step that moves to another day is another row there; the one left behind is taken away.
CREATE TABLE steps
(
    name_id         String COMMENT 'Pseudonym of the name under which it was published',
    person_id       String COMMENT 'Pseudonym of the customer: of one of their names',
    person          UInt64 MATERIALIZED cityHash64(person_id) COMMENT 'Hash of the pseudonym: people are counted and grouped by it in little more than half the time',
    touchpoint_id   String COMMENT 'source|id of the event',
    kind            LowCardinality(String) COMMENT 'felt, unfelt or outcome',
    type            LowCardinality(String) COMMENT 'Touchpoint type',
    occurred_at     DateTime64(3, 'UTC') COMMENT 'When it happened',
    place           UInt16 COMMENT 'Place among the touchpoints of the customer at the same time, in the order of ids, from 0',
    department      LowCardinality(String) COMMENT 'Department that owns the touchpoint',
    stage           LowCardinality(String) COMMENT 'Stage of the journey',
    channel         LowCardinality(String) COMMENT 'Channel; empty if unknown',
    sector          LowCardinality(String) COMMENT 'Sector; empty if unknown',
    episode_id      String COMMENT 'The contact it belongs to',
    case_id         String COMMENT 'The failure and its recovery; empty if none',
    valence         Float64 COMMENT 'How good or bad it felt, -1 to 1',
    surprise        Float32 COMMENT 'Share of the impact on surprise: signed local impact times its weight',
    relief          Float32 COMMENT 'Share of the impact on relief',
    gratitude       Float32 COMMENT 'Share of the impact on gratitude',
    familiarity     Float32 COMMENT 'Share of the impact on familiarity',
    belonging       Float32 COMMENT 'Share of the impact on belonging',
    outcome         LowCardinality(String) COMMENT 'bought, renewed, referred, complained or left; empty if none',
    moment_of_truth Bool COMMENT 'Declared a moment of truth',
    is_act          Bool COMMENT 'An act of recovery that felt good',
    needs_met_mask  UInt8 COMMENT 'Needs that the act was to meet, as bits: 1 dignity, 2 assurance, 4 explanation, 8 thanks, 16 venting, 32 apology',
    index_before    Nullable(Float64) COMMENT 'Bond index just before it, at its own time; NULL where nothing was felt, but for outcomes',
    index_after     Nullable(Float64) COMMENT 'Bond index just after it, at its own time',
    evidence_after  Nullable(Float64) COMMENT 'How much the index rests on, 0 to 1, just after it',
    received_at     DateTime64(3, 'UTC') COMMENT 'When Kafka first received the event',
    model_version   LowCardinality(String) COMMENT 'Version of the bond model',
    revision        UInt64 COMMENT 'Higher replaces lower',
    is_deleted      UInt8 COMMENT '1 if the touchpoint no longer stands',
    INDEX whose person_id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(revision, is_deleted)
ORDER BY (toDate32(occurred_at), name_id, touchpoint_id)
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3, default_compression_codec = 'ZSTD(1)'
COMMENT 'What each standing touchpoint did to the bond of its customer';

CREATE TABLE bonds
(
    person_id        String COMMENT 'Pseudonym of the customer',
    as_of            DateTime64(3, 'UTC') COMMENT 'Time to which the amounts below are faded: the last felt touchpoint',
    last_occurred_at DateTime64(3, 'UTC') COMMENT 'Time of the last touchpoint of any kind, a missed commitment among them',
    newest_at        DateTime64(3, 'UTC') COMMENT 'Time of the newest touchpoint journaled, standing or not',
    touchpoints      UInt32 COMMENT 'Standing touchpoints of any kind, and missed commitments',
    felt             UInt32 COMMENT 'Standing touchpoints that were felt, missed commitments among them',
    s_surprise       Float64 COMMENT 'Sum of felt amounts of surprise, faded to as_of',
    s_relief         Float64 COMMENT 'Sum of felt amounts of relief',
    s_gratitude      Float64 COMMENT 'Sum of felt amounts of gratitude',
    s_familiarity    Float64 COMMENT 'Sum of felt amounts of familiarity',
    s_belonging      Float64 COMMENT 'Sum of felt amounts of belonging',
    w_surprise       Float64 COMMENT 'Sum of weights of surprise, faded to as_of',
    w_relief         Float64 COMMENT 'Sum of weights of relief',
    w_gratitude      Float64 COMMENT 'Sum of weights of gratitude',
    w_familiarity    Float64 COMMENT 'Sum of weights of familiarity',
    w_belonging      Float64 COMMENT 'Sum of weights of belonging',
    treasure         Float64 COMMENT 'Component treasure at as_of',
    scar             Float64 COMMENT 'Component scar at as_of',
    last             Float64 COMMENT 'Component end at as_of',
    negative         Float64 COMMENT 'N: pressure of bad episodes at as_of',
    negative_squares Float64 COMMENT 'Sum of squares of the terms of N at as_of',
    positive         Float64 COMMENT 'P: relief by good episodes at as_of',
    gain             Float64 COMMENT 'Component recovery at as_of',
    bond_index       Float64 COMMENT 'Bond index at as_of',
    read_again       UInt32 COMMENT 'Readings of feeling after the first that are folded in, of the name that is the id',
    model_version    LowCardinality(String) COMMENT 'Version of the bond model',
    revision         UInt64 COMMENT 'Higher replaces lower',
    is_deleted       UInt8 COMMENT '1 if nobody has this id: the name is now one of another person'
)
ENGINE = ReplacingMergeTree(revision, is_deleted)
ORDER BY person_id
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3, default_compression_codec = 'ZSTD(1)'
COMMENT 'The bond of each customer just after the last felt touchpoint; v_bonds fades it to now';

CREATE TABLE identities
(
    name_id     String COMMENT 'Pseudonym of a name that was ever linked to another',
    person_id   String COMMENT 'Pseudonym of the customer whose name it is: the least of the names',
    names       UInt32 COMMENT 'How many names the customer has',
    since_at    Nullable(DateTime64(3, 'UTC')) COMMENT 'When the first link of the name was found that stands; NULL if none stands',
    known_times Array(DateTime64(3, 'UTC')) COMMENT 'When it became known that the name is another customer\'s, or one of its own',
    persons     Array(String) COMMENT 'Whose name it was as known from each of known_times; empty: alone',
    revision    UInt64 COMMENT 'Higher replaces lower'
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY name_id
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3
COMMENT 'Whose name each name is; a name that is not here was never linked, and is a customer of its own';

-- Columns: name_id, person_id. ClickHouse keeps no comments on the columns of a view with parameters.

CREATE VIEW v_joined_at AS
SELECT name_id, persons[arrayLastIndex(known_at -> known_at <= {known_by:DateTime64(3, 'UTC')}, known_times)] AS person_id
FROM identities FINAL
WHERE person_id != ''
COMMENT 'Names that links join with others, and whose they are, as known at any time: v_joined_at(known_by = ...). Whoever is not here is alone';

CREATE TABLE catalogue
(
    type            LowCardinality(String) COMMENT 'Touchpoint type',
    kind            LowCardinality(String) COMMENT 'felt, unfelt or outcome',
    title           String COMMENT 'What people call it',
    department      LowCardinality(String) COMMENT 'Department that usually owns it',
    stage           LowCardinality(String) COMMENT 'Stage it usually belongs to',
    stage_order     UInt16 COMMENT 'Order of the stage in the journey',
    importance      Float64 COMMENT '1 routine, 2 important, 3 moment of truth',
    catalogue_version LowCardinality(String) COMMENT 'Version of the catalogue',
    revision        UInt64 COMMENT 'Higher replaces lower'
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY type
COMMENT 'The touchpoint types in force';

CREATE TABLE bond_models
(
    version            String COMMENT 'Version of the bond model',
    promise_weight     Float64 COMMENT 'theta: how much of what was promised counts as deserved',
    calm_share         Float64 COMMENT 'a0: impact at arousal 0 as a share of that at arousal 1',
    loss_aversion      Float64 COMMENT 'lambda: how much more bad weighs than good',
    peak_share         Float64 COMMENT 'alpha: weight of the peak of an episode',
    end_share          Float64 COMMENT 'alpha: weight of its end',
    mean_share         Float64 COMMENT 'alpha: weight of its mean',
    half_lives         Array(Float64) COMMENT 'H in days: surprise, relief, gratitude, familiarity, belonging',
    shrinkage          Float64 COMMENT 'kappa: weight of knowing nothing',
    extreme_weight     Float64 COMMENT 'pi: weight of the best and the worst episode',
    extreme_half_life  Float64 COMMENT 'Half-life of both, days',
    end_weight         Float64 COMMENT 'epsilon: weight of the last episode',
    end_half_life      Float64 COMMENT 'Half-life of it, days',
    pressure_weight    Float64 COMMENT 'rho: weight of bad episodes that compound',
    pressure_softening Float64 COMMENT 'kappa_n',
    pressure_half_life Float64 COMMENT 'Half-life of pressure, days',
    heal_share         Float64 COMMENT 'chi: how much of a failure can heal',
    prompt_half_life   Float64 COMMENT 'How fast the chance to heal passes, days',
    gain_weight        Float64 COMMENT 'gamma: the premium of an excellent recovery',
    gain_threshold     Float64 COMMENT 'q*: how good a recovery must be for a premium',
    gain_half_life     Float64 COMMENT 'Half-life of the premium, days',
    severity_full      Float64 COMMENT 'Up to this severity the premium is full',
    severity_none      Float64 COMMENT 'From this severity on there is none',
    prior_window       Float64 COMMENT 'Days in which earlier failures take the premium away',
    prior_load         Float64 COMMENT 'The load of them that takes it all',
    need_weights       Array(Float64) COMMENT 'Weights of dignity, assurance, explanation, thanks, venting, apology; sum 1',
    loyal_from         Float64 COMMENT 'Least index of level loyal',
    warm_from          Float64 COMMENT 'Least index of level warm',
    lukewarm_from      Float64 COMMENT 'Least index of level lukewarm; below is at_risk',
    evidence_floor     Float64 COMMENT 'Under this evidence the level is unknown'
)
ENGINE = ReplacingMergeTree
ORDER BY version
COMMENT 'The parameters of each model version; a row never changes';
