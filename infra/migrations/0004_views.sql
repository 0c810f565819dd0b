-- What analysts and the dashboard read. The views hide revisions, FINAL and the fading of the bond.
-- The default time of a figure is the newest touchpoint journaled (v_now), so that screen and SQL agree.
-- Days are days of the company's time zone. Views that are asked for one customer read tables, not other views, where
-- they can: ClickHouse plans a view anew at each place that names it, and planning is most of what one customer costs.

CREATE VIEW v_now
(
    at DateTime64(3, 'UTC') COMMENT 'Time of the newest touchpoint journaled, standing or not: figures are as of then unless another time is given. It never goes back'
)
AS SELECT max(newest_at) AS at FROM bonds
COMMENT 'As of when';

CREATE VIEW v_identities
(
    name_id   String COMMENT 'Pseudonym of a name that was ever linked to another',
    person_id String COMMENT 'Pseudonym of the customer whose name it is: the least of the names',
    state     String COMMENT 'joined with other names, or apart: no link of the name stands',
    names     UInt32 COMMENT 'How many names the customer has',
    since_at  Nullable(DateTime64(3, 'UTC')) COMMENT 'When the first link of the name was found that stands; NULL if none stands'
)
AS SELECT name_id, person_id, if(names > 1, 'joined', 'apart') AS state, names, since_at FROM identities FINAL
COMMENT 'Whose name each name is. A name that is not here was never linked, and is a customer of its own';

CREATE VIEW v_touchpoints
(
    person_id           String COMMENT 'Pseudonym of the customer: keyed hash of the id that publishers use, of one of their names',
    name_id             String COMMENT 'Pseudonym of the name under which it was published',
    touchpoint_id       String COMMENT 'source|id of the event, and |number of a moment in it: identifies the touchpoint for ever',
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
    outcome             LowCardinality(String) COMMENT 'bought, renewed, referred, complained or left; empty if it counts as nothing',
    moment_of_truth     Bool COMMENT 'Declared a moment of truth (importance 3)',
    moment_number       UInt16 COMMENT 'Number of the moment within an event that tells several; 0 is the event itself',
    commitment_id       String COMMENT 'The commitment that is made here; empty if none',
    due_at              DateTime64(3, 'UTC') COMMENT 'Until when the commitment made here is to be kept; 1970 if none is made',
    keeps_id            String COMMENT 'The commitment that is kept here; empty if none',
    language            LowCardinality(String) COMMENT 'Language of the text; empty if there is none',
    text                String COMMENT 'What the customer said, personal data masked; sealed: only those who may read words see it; empty if nothing',
    evidence            String COMMENT 'JSON: each signal that was read, with valence, confidence and reason',
    payload             String COMMENT 'JSON: the data of the event without its text and its free fields',
    reading_version     LowCardinality(String) COMMENT 'Version of the reading of feeling',
    catalogue_version   LowCardinality(String) COMMENT 'Version of the catalogue and its rules',
    kafka_topic         LowCardinality(String) COMMENT 'Topic of the first delivery',
    kafka_partition     Int32 COMMENT 'Partition of the first delivery',
    kafka_offset        Int64 COMMENT 'Offset of the first delivery',
    needs_met           Array(String) COMMENT 'Needs met by the act of recovery',
    needs_asked         Array(String) COMMENT 'Needs heard in the words'
)
AS SELECT
    person_id, name_id, touchpoint_id, content_hash, revision, kind, type, source, occurred_at, known_at, first_received_at, department, stage, channel, sector, product, episode_id, case_id, valence, arousal, importance, confidence, promise, profile_surprise, profile_relief, profile_gratitude, profile_familiarity, profile_belonging, recovery, outcome, moment_of_truth, moment_number, commitment_id, due_at, keeps_id, language, text, evidence, payload, reading_version, catalogue_version, kafka_topic, kafka_partition, kafka_offset,
    arrayFilter(need -> bitTest(needs_met_mask, indexOf(['dignity', 'assurance', 'explanation', 'thanks', 'venting', 'apology'], need) - 1), ['dignity', 'assurance', 'explanation', 'thanks', 'venting', 'apology']) AS needs_met,
    arrayFilter(need -> bitTest(needs_asked_mask, indexOf(['dignity', 'assurance', 'explanation', 'thanks', 'venting', 'apology'], need) - 1), ['dignity', 'assurance', 'explanation', 'thanks', 'venting', 'apology']) AS needs_asked
