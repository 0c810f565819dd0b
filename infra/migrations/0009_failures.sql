-- Every failure, followed until it is recovered. A failure is a bad contact that belongs to a case; it is
-- recovered when the bond is back at its level before it, or when all six needs are met, whichever is first.
-- Read top to bottom: contacts of cases, the failures and acts of each person, the life of the index after them.

CREATE VIEW v_failures
(
    person_id      String COMMENT 'Pseudonym of the customer',
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
AS WITH
['dignity', 'assurance', 'explanation', 'thanks', 'venting', 'apology'] AS names,
toDateTime64('2299-12-31 00:00:00', 3, 'UTC') AS never,
contacts AS
(
    SELECT
        person_id, episode_id, max(case_id) AS case_id, max(occurred_at) AS ended_at, any(model_version) AS model_version,
        argMax(felt, (abs(felt), occurred_at, touchpoint_id)) AS peak, argMax(felt, (occurred_at, touchpoint_id)) AS end, avg(felt) AS mean,
        argMax((type, department, stage, sector), (-felt, occurred_at, touchpoint_id)) AS worst,
        argMin(before, (occurred_at, touchpoint_id)) AS index_before, argMax(after, (occurred_at, touchpoint_id)) AS index_after,
        max(is_act) AS acts, groupBitOr(if(is_act, needs_met_mask, 0)) AS needs
    FROM
    (
        SELECT
            person_id, episode_id, case_id, touchpoint_id, occurred_at, model_version, type, department, stage, sector, is_act, needs_met_mask,
            toFloat64(surprise) + relief + gratitude + familiarity + belonging AS felt,
            assumeNotNull(steps.index_before) AS before, assumeNotNull(steps.index_after) AS after
        FROM steps FINAL
        WHERE kind = 'felt' AND (person_id, episode_id) IN (SELECT person_id, episode_id FROM steps WHERE case_id != '')
    )
    GROUP BY person_id, episode_id
    HAVING case_id != ''
),
people AS
(
    SELECT
        contacts.person_id AS person_id,
        groupArrayIf((episode_id, case_id, worst, ended_at, index_before, index_after),
                     model.peak_share * peak + model.end_share * end + model.mean_share * mean < 0) AS failures,
        groupArrayIf((case_id, ended_at, needs), acts) AS acts,
        any(model.need_weights) AS weights, any(model.prompt_half_life) AS half_life
    FROM contacts
    INNER JOIN bond_models AS model ON model.version = contacts.model_version
    GROUP BY contacts.person_id
    HAVING notEmpty(failures)
),
lives AS
(
    SELECT
        person_id,
        arraySort(groupArrayIf((occurred_at, assumeNotNull(steps.index_after)), kind = 'felt')) AS path,
        groupArrayIf(occurred_at, outcome = 'left') AS leavings
    FROM steps FINAL
    WHERE (kind = 'felt' OR outcome = 'left') AND person_id IN (SELECT person_id FROM steps WHERE case_id != '')
    GROUP BY person_id
),
followed AS
(
    SELECT
        people.person_id AS person_id, failure.1 AS episode_id, failure.2 AS case_id, failure.3 AS worst,
        failure.4 AS failed_at, failure.5 AS index_before, failure.6 AS index_after, weights, half_life,
        arrayFilter(act -> act.1 = case_id AND act.2 >= failed_at, acts) AS own,
        arrayMap(need -> arrayMin(arrayPushBack(arrayMap(act -> if(bitTest(act.3, need), act.2, never), own), never)), range(6)) AS met,
        arrayMin(arrayPushBack(own.2, never)) AS act_at,
        arrayMax(met) AS all_met_at,
        arrayFirst(point -> point.1 > failed_at AND point.2 >= index_before, arrayPushBack(path, (never, 101.))).1 AS back_at,
        least(all_met_at, back_at) AS done_at,
        arrayMin(arrayPushBack(arrayFilter(at -> at >= failed_at, leavings), never)) AS gone_at
    FROM people
    INNER JOIN lives ON lives.person_id = people.person_id
    ARRAY JOIN failures AS failure
)
SELECT
    followed.person_id AS person_id, v_customers.segment AS segment, episode_id, case_id,
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
COMMENT 'Every failure, how deep it went, what was done about it, and whether the bond came back';
