-- What is done for customers: every failure followed until it is recovered, alerts, and commands.
--
-- A failure is a bad contact that belongs to a case; it is
-- recovered when the bond is back at its level before it, or when all six needs are met, whichever is first.
-- Read top to bottom: contacts of cases, the failures and acts of each person, the life of the index after them.

-- From which day on a contact is to be looked for, so that failures of a period are read from its steps and not from all
-- of history. A hint, filled by every insert into steps: a step that was revised may leave too early a day, which costs
-- a little reading; it is never too late. Nothing but hashes and days.
CREATE TABLE contact_days
(
    contact   UInt64 COMMENT 'Hash of customer and contact',
    first_day SimpleAggregateFunction(min, Date32) COMMENT 'The first day on which it was ever said to have taken place'
)
ENGINE = AggregatingMergeTree
ORDER BY contact
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3, default_compression_codec = 'ZSTD(1)'
COMMENT 'The first day of each contact, or an earlier one';

CREATE MATERIALIZED VIEW contact_days_of_steps TO contact_days
(
    contact   UInt64 COMMENT 'Hash of customer and contact',
    first_day Date32 COMMENT 'The first day of its steps that were inserted together'
)
AS SELECT cityHash64(person_id, episode_id) AS contact, min(toDate32(occurred_at)) AS first_day
FROM steps WHERE kind = 'felt' GROUP BY contact
COMMENT 'Fills contact_days';