FROM
(
    SELECT *, event_id, person_id AS name_id FROM journal
    WHERE person_id NOT IN (SELECT name_id FROM identities FINAL WHERE names > 1)
    ORDER BY person_id, touchpoint_id, content_hash, revision DESC
    LIMIT 1 BY person_id, touchpoint_id
    UNION ALL
    SELECT journal.* REPLACE (joined.person_id AS person_id), event_id, journal.person_id AS name_id FROM journal
    INNER JOIN identities AS joined FINAL ON joined.name_id = journal.person_id
    WHERE journal.person_id IN (SELECT name_id FROM identities FINAL WHERE names > 1)
    ORDER BY person_id, touchpoint_id, content_hash, revision DESC, name_id
    LIMIT 1 BY person_id, touchpoint_id
)
WHERE (person_id, event_id) NOT IN
(
    SELECT if(whose.person_id = '', withdrawals.person_id, whose.person_id), withdrawn_id
    FROM withdrawals LEFT JOIN identities AS whose FINAL ON whose.name_id = withdrawals.person_id
)
    -- A moment stands with the content of its event that stands.
    AND (moment_number = 0 OR (name_id, event_id, content_hash) IN
    (
        SELECT person_id, touchpoint_id, min(content_hash) FROM journal
        WHERE (person_id, touchpoint_id) IN (SELECT person_id, event_id FROM journal WHERE moment_number > 0)
        GROUP BY person_id, touchpoint_id
    ))
COMMENT 'Every standing touchpoint once, with what was felt, its words and its evidence';

-- Columns: as in journal: person_id (the name under which it was published), touchpoint_id, content_hash, revision, kind, type, occurred_at, department,
-- stage, episode_id, case_id, valence, arousal, importance, confidence, promise, the five weights, recovery, needs_met_mask, needs_asked_mask, outcome,
-- moment_of_truth, moment_number, commitment_id, due_at, felt_if_missed, keeps_id, language, text (sealed).
-- ClickHouse keeps no comments on the columns of a view with parameters.
--
-- For one customer to look for what stands in SQL is dearer than to read all that was told: these few rows take 25 ms,
-- v_touchpoints and v_commitments_at together 100, and v_bond_at 400. Which of them stand, what was missed and what the
-- bond is then, the laws of the stream tell (streams/history.py); tests hold the two ways to each other.

CREATE VIEW v_told AS
WITH (
    SELECT arrayPushFront(groupArray(name_id), {person:String}) FROM identities FINAL
    WHERE (persons[arrayLastIndex(known_at -> known_at <= {known_by:DateTime64(3, 'UTC')}, known_times)] AS whose) != '' AND whose IN
    (
        SELECT persons[arrayLastIndex(known_at -> known_at <= {known_by:DateTime64(3, 'UTC')}, known_times)]
        FROM identities FINAL WHERE name_id = {person:String}
    )
) AS names
SELECT
    person_id, touchpoint_id, content_hash, revision, kind, type, occurred_at, department, stage, episode_id, case_id, valence, arousal, importance, confidence,
    promise, profile_surprise, profile_relief, profile_gratitude, profile_familiarity, profile_belonging, recovery, needs_met_mask, needs_asked_mask, outcome,
    moment_of_truth, moment_number, commitment_id, due_at, felt_if_missed, keeps_id, language, text
FROM journal
WHERE has(names, person_id) AND known_at <= {known_by:DateTime64(3, 'UTC')} AND event_id NOT IN
(
    SELECT withdrawn_id FROM withdrawals
    WHERE has(names, person_id) AND known_at <= {known_by:DateTime64(3, 'UTC')}
)
COMMENT 'What was told of one customer under any name and not taken back, every content and reading of it, as known at any time: v_told(person = ..., known_by = ...)';

CREATE VIEW v_customers
(
    person_id String COMMENT 'Pseudonym of the customer',
    person    UInt64 COMMENT 'Number of the customer: a hash of the pseudonym',
    segment   String COMMENT 'Segment in force now; empty if unknown',
    language  String COMMENT 'Language preferred; empty if unknown',
    contact   String COMMENT 'JSON: name, email and phone as last told; sealed: only those who may know names see it; empty if unknown'
)
-- Whose names are joined come apart from the others, so that one customer's are read by the key of the table.
AS SELECT
    person_id, cityHash64(person_id) AS person,
    argMaxIf(profiles.segment, in_force, profiles.segment != '') AS segment,
    argMaxIf(profiles.language, in_force, profiles.language != '') AS language,
    argMaxIf(profiles.contact, in_force, profiles.contact != '') AS contact
FROM profiles
WHERE person_id NOT IN (SELECT name_id FROM identities FINAL WHERE names > 1)
GROUP BY person_id
UNION ALL
SELECT
    whose.person_id AS person_id, cityHash64(person_id) AS person,
    argMaxIf(profiles.segment, in_force, profiles.segment != '') AS segment,
    argMaxIf(profiles.language, in_force, profiles.language != '') AS language,
    argMaxIf(profiles.contact, in_force, profiles.contact != '') AS contact
FROM profiles INNER JOIN identities AS whose FINAL ON whose.name_id = profiles.person_id
WHERE whose.names > 1 AND profiles.person_id IN (SELECT name_id FROM identities FINAL WHERE names > 1)
GROUP BY person_id
COMMENT 'What is known of each customer';

-- Columns: person, the number of a customer as in v_bare_steps. Figures that are filtered by facts about customers ask for
-- people like this: whether the fact in force is the one asked for is found in three quarters of the time of what it is.
-- ClickHouse keeps no comments on the columns of a view with parameters.
CREATE VIEW v_customers_of AS
SELECT person
FROM profiles
WHERE person NOT IN (SELECT cityHash64(name_id) FROM identities FINAL WHERE names > 1)
GROUP BY person
HAVING ({segment:String} = '' OR argMaxIf(segment = {segment:String}, in_force, segment != ''))
    AND ({language:String} = '' OR argMaxIf(language = {language:String}, in_force, language != ''))
UNION ALL
SELECT cityHash64(whose.person_id) AS person
FROM profiles INNER JOIN identities AS whose FINAL ON whose.name_id = profiles.person_id
WHERE whose.names > 1 AND profiles.person_id IN (SELECT name_id FROM identities FINAL WHERE names > 1)
GROUP BY whose.person_id
HAVING ({segment:String} = '' OR argMaxIf(segment = {segment:String}, in_force, segment != ''))
    AND ({language:String} = '' OR argMaxIf(language = {language:String}, in_force, language != ''))
COMMENT 'Who is of a segment and prefers a language; empty: any. v_customers_of(segment = ..., language = ...)';

CREATE VIEW v_steps
(
    person_id       String COMMENT 'Pseudonym of the customer',
    touchpoint_id   String COMMENT 'source|id of the event',
    kind            LowCardinality(String) COMMENT 'felt, unfelt or outcome',
    type            LowCardinality(String) COMMENT 'Touchpoint type',
    occurred_at     DateTime64(3, 'UTC') COMMENT 'When it happened',
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
    index_before    Nullable(Float64) COMMENT 'Bond index just before it, at its own time; NULL where nothing was felt, but for outcomes',
    index_after     Nullable(Float64) COMMENT 'Bond index just after it, at its own time',
    evidence_after  Nullable(Float64) COMMENT 'How much the index rests on, 0 to 1, just after it',
    received_at     DateTime64(3, 'UTC') COMMENT 'When Kafka first received the event',
    model_version   LowCardinality(String) COMMENT 'Version of the bond model',
    impact          Nullable(Float64) COMMENT 'What it did to the index: after less before, at its own time; NULL where nothing was felt',
    segment         String COMMENT 'Segment of the customer now; empty if unknown',
    language        String COMMENT 'Language the customer prefers now; empty if unknown'
)
AS SELECT
    steps.person_id AS person_id, steps.touchpoint_id AS touchpoint_id, steps.kind AS kind, steps.type AS type, steps.occurred_at AS occurred_at, steps.department AS department, steps.stage AS stage, steps.channel AS channel, steps.sector AS sector, steps.episode_id AS episode_id, steps.case_id AS case_id, steps.valence AS valence, steps.surprise AS surprise, steps.relief AS relief, steps.gratitude AS gratitude, steps.familiarity AS familiarity, steps.belonging AS belonging, steps.outcome AS outcome, steps.moment_of_truth AS moment_of_truth, steps.index_before AS index_before, steps.index_after AS index_after, steps.evidence_after AS evidence_after, steps.received_at AS received_at, steps.model_version AS model_version,
    steps.index_after - steps.index_before AS impact,
    v_customers.segment AS segment,
    v_customers.language AS language