-- Columns: those of v_failures.
CREATE VIEW v_failures_in AS
WITH
['dignity', 'assurance', 'explanation', 'thanks', 'venting', 'apology'] AS names,
toDateTime64('2299-12-31 00:00:00', 3, 'UTC') AS never,
-- The day on which the first contact of a case began that has a step in the period.
assumeNotNull((
    SELECT least(toDate32({from:DateTime64(3, 'UTC')}), ifNull(minOrNull(first_day), toDate32({from:DateTime64(3, 'UTC')}))) FROM contact_days
    WHERE contact IN (SELECT cityHash64(person_id, episode_id) FROM steps WHERE case_id != '' AND occurred_at > {from:DateTime64(3, 'UTC')})
)) AS since,
contacts AS
(
    SELECT
        person, any(person_id) AS person_id, episode_id, max(case_id) AS case_id, max(occurred_at) AS ended_at, any(model_version) AS model_version,
        argMax(felt, in_size) AS peak, argMax(felt, in_time) AS end, avg(felt) AS mean,
        argMax((type, department, stage, sector), in_badness) AS worst,
        argMin(before, in_time) AS index_before, argMax(after, in_time) AS index_after,
        max(is_act) AS acts, groupBitOr(if(is_act, needs_met_mask, 0)) AS needs
    FROM
    (
        SELECT
            person, person_id, episode_id, case_id, occurred_at, model_version, type, department, stage, sector, is_act, needs_met_mask,
            toFloat64(surprise) + relief + gratitude + familiarity + belonging AS felt,
            assumeNotNull(steps.index_before) AS before, assumeNotNull(steps.index_after) AS after,
            -- Orders as one number each, which is found faster than the greatest of tuples: by time and id, after size or badness.
            bitShiftLeft(toUInt64(toUnixTimestamp64Milli(occurred_at) + 140737488355328), 16) + place AS in_time,
            bitShiftLeft(toUInt128(reinterpretAsUInt64(10 + abs(felt))), 64) + in_time AS in_size,
            bitShiftLeft(toUInt128(reinterpretAsUInt64(10 - felt)), 64) + in_time AS in_badness
        FROM steps FINAL
        WHERE kind = 'felt' AND toDate32(occurred_at) >= since
            -- By a hash, which is found faster; a contact of no case that has the hash of another is left out below.
            AND cityHash64(person_id, episode_id) IN (SELECT cityHash64(person_id, episode_id) FROM steps WHERE case_id != '' AND toDate32(occurred_at) >= since)
    )
    GROUP BY person, episode_id
    HAVING case_id != ''
),
people AS
(
    SELECT
        contacts.person AS person, any(contacts.person_id) AS person_id,
        groupArrayIf((episode_id, case_id, worst, ended_at, index_before, index_after),
                     ended_at > {from:DateTime64(3, 'UTC')} AND ended_at <= {to:DateTime64(3, 'UTC')}
                     AND model.peak_share * peak + model.end_share * end + model.mean_share * mean < 0) AS failures,
        groupArrayIf((case_id, ended_at, needs), acts) AS acts,
        any(model.need_weights) AS weights, any(model.prompt_half_life) AS half_life
    FROM contacts
    INNER JOIN bond_models AS model FINAL ON model.version = contacts.model_version
    GROUP BY contacts.person
    HAVING notEmpty(failures)
),
lives AS
(
    SELECT
        person,
        groupArrayIf(occurred_at, kind = 'felt') AS times, groupArrayIf(assumeNotNull(steps.index_after), kind = 'felt') AS indexes,
        groupArrayIf(occurred_at, outcome = 'left') AS leavings
    FROM steps FINAL
    WHERE (kind = 'felt' OR outcome = 'left') AND occurred_at > {from:DateTime64(3, 'UTC')}
        AND person IN (SELECT person FROM steps WHERE case_id != '' AND toDate32(occurred_at) >= since)
    GROUP BY person
),
followed AS
(
    SELECT
        people.person AS person, people.person_id AS person_id, failure.1 AS episode_id, failure.2 AS case_id, failure.3 AS worst,
        failure.4 AS failed_at, failure.5 AS index_before, failure.6 AS index_after, weights, half_life,
        arrayFilter(act -> act.1 = case_id AND act.2 >= failed_at, acts) AS own,
        arrayMap(need -> arrayMin(arrayPushBack(arrayMap(act -> if(bitTest(act.3, need), act.2, never), own), never)), range(6)) AS met,
        arrayMin(arrayPushBack(own.2, never)) AS act_at,
        arrayMax(met) AS all_met_at,
        arrayMin(arrayPushBack(arrayFilter((at, index) -> at > failed_at AND index >= index_before, times, indexes), never)) AS back_at,
        least(all_met_at, back_at) AS done_at,
        arrayMin(arrayPushBack(arrayFilter(at -> at >= failed_at, leavings), never)) AS gone_at
    FROM people
    INNER JOIN lives ON lives.person = people.person
    ARRAY JOIN failures AS failure
)
SELECT
    followed.person_id AS person_id, followed.person AS person, v_customers.segment AS segment, episode_id, case_id,
    worst.1 AS type, worst.2 AS department, worst.3 AS stage, worst.4 AS sector,
    failed_at, index_before, index_after, index_after - index_before AS depth,
    arrayFilter((name, at) -> at != never, names, met) AS needs_met,
    arrayFilter((name, at) -> at = never, names, met) AS needs_unmet,
    arraySum((weight, at) -> if(at = never, 0, weight * exp2(-dateDiff('millisecond', failed_at, at) / 86400000 / half_life)), weights, met) AS quality,
    nullIf(act_at, never) AS first_act_at, nullIf(all_met_at, never) AS needs_met_at, nullIf(back_at, never) AS passed_at,
    nullIf(done_at, never) AS recovered_at, nullIf(gone_at, never) AS left_at,
    dateDiff('millisecond', failed_at, first_act_at) / 3600000 AS hours_to_act,
    dateDiff('millisecond', failed_at, recovered_at) / 3600000 AS hours_to_recover,
    multiIf(done_at = never AND gone_at = never, 'open', done_at <= gone_at, 'recovered', 'lost') AS state
FROM followed
LEFT JOIN v_customers ON v_customers.person_id = followed.person_id
COMMENT 'The failures of a period, followed until now: v_failures_in(from = ..., to = ...)';