FROM steps FINAL
LEFT JOIN v_customers ON v_customers.person_id = steps.person_id
COMMENT 'What each standing touchpoint did to the bond of its customer';

-- The same without facts about customers, for figures of many touchpoints: to join a customer to each made up two thirds
-- of a sum over a month. A figure that filters by such facts asks for the people:
-- `... OR person IN (SELECT person FROM v_customers_of(segment = ..., language = ...))`.
CREATE VIEW v_bare_steps
(
    person_id       String COMMENT 'Pseudonym of the customer',
    person          UInt64 COMMENT 'Number of the customer: a hash of the pseudonym, by which people are counted and grouped in little more than half the time',
    touchpoint_id   String COMMENT 'source|id of the event',
    kind            LowCardinality(String) COMMENT 'felt, unfelt or outcome',
    type            LowCardinality(String) COMMENT 'Touchpoint type',
    occurred_at     DateTime64(3, 'UTC') COMMENT 'When it happened',
    day             Date COMMENT 'Its day in the time zone of the company',
    in_time         UInt64 COMMENT 'Sorts the touchpoints of a customer by time, then by id: one number is faster than the two together',
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
    index_before    Nullable(Float64) COMMENT 'Bond index just before it, at its own time; NULL where nothing was felt, but for outcomes',
    index_after     Nullable(Float64) COMMENT 'Bond index just after it, at its own time',
    evidence_after  Nullable(Float64) COMMENT 'How much the index rests on, 0 to 1, just after it',
    received_at     DateTime64(3, 'UTC') COMMENT 'When Kafka first received the event',
    model_version   LowCardinality(String) COMMENT 'Version of the bond model',
    impact          Nullable(Float64) COMMENT 'What it did to the index: after less before, at its own time; NULL where nothing was felt'
)
AS SELECT
    person_id, person, touchpoint_id, kind, type, occurred_at, toDate(occurred_at, '{{time_zone}}') AS day,
    bitShiftLeft(toUInt64(toUnixTimestamp64Milli(occurred_at) + 140737488355328), 16) + place AS in_time, department, stage, channel, sector, episode_id, case_id,
    valence, surprise, relief, gratitude, familiarity, belonging, outcome, moment_of_truth, index_before, index_after, evidence_after, received_at, model_version,
    index_after - index_before AS impact
FROM steps FINAL
COMMENT 'What each standing touchpoint did to the bond of its customer, without facts about the customer';

CREATE VIEW v_movements
(
    person_id    String COMMENT 'Pseudonym of the customer',
    episode_id   String COMMENT 'The contact',
    case_id      String COMMENT 'The failure and its recovery; empty if none',
    started_at   DateTime64(3, 'UTC') COMMENT 'Its first touchpoint',
    ended_at     DateTime64(3, 'UTC') COMMENT 'Its last touchpoint',
    touchpoints  UInt64 COMMENT 'Felt touchpoints in it',
    index_before Nullable(Float64) COMMENT 'Bond index just before its first touchpoint',
    index_after  Nullable(Float64) COMMENT 'Bond index just after its last touchpoint',
    movement     Nullable(Float64) COMMENT 'index_after less index_before',
    own          Nullable(Float64) COMMENT 'What its own touchpoints did',
    between      Nullable(Float64) COMMENT 'What fading and other contacts did meanwhile: movement less own'
)
AS SELECT
    person_id, episode_id, max(case_id) AS case_id, min(occurred_at) AS started_at, max(occurred_at) AS ended_at, count() AS touchpoints,
    argMin(steps.index_before, (occurred_at, touchpoint_id)) AS index_before,
    argMax(steps.index_after, (occurred_at, touchpoint_id)) AS index_after,
    index_after - index_before AS movement,
    sum(steps.index_after - steps.index_before) AS own,
    movement - own AS between
FROM steps FINAL
WHERE kind = 'felt'
GROUP BY person_id, episode_id
COMMENT 'What each contact did to the bond';

CREATE VIEW v_touchpoint_days
(
    day            Date COMMENT 'Day in the time zone of the company',
    type           LowCardinality(String) COMMENT 'Touchpoint type',
    stage          LowCardinality(String) COMMENT 'Stage of the journey',
    department     LowCardinality(String) COMMENT 'Department that owns it',
    channel        LowCardinality(String) COMMENT 'Channel; empty if unknown',
    sector         LowCardinality(String) COMMENT 'Sector; empty if unknown',
    segment        String COMMENT 'Segment of the customers; empty if unknown',
    language       String COMMENT 'Language the customers prefer; empty if unknown',
    touchpoints    UInt64 COMMENT 'Touchpoints of any kind',
    felt           UInt64 COMMENT 'Those that were felt',
    customers      UInt64 COMMENT 'Different customers of that day',
    good           UInt64 COMMENT 'Felt with valence above .15',
    bad            UInt64 COMMENT 'Felt with valence below -.15',
    valence_sum    Float64 COMMENT 'Sum of valence of the felt',
    impact_sum     Float64 COMMENT 'Sum of impact on the index',
    impact_squares Float64 COMMENT 'Sum of squared impact, for intervals',
    gained         Float64 COMMENT 'Sum of positive impact',
    lost           Float64 COMMENT 'Sum of negative impact'
)
AS SELECT
    toDate(occurred_at, '{{time_zone}}') AS day, type, stage, department, channel, sector, segment, language,
    count() AS touchpoints, countIf(kind = 'felt') AS felt, uniqExact(person_id) AS customers,
    countIf(kind = 'felt' AND valence > 0.15) AS good, countIf(kind = 'felt' AND valence < -0.15) AS bad,
    sumIf(valence, kind = 'felt') AS valence_sum, coalesce(sum(impact), 0) AS impact_sum, coalesce(sum(impact * impact), 0) AS impact_squares,
    coalesce(sumIf(impact, impact > 0), 0) AS gained, coalesce(sumIf(impact, impact < 0), 0) AS lost
FROM v_steps
GROUP BY day, type, stage, department, channel, sector, segment, language
COMMENT 'Touchpoints a day: stage x department x channel x sector x kind of customer';

CREATE VIEW v_outcomes
(
    person_id     String COMMENT 'Pseudonym of the customer',
    touchpoint_id String COMMENT 'source|id of the event',
    outcome       LowCardinality(String) COMMENT 'bought, renewed, referred, complained or left',
    type          LowCardinality(String) COMMENT 'Touchpoint type',
    occurred_at   DateTime64(3, 'UTC') COMMENT 'When it happened',
    department    LowCardinality(String) COMMENT 'Department',
    segment       String COMMENT 'Segment of the customer now',
    index_at      Nullable(Float64) COMMENT 'Bond index just before it'
)
AS SELECT person_id, touchpoint_id, outcome, type, occurred_at, department, segment, index_before AS index_at
FROM v_steps WHERE outcome != ''
COMMENT 'What customers did: bought, renewed, referred, complained, left';

CREATE VIEW v_commitments
(
    person_id     String COMMENT 'Pseudonym of the customer',
    commitment_id String COMMENT 'source|id of the commitment; |id if it is known to the whole company',
    made_by       String COMMENT 'touchpoint_id of the touchpoint that made it',
    made_at       DateTime64(3, 'UTC') COMMENT 'When it was made',
    due_at        DateTime64(3, 'UTC') COMMENT 'Until when it is to be kept',
    kept_at       Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was first kept; NULL while it is not',
    state         String COMMENT 'open, kept, missed, or kept_late: missed, and kept afterwards',
    missed_id     String COMMENT 'touchpoint_id under which it is felt where it was missed',
    department    LowCardinality(String) COMMENT 'Department that made it',
    stage         LowCardinality(String) COMMENT 'Stage of the journey',
    sector        LowCardinality(String) COMMENT 'Sector; empty if unknown',
    case_id       String COMMENT 'The failure and its recovery it belongs to; empty if none'
)
AS SELECT person_id, commitment_id, made_by, made_at, due_at, kept_at, state, missed_id, department, stage, sector, case_id
FROM v_commitments_at(at = (SELECT at FROM v_now), known_by = '2299-12-31 23:59:59.999', person = '')
COMMENT 'What customers were promised for a time, and what became of it by now. What was made again before it was due is listed once, as made last';