CREATE VIEW v_failures
(
    person_id      String COMMENT 'Pseudonym of the customer',
    person         UInt64 COMMENT 'Number of the customer: a hash of the pseudonym',
    segment        String COMMENT 'Segment of the customer now; empty if unknown',
    episode_id     String COMMENT 'The contact that failed',
    case_id        String COMMENT 'The case it belongs to',
    type           String COMMENT 'Touchpoint type of its worst moment',
    department     String COMMENT 'Department that owns its worst moment',
    stage          String COMMENT 'Stage of the journey of its worst moment',
    sector         String COMMENT 'Sector; empty if unknown',
    failed_at      DateTime64(3, 'UTC') COMMENT 'When the contact ended',
    index_before   Float64 COMMENT 'Bond index just before the contact',
    index_after    Float64 COMMENT 'Bond index just after it',
    depth          Float64 COMMENT 'What it did to the index, in points: below 0 a fall',
    needs_met      Array(String) COMMENT 'Needs met so far by acts of recovery in the case',
    needs_unmet    Array(String) COMMENT 'Needs that nobody met yet',
    quality        Float64 COMMENT 'How well it was recovered, 0 to 1: weights of the needs met, each faded by the time it took',
    first_act_at   Nullable(DateTime64(3, 'UTC')) COMMENT 'First act of recovery in the case; NULL if there was none',
    needs_met_at   Nullable(DateTime64(3, 'UTC')) COMMENT 'When the last of the six needs was met; NULL while one is unmet',
    passed_at      Nullable(DateTime64(3, 'UTC')) COMMENT 'When the index was back at its level before the failure; NULL if it is not',
    recovered_at   Nullable(DateTime64(3, 'UTC')) COMMENT 'The earlier of needs_met_at and passed_at; NULL while it is not recovered',
    left_at        Nullable(DateTime64(3, 'UTC')) COMMENT 'When the customer left after the failure; NULL if not',
    hours_to_act   Nullable(Float64) COMMENT 'From the failure to the first act',
    hours_to_recover Nullable(Float64) COMMENT 'From the failure to recovered_at',
    state          String COMMENT 'open, recovered, or lost: left before it was recovered'
)
AS SELECT * FROM v_failures_in(from = '1900-01-01 00:00:00', to = '2299-12-31 00:00:00')
COMMENT 'Every failure, how deep it went, what was done about it, and whether the bond came back';

-- Alerts: our word to an owner. Facts once raised: a row is never taken back, equal ids are the same alert.
CREATE TABLE alerts
(
    person_id      String COMMENT 'Pseudonym of the customer',
    alert_id       String COMMENT 'Follows from rule, customer and cause: equal ids are the same alert',
    rule           LowCardinality(String) COMMENT 'The rule that raised it',
    kind           LowCardinality(String) COMMENT 'The kind of the rule: breaking, series, unanswered, fading or won_back',
    raised_at      DateTime64(3, 'UTC') COMMENT 'When it was raised, in the time of events',
    noticed_at     DateTime64(3, 'UTC') COMMENT 'When Kafka received what brought it to light',
    department     LowCardinality(String) COMMENT 'The owner: of the rule if it names one, else of the touchpoint that brought it',
    case_id        String COMMENT 'The case of the cause; empty if none',
    touchpoint_ids Array(String) COMMENT 'Touchpoints that are the cause; the last one brought it',
    index_from     Float64 COMMENT 'The movement of the bond that is the cause: from',
    index_to       Float64 COMMENT 'The movement of the bond that is the cause: to',
    occasion       LowCardinality(String) COMMENT 'Why to act: recover, listen, reconnect or thank',
    needs_unmet    Array(LowCardinality(String)) COMMENT 'Needs to meet, in the order of a conversation',
    act_by_at      DateTime64(3, 'UTC') COMMENT 'How soon to act: until then the premium is there, or half the chance to heal is left',
    worth          Nullable(Float64) COMMENT 'Points of the index that meeting those needs at once would bring; NULL if nothing failed',
    language       LowCardinality(String) COMMENT 'Language in which the customer spoke last; empty if unknown',
    rules_version  LowCardinality(String) COMMENT 'Version of the rules',
    model_version  LowCardinality(String) COMMENT 'Version of the bond model'
)
ENGINE = ReplacingMergeTree
ORDER BY (person_id, alert_id)
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3, default_compression_codec = 'ZSTD(1)'
COMMENT 'Alerts that were raised';