-- Without facts about customers, which for one customer take as long to plan as all the rest.
CREATE VIEW v_bare_bonds
(
    person_id        String COMMENT 'Pseudonym of the customer',
    person           UInt64 COMMENT 'Number of the customer: a hash of the pseudonym',
    at               DateTime64(3, 'UTC') COMMENT 'As of when: the newest touchpoint journaled',
    bond_index       Float64 COMMENT 'Bond index, -100 to 100',
    level            String COMMENT 'loyal, warm, lukewarm, at_risk, or unknown while evidence is low',
    evidence         Float64 COMMENT 'How much the index rests on, 0 to 1',
    memory           Float64 COMMENT 'Component: shrunk decayed mean of what was felt',
    treasure         Float64 COMMENT 'Component: the best contact',
    scar             Float64 COMMENT 'Component: the worst contact',
    last             Float64 COMMENT 'Component: the last contact',
    pressure         Float64 COMMENT 'Component: bad contacts that compound',
    recovery         Float64 COMMENT 'Component: premium of excellent recoveries',
    surprise         Float64 COMMENT 'Index of surprise, -100 to 100',
    relief           Float64 COMMENT 'Index of relief, -100 to 100',
    gratitude        Float64 COMMENT 'Index of gratitude, -100 to 100',
    familiarity      Float64 COMMENT 'Index of familiarity, -100 to 100',
    belonging        Float64 COMMENT 'Index of belonging, -100 to 100',
    touchpoints      UInt32 COMMENT 'Standing touchpoints of any kind, and missed commitments',
    felt             UInt32 COMMENT 'Those that were felt, missed commitments among them',
    last_felt_at     DateTime64(3, 'UTC') COMMENT 'Last felt touchpoint',
    last_occurred_at DateTime64(3, 'UTC') COMMENT 'Last touchpoint of any kind, a missed commitment among them',
    model_version    LowCardinality(String) COMMENT 'Version of the bond model'
)
AS SELECT
    person_id, cityHash64(person_id) AS person, at,
    100 * tanh(memory + treasure + scar + last + pressure + recovery) AS bond_index,
    multiIf(evidence < evidence_floor, 'unknown', bond_index >= loyal_from, 'loyal', bond_index >= warm_from, 'warm',
            bond_index >= lukewarm_from, 'lukewarm', 'at_risk') AS level,
    weight / (shrinkage + weight) AS evidence,
    arraySum(s) / (shrinkage + weight) AS memory,
    treasure_now AS treasure, scar_now AS scar, last_now AS last,
    -pressure_weight * (negative_now * negative_now - squares_now) / (pressure_softening + negative_now + positive_now) AS pressure,
    gain_now AS recovery,
    100 * tanh(s[1] / (shrinkage / 5 + w[1])) AS surprise,
    100 * tanh(s[2] / (shrinkage / 5 + w[2])) AS relief,
    100 * tanh(s[3] / (shrinkage / 5 + w[3])) AS gratitude,
    100 * tanh(s[4] / (shrinkage / 5 + w[4])) AS familiarity,
    100 * tanh(s[5] / (shrinkage / 5 + w[5])) AS belonging,
    touchpoints, felt, as_of AS last_felt_at, last_occurred_at, model_version
FROM
(
    SELECT
        person_id, as_of, last_occurred_at, touchpoints, felt, model_version, shrinkage, pressure_weight, pressure_softening,
        evidence_floor, loyal_from, warm_from, lukewarm_from,
        assumeNotNull((SELECT max(newest_at) FROM bonds)) AS at,
        (toUnixTimestamp64Milli(at) - toUnixTimestamp64Milli(as_of)) / 86400000 AS age,
        arrayMap((amount, half_life) -> amount * exp2(-age / half_life),
                 [s_surprise, s_relief, s_gratitude, s_familiarity, s_belonging], half_lives) AS s,
        arrayMap((amount, half_life) -> amount * exp2(-age / half_life),
                 [w_surprise, w_relief, w_gratitude, w_familiarity, w_belonging], half_lives) AS w,
        arraySum(w) AS weight,
        treasure * exp2(-age / extreme_half_life) AS treasure_now,
        scar * exp2(-age / extreme_half_life) AS scar_now,
        bonds.last * exp2(-age / end_half_life) AS last_now,
        negative * exp2(-age / pressure_half_life) AS negative_now,
        negative_squares * exp2(-2 * age / pressure_half_life) AS squares_now,
        positive * exp2(-age / pressure_half_life) AS positive_now,
        gain * exp2(-age / gain_half_life) AS gain_now
    FROM bonds FINAL
    INNER JOIN bond_models FINAL ON bond_models.version = bonds.model_version
)
COMMENT 'The bond of each customer now, without facts about the customer';