CREATE TABLE alert_rules
(
    rule          LowCardinality(String) COMMENT 'Name of the rule',
    kind          LowCardinality(String) COMMENT 'breaking, series, unanswered, fading or won_back',
    title         String COMMENT 'What people call it',
    good          Bool COMMENT 'Is it good news?',
    enabled       Bool COMMENT 'Is it on as its file says?',
    human         Bool COMMENT 'Does it also ask for a person rather than a bot?',
    owner         String COMMENT 'Department that gets it; empty: that of the touchpoint',
    cooldown_days Float64 COMMENT 'So long it stays quiet about a customer',
    parameters    String COMMENT 'JSON: all its fields',
    rules_version LowCardinality(String) COMMENT 'Version of the rules',
    revision      UInt64 COMMENT 'Higher replaces lower; the newest set is in force'
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY (rule, revision)
COMMENT 'The rules of alerts, every set that was in force';

CREATE TABLE commands
(
    command_id      String COMMENT 'Id of the command: one that came twice counts once',
    type            LowCardinality(String) COMMENT 'What is to be done, as in alert.acknowledge.v1',
    subject         String COMMENT 'What it is about: an alert_id, a rule, the name of a what-if',
    issued_by       String COMMENT 'Who gave the command',
    assigned_to     String COMMENT 'To whom an alert is assigned; else empty',
    note            String COMMENT 'In the words of who gave it',
    switch_on       Bool COMMENT 'Of a switch: on or off',
    scenario        String COMMENT 'Of a what-if that is saved: what is imagined, as the address of the page tells it',
    known_at        DateTime64(3, 'UTC') COMMENT 'When Kafka received it',
    refused         String COMMENT 'Why it was not obeyed: field and reason; empty if it was',
    kafka_topic     LowCardinality(String) COMMENT 'Topic of the command',
    kafka_partition Int32 COMMENT 'Partition of the command',
    kafka_offset    Int64 COMMENT 'Offset of the command'
)
ENGINE = ReplacingMergeTree
ORDER BY (command_id, kafka_topic, kafka_partition, kafka_offset)
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3
COMMENT 'Every command that was given: who, when, and whether it was obeyed';

CREATE VIEW v_commands
(
    command_id  String COMMENT 'Id of the command',
    type        LowCardinality(String) COMMENT 'What is to be done, as in alert.acknowledge.v1',
    subject     String COMMENT 'What it is about: an alert_id, a rule, the name of a what-if',
    issued_by   String COMMENT 'Who gave the command',
    assigned_to String COMMENT 'To whom an alert is assigned; else empty',
    note        String COMMENT 'In the words of who gave it',
    switch_on   Bool COMMENT 'Of a switch: on or off',
    known_at    DateTime64(3, 'UTC') COMMENT 'When Kafka received it first',
    refused     String COMMENT 'Why it was not obeyed: field and reason; empty if it was'
)
AS SELECT command_id, type, subject, issued_by, assigned_to, note, switch_on, known_at, refused
FROM commands
ORDER BY command_id, known_at, kafka_partition, kafka_offset
LIMIT 1 BY command_id
COMMENT 'Every command once, as it was first given';

CREATE VIEW v_alert_states
(
    alert_id    String COMMENT 'The alert',
    state       String COMMENT 'open, acknowledged, assigned or done',
    at          DateTime64(3, 'UTC') COMMENT 'From when it was so',
    by          String COMMENT 'Who brought it there; empty for open',
    assigned_to String COMMENT 'To whom it was assigned; else empty',
    note        String COMMENT 'In the words of who did it',
    command_id  String COMMENT 'The command; empty for open'
)
AS SELECT alert_id, 'open' AS state, noticed_at AS at, '' AS by, '' AS assigned_to, '' AS note, '' AS command_id FROM alerts FINAL
UNION ALL
SELECT
    subject, transform(type, ['alert.acknowledge.v1', 'alert.assign.v1', 'alert.close.v1'], ['acknowledged', 'assigned', 'done'], '') AS state,
    known_at, issued_by, assigned_to, note, command_id
FROM v_commands
WHERE type IN ('alert.acknowledge.v1', 'alert.assign.v1', 'alert.close.v1') AND refused = ''
COMMENT 'The history of each alert: every state with who and when';

CREATE VIEW v_alert_rules
(
    rule          LowCardinality(String) COMMENT 'Name of the rule',
    kind          LowCardinality(String) COMMENT 'breaking, series, unanswered, fading or won_back',
    title         String COMMENT 'What people call it',
    good          Bool COMMENT 'Is it good news?',
    is_on         Bool COMMENT 'Is it on now: as somebody switched it last, else as its file says',
    switched_by   String COMMENT 'Who switched it last; empty if nobody did',
    switched_at   Nullable(DateTime64(3, 'UTC')) COMMENT 'When; NULL if nobody did',
    human         Bool COMMENT 'Does it also ask for a person rather than a bot?',
    owner         String COMMENT 'Department that gets it; empty: that of the touchpoint',
    cooldown_days Float64 COMMENT 'So long it stays quiet about a customer',
    parameters    String COMMENT 'JSON: all its fields',
    rules_version LowCardinality(String) COMMENT 'Version of the rules'
)
AS SELECT
    alert_rules.rule AS rule, kind, title, good, if(switched.times > 0, switched.last.1, enabled) AS is_on, switched.last.2 AS switched_by,
    if(switched.times > 0, switched.last_at, NULL) AS switched_at, human, owner, cooldown_days, parameters, rules_version
FROM alert_rules
LEFT JOIN
(
    SELECT subject, count() AS times, max(known_at) AS last_at, argMax((switch_on, issued_by), (known_at, command_id)) AS last
    FROM v_commands WHERE type = 'rule.switch.v1' AND refused = '' GROUP BY subject
) AS switched ON switched.subject = alert_rules.rule
WHERE revision = (SELECT max(revision) FROM alert_rules)
COMMENT 'The rules of alerts in force';

CREATE VIEW v_alerts
(
    alert_id       String COMMENT 'Follows from rule, customer and cause',
    person_id      String COMMENT 'Pseudonym of the customer',
    segment        String COMMENT 'Segment of the customer now; empty if unknown',
    rule           LowCardinality(String) COMMENT 'The rule that raised it',
    kind           LowCardinality(String) COMMENT 'breaking, series, unanswered, fading or won_back',
    title          String COMMENT 'What people call the rule',
    good           Bool COMMENT 'Is it good news?',
    raised_at      DateTime64(3, 'UTC') COMMENT 'When it was raised, in the time of events',
    noticed_at     DateTime64(3, 'UTC') COMMENT 'When Kafka received what brought it to light',
    department     LowCardinality(String) COMMENT 'The owner',
    case_id        String COMMENT 'The case of the cause; empty if none',
    touchpoint_ids Array(String) COMMENT 'Touchpoints that are the cause; the last one brought it',
    index_from     Float64 COMMENT 'The movement of the bond that is the cause: from',
    index_to       Float64 COMMENT 'The movement of the bond that is the cause: to',
    movement       Float64 COMMENT 'index_to less index_from',
    occasion       LowCardinality(String) COMMENT 'Why to act: recover, listen, reconnect or thank',
    needs_unmet    Array(LowCardinality(String)) COMMENT 'Needs to meet, in the order of a conversation',
    act_by_at      DateTime64(3, 'UTC') COMMENT 'How soon to act',
    worth          Nullable(Float64) COMMENT 'Points of the index that acting at once would have brought; NULL if nothing failed',
    language       String COMMENT 'Language of the customer: preferred, else spoken last; empty if unknown',
    state          String COMMENT 'open, acknowledged, assigned or done',
    state_at       DateTime64(3, 'UTC') COMMENT 'Since when',
    state_by       String COMMENT 'Who brought it there; empty for open',
    assigned_to    String COMMENT 'To whom it was assigned last; empty if to nobody',
    note           String COMMENT 'The last word about it',
    rules_version  LowCardinality(String) COMMENT 'Version of the rules',
    model_version  LowCardinality(String) COMMENT 'Version of the bond model'
)
AS SELECT
    alerts.alert_id AS alert_id, alerts.person_id AS person_id, v_customers.segment AS segment, alerts.rule AS rule, alerts.kind AS kind,
    titles.title AS title, alerts.kind = 'won_back' AS good, raised_at, noticed_at, department, case_id, touchpoint_ids,
    index_from, index_to, index_to - index_from AS movement, occasion, needs_unmet, act_by_at, worth,
    if(v_customers.language != '', v_customers.language, alerts.language) AS language,
    if(states.times > 0, states.last.1, 'open') AS state, if(states.times > 0, states.last_at, noticed_at) AS state_at,
    states.last.2 AS state_by, states.assigned_to AS assigned_to, states.last.3 AS note, alerts.rules_version AS rules_version, model_version
FROM alerts FINAL
LEFT JOIN (SELECT rule, argMax(title, revision) AS title FROM alert_rules GROUP BY rule) AS titles ON titles.rule = alerts.rule
LEFT JOIN
(
    SELECT
        alert_id, count() AS times, max(at) AS last_at, argMax((state, by, note), (at, command_id)) AS last,
        argMaxIf(v_alert_states.assigned_to, (at, command_id), v_alert_states.assigned_to != '') AS assigned_to
    FROM v_alert_states WHERE command_id != '' GROUP BY alert_id
) AS states ON states.alert_id = alerts.alert_id
LEFT JOIN v_customers ON v_customers.person_id = alerts.person_id
COMMENT 'Every alert, its cause, its owner, what to do, and how far it is';