CREATE VIEW v_bonds
(
    person_id        String COMMENT 'Pseudonym of the customer',
    segment          String COMMENT 'Segment now; empty if unknown',
    language         String COMMENT 'Language preferred; empty if unknown',
    at               DateTime64(3, 'UTC') COMMENT 'As of when: the newest touchpoint journaled',
    bond_index       Float64 COMMENT 'Bond index, -100 to 100',
    level            String COMMENT 'loyal, warm, lukewarm, at_risk, or unknown while evidence is low',
    evidence         Float64 COMMENT 'How much the index rests on, 0 to 1',
    memory           Float64 COMMENT 'Component: shrunk decayed mean of what was felt',
    treasure         Float64 COMMENT 'Component: the best contact',
    scar             Float64 COMMENT 'Component: the worst contact',
    last             Float64 COMMENT 'Component: the last contact',
    pressure         Float64 COMMENT 'Component: bad contacts that compound',
    recovery         Float64 COMMENT 'Component: premium of excellent recoveries',
    surprise         Float64 COMMENT 'Index of surprise, -100 to 100',
    relief           Float64 COMMENT 'Index of relief, -100 to 100',
    gratitude        Float64 COMMENT 'Index of gratitude, -100 to 100',
    familiarity      Float64 COMMENT 'Index of familiarity, -100 to 100',
    belonging        Float64 COMMENT 'Index of belonging, -100 to 100',
    touchpoints      UInt32 COMMENT 'Standing touchpoints of any kind, and missed commitments',
    felt             UInt32 COMMENT 'Those that were felt, missed commitments among them',
    last_felt_at     DateTime64(3, 'UTC') COMMENT 'Last felt touchpoint',
    last_occurred_at DateTime64(3, 'UTC') COMMENT 'Last touchpoint of any kind, a missed commitment among them',
    model_version    LowCardinality(String) COMMENT 'Version of the bond model'
)
-- Facts about customers are joined last, to what is left of each bond: arrays that pass a join are copied.
AS SELECT
    bond.person_id AS person_id, v_customers.segment AS segment, v_customers.language AS language, at, bond_index, level, evidence, memory, treasure, scar,
    last, pressure, recovery, surprise, relief, gratitude, familiarity, belonging, touchpoints, felt, last_felt_at, last_occurred_at, model_version
FROM v_bare_bonds AS bond
LEFT ANY JOIN v_customers ON v_customers.person_id = bond.person_id
COMMENT 'The bond of each customer now';

CREATE VIEW v_rejected
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
    processor       LowCardinality(String) COMMENT 'What rejected it, with version'
)
AS SELECT kafka_topic, kafka_partition, kafka_offset, received_at, reason, field, detail, source, type, processor
FROM rejected FINAL
COMMENT 'Events that could not be read, with the reason; their bytes are in the table rejected';

CREATE VIEW v_held
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic of the event',
    kafka_partition Int32 COMMENT 'Partition of the event',
    kafka_offset    Int64 COMMENT 'Offset of the event',
    received_at     DateTime64(3, 'UTC') COMMENT 'When Kafka received it',
    reason          LowCardinality(String) COMMENT 'future, unknown_type or newer_version',
    due_at          DateTime64(3, 'UTC') COMMENT 'For future: from when it counts; else the time received',
    source          LowCardinality(String) COMMENT 'Publisher',
    type            LowCardinality(String) COMMENT 'Event type'
)
AS SELECT kafka_topic, kafka_partition, kafka_offset, received_at, reason, due_at, source, type
FROM held FINAL WHERE NOT released
COMMENT 'Events that wait';

CREATE VIEW v_repeated
(
    kafka_topic     LowCardinality(String) COMMENT 'Topic of the event',
    kafka_partition Int32 COMMENT 'Partition of the event',
    kafka_offset    Int64 COMMENT 'Offset of the event',
    received_at     DateTime64(3, 'UTC') COMMENT 'When Kafka received it',
    person_id       String COMMENT 'Pseudonym of the customer',
    touchpoint_id   String COMMENT 'The touchpoint that was known already'
)
AS SELECT kafka_topic, kafka_partition, kafka_offset, received_at, person_id, touchpoint_id
FROM repeated FINAL
COMMENT 'Deliveries of touchpoints that were known already';
