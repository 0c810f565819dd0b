-- The bond at any time: an implementation of the model that shares nothing with the stream's but the table of
-- its parameters. Exact from raw touchpoints: of each touchpoint the row that stood as known then, from those
-- the episodes, from those the sums over each person, from those the index. Tests hold it to the reference.
--
-- It reads from top to bottom, each step from the one before. Written for speed: no step is named twice (it
-- would be computed twice), no joins, no windows, columns rather than arrays where all rows pass; arrays only
-- for failures and acts, which are few; an order of strings made a number once, and the value of the first in an
-- order read from the bits below it: argMax by a tuple, or by a number of 128 bits, takes 300 ns a row, max 60.

ALTER TABLE bond_models ADD COLUMN IF NOT EXISTS parameters Tuple(
    promise_weight Float64, calm_share Float64, loss_aversion Float64, peak_share Float64, end_share Float64,
    mean_share Float64, half_lives Array(Float64), shrinkage Float64, extreme_weight Float64,
    extreme_half_life Float64, end_weight Float64, end_half_life Float64, pressure_weight Float64,
    pressure_softening Float64, pressure_half_life Float64, heal_share Float64, prompt_half_life Float64,
    gain_weight Float64, gain_threshold Float64, gain_half_life Float64, severity_full Float64,
    severity_none Float64, prior_window Float64, prior_load Float64, need_weights Array(Float64),
    loyal_from Float64, warm_from Float64, lukewarm_from Float64, evidence_floor Float64)
MATERIALIZED tuple(
    promise_weight, calm_share, loss_aversion, peak_share, end_share, mean_share, half_lives, shrinkage,
    extreme_weight, extreme_half_life, end_weight, end_half_life, pressure_weight, pressure_softening,
    pressure_half_life, heal_share, prompt_half_life, gain_weight, gain_threshold, gain_half_life,
    severity_full, severity_none, prior_window, prior_load, need_weights, loyal_from, warm_from,
    lukewarm_from, evidence_floor)
COMMENT 'All of the row in one value, so that a query fetches it once';

-- Columns: person_id; at; bond_index, level, evidence; the components memory, treasure, scar, last, pressure and
-- recovery; the five emotions; felt (touchpoints) and episodes that count; last_felt_at; model_version.
-- ClickHouse keeps no comments on the columns of a view with parameters.

CREATE VIEW v_bond_at AS
WITH
assumeNotNull((
    SELECT if(throwIf(count() = 0, 'There is no bond model of this version') = 0, any(parameters), any(parameters))
    FROM bond_models WHERE version = {model:String}
)) AS model,
toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) AS read_ms,
9000000000000000 AS never_ms,
(order_number, value) -> order_number + reinterpretAsUInt64(value) AS packed,
(packed_number) -> reinterpretAsFloat64(toUInt64(packed_number)) AS value_of,

-- The names that links join as known then, each with its person: as v_joined_at, whose planning would cost more than
-- reading, for ClickHouse plans a view anew at each place that names it.
joined AS
(
    SELECT name_id, persons[arrayLastIndex(known_at -> known_at <= {known_by:DateTime64(3, 'UTC')}, known_times)] AS person_id
    FROM identities FINAL
    WHERE person_id != ''
),

-- The row of each touchpoint that stood as known then: of several contents the least, of several readings the last.
-- Whose names are joined come apart from the others, so that these are read in the order of the table.
standing AS
(
    SELECT
        person_id, person_id AS name_id, touchpoint_id, event_id, content_hash, moment_number, kind, occurred_at, episode_id, case_id, valence, arousal, importance, promise,
        profile_surprise, profile_relief, profile_gratitude, profile_familiarity, profile_belonging, recovery, needs_met_mask
    FROM journal
    WHERE known_at <= {known_by:DateTime64(3, 'UTC')} AND ({person:String} = '' OR person_id = {person:String})
        AND person_id NOT IN (SELECT name_id FROM joined)
    ORDER BY person_id, touchpoint_id, content_hash, revision DESC
    LIMIT 1 BY person_id, touchpoint_id
    UNION ALL
    SELECT
        joined.person_id AS person_id, journal.person_id AS name_id, touchpoint_id, event_id, content_hash, moment_number, kind, occurred_at, episode_id, case_id, valence, arousal, importance, promise,
        profile_surprise, profile_relief, profile_gratitude, profile_familiarity, profile_belonging, recovery, needs_met_mask
    FROM journal INNER JOIN joined ON joined.name_id = journal.person_id
    WHERE known_at <= {known_by:DateTime64(3, 'UTC')} AND journal.person_id IN
    (
        SELECT name_id FROM joined
        WHERE {person:String} = '' OR person_id IN (SELECT person_id FROM joined WHERE name_id = {person:String})
    )
    ORDER BY person_id, touchpoint_id, content_hash, revision DESC, name_id
    LIMIT 1 BY person_id, touchpoint_id
),

-- What was felt until then: those touchpoints, and the commitments that were missed.
lived AS
(
    SELECT
        person_id, episode_id, case_id, occurred_at, valence, arousal, importance, promise,
        profile_surprise, profile_relief, profile_gratitude, profile_familiarity, profile_belonging, recovery, needs_met_mask,
        rowNumberInAllBlocks() AS place -- in the order of ids
    FROM standing
    WHERE kind = 'felt' AND occurred_at <= {at:DateTime64(3, 'UTC')}
        AND (person_id, event_id) NOT IN
        (
            SELECT if(joined.person_id = '', withdrawals.person_id, joined.person_id), withdrawn_id
            FROM withdrawals LEFT JOIN joined ON joined.name_id = withdrawals.person_id
            WHERE known_at <= {known_by:DateTime64(3, 'UTC')}
        )
        -- A moment stands with the content of its event that stands.
        AND (moment_number = 0 OR (name_id, event_id, content_hash) IN
        (
            SELECT person_id, touchpoint_id, min(content_hash) FROM journal
            WHERE known_at <= {known_by:DateTime64(3, 'UTC')}
                AND (person_id, touchpoint_id) IN (SELECT person_id, event_id FROM journal WHERE moment_number > 0)
            GROUP BY person_id, touchpoint_id
        ))
    UNION ALL
    SELECT
        person_id, missed_id, case_id, due_at, felt_if_missed[1], felt_if_missed[2], felt_if_missed[3] * felt_if_missed[4], felt_if_missed[5],
        felt_if_missed[6], felt_if_missed[7], felt_if_missed[8], felt_if_missed[9], felt_if_missed[10], false, 0, 0
    FROM v_commitments_at(at = {at:DateTime64(3, 'UTC')}, known_by = {known_by:DateTime64(3, 'UTC')}, person = {person:String})
    WHERE state IN ('missed', 'kept_late')
),

-- Local impact of each touchpoint felt until then: valence against promise, times arousal.
touchpoints AS
(
    SELECT
        person_id, episode_id, case_id AS touch_case, importance AS touch_importance,
        toUnixTimestamp64Milli(occurred_at) AS touch_ms,
        profile_surprise AS g1, profile_relief AS g2, profile_gratitude AS g3, profile_familiarity AS g4, profile_belonging AS g5,
        if(valence < model.promise_weight * promise, -1, 1) AS direction,
        floor(least(1, abs(valence - model.promise_weight * promise)) * 1e9 + 0.5001) / 1e9
            * (model.calm_share + (1 - model.calm_share) * arousal) AS aroused,
        floor(aroused * if(direction < 0, model.loss_aversion, 1) * 1e9 + 0.5001) AS billionths,
        direction * billionths / 1e9 AS touch_impact,
        needs_met_mask * (recovery AND touch_impact > 0) AS met,
        -- The orders (t, id) and (|s|, t, id), each as one number with 64 bits to spare; rows come in the order of ids.
        bitShiftLeft(bitShiftLeft(toUInt256(touch_ms + 2208988800000), 36) + place, 64) AS in_time,
        bitShiftLeft(toUInt256(billionths), 144) + in_time AS in_size
    FROM lived
),

-- Episodes: peak, end and mean of impact (s) and of the weights of the emotions (g).
contacts AS
(
    SELECT
        person_id, episode_id, count() AS size, max(touch_ms) AS at_ms, max(touch_case) AS case_id,
        max(touch_importance) AS importance, groupBitOr(met) AS needs,
        value_of(max(packed(in_size, touch_impact))) AS peak, value_of(max(packed(in_time, touch_impact))) AS end, avg(touch_impact) AS mean,
        value_of(max(packed(in_size, g1))) AS peak1, value_of(max(packed(in_size, g2))) AS peak2, value_of(max(packed(in_size, g3))) AS peak3, value_of(max(packed(in_size, g4))) AS peak4, value_of(max(packed(in_size, g5))) AS peak5,
        value_of(max(packed(in_time, g1))) AS end1, value_of(max(packed(in_time, g2))) AS end2, value_of(max(packed(in_time, g3))) AS end3, value_of(max(packed(in_time, g4))) AS end4, value_of(max(packed(in_time, g5))) AS end5,
        avg(g1) AS mean1, avg(g2) AS mean2, avg(g3) AS mean3, avg(g4) AS mean4, avg(g5) AS mean5,
        avg(touch_impact * g1) AS mean_felt1, avg(touch_impact * g2) AS mean_felt2, avg(touch_impact * g3) AS mean_felt3, avg(touch_impact * g4) AS mean_felt4, avg(touch_impact * g5) AS mean_felt5
    FROM touchpoints
    GROUP BY person_id, episode_id
),

-- What is left of each at the time of the reading, before it is shared among peak, end and mean.
faded AS
(
    SELECT
        *, (read_ms - at_ms) / 86400000 AS age,
        importance * exp2(-age / model.half_lives[1]) AS left1,
        importance * exp2(-age / model.half_lives[2]) AS left2,
        importance * exp2(-age / model.half_lives[3]) AS left3,
        importance * exp2(-age / model.half_lives[4]) AS left4,
        importance * exp2(-age / model.half_lives[5]) AS left5,
        model.peak_share * peak + model.end_share * end + model.mean_share * mean AS as_a_whole
    FROM contacts
),

-- What is remembered by the peak-end rule.
remembered AS
(
    SELECT
        person_id, episode_id, size, at_ms, case_id, needs, importance, age,
        sign(as_a_whole) * floor(abs(as_a_whole) * 1e9 + 0.5001) / 1e9 AS impact,
        left1 * (model.peak_share * peak * peak1 + model.end_share * end * end1 + model.mean_share * mean_felt1) AS felt1,
        left2 * (model.peak_share * peak * peak2 + model.end_share * end * end2 + model.mean_share * mean_felt2) AS felt2,
        left3 * (model.peak_share * peak * peak3 + model.end_share * end * end3 + model.mean_share * mean_felt3) AS felt3,
        left4 * (model.peak_share * peak * peak4 + model.end_share * end * end4 + model.mean_share * mean_felt4) AS felt4,
        left5 * (model.peak_share * peak * peak5 + model.end_share * end * end5 + model.mean_share * mean_felt5) AS felt5,
        left1 * (model.peak_share * peak1 + model.end_share * end1 + model.mean_share * mean1) AS weight1,
        left2 * (model.peak_share * peak2 + model.end_share * end2 + model.mean_share * mean2) AS weight2,
        left3 * (model.peak_share * peak3 + model.end_share * end3 + model.mean_share * mean3) AS weight3,
        left4 * (model.peak_share * peak4 + model.end_share * end4 + model.mean_share * mean4) AS weight4,
        left5 * (model.peak_share * peak5 + model.end_share * end5 + model.mean_share * mean5) AS weight5
    FROM faded
),

episodes AS
(
    SELECT
        *, impact < 0 AND case_id != '' AS is_failure,
        importance * impact * exp2(-age / model.extreme_half_life) AS extreme,
        importance * impact * exp2(-age / model.pressure_half_life) AS pressing
    FROM remembered
),

-- Sums over the episodes of each person as if nothing had healed; failures and acts apart.
people AS
(
    SELECT
        person_id, sum(size) AS felt, count() AS episodes, max((at_ms, episode_id, impact)) AS last_episode,
        sum(felt1) AS sum1, sum(felt2) AS sum2, sum(felt3) AS sum3, sum(felt4) AS sum4, sum(felt5) AS sum5,
        sum(weight1) AS w1, sum(weight2) AS w2, sum(weight3) AS w3, sum(weight4) AS w4, sum(weight5) AS w5,
        max(extreme) AS best, minIf(extreme, NOT is_failure) AS worst,
        sumIf(-pressing, impact < 0) AS unhealed_negative, sumIf(pressing * pressing, impact < 0) AS unhealed_squares,
        sumIf(pressing, impact >= 0) AS positive,
        groupArrayIf(
            CAST((episode_id, at_ms, case_id, -impact * importance, -impact, extreme, -pressing, felt1, felt2, felt3, felt4, felt5),
                 'Tuple(id String, at_ms Int64, case_id String, damage Float64, severity Float64, extreme Float64, negative Float64,
                        felt1 Float64, felt2 Float64, felt3 Float64, felt4 Float64, felt5 Float64)'),
            is_failure) AS failures,
        groupArrayIf(CAST((at_ms, case_id, needs), 'Tuple(at_ms Int64, case_id String, needs UInt8)'),
                     needs != 0 AND case_id != '') AS acts
    FROM episodes
    GROUP BY person_id
),

-- When each need of each failure was first met by an act of its case, not before it.
met AS
(
    SELECT
        *,
        arrayMap(failure ->
            arrayMap(need ->
                arrayMin(arrayPushBack(
                    arrayMap(act -> if(act.case_id = failure.case_id AND act.at_ms >= failure.at_ms AND bitTest(act.needs, need),
                                       act.at_ms, never_ms), acts),
                    never_ms)),
                [0, 1, 2, 3, 4, 5]),
            failures) AS met_ms
    FROM people
),

-- How well each failure was recovered, and what had failed in the window before it.
judged AS
(
    SELECT
        *,
        arrayMap((failure, when_met) ->
            arraySum((weight, at_ms) ->
                weight * (at_ms != never_ms) * exp2((failure.at_ms - at_ms) / 86400000 / model.prompt_half_life),
                model.need_weights, when_met),
            failures, met_ms) AS qualities,
        arrayMap(failure ->
            arraySum((at_ms, damage) ->
                damage * (at_ms < failure.at_ms AND at_ms >= failure.at_ms - model.prior_window * 86400000),
                failures.at_ms, failures.damage),
            failures) AS loads
    FROM met
),

-- The part of each failure that healed, and the premiums of excellent recoveries.
healed AS
(
    SELECT
        *,
        arrayMap(quality -> model.heal_share * quality, qualities) AS heals,
        arraySum((failure, quality, load, when_met) ->
            model.gain_weight * failure.damage
            * greatest(0, (quality - model.gain_threshold) / (1 - model.gain_threshold))
            * greatest(0, least(1, (model.severity_none - failure.severity / model.loss_aversion)
                                   / (model.severity_none - model.severity_full)))
            * greatest(0, 1 - load / model.prior_load)
            * exp2((arrayMax(at_ms -> at_ms * (at_ms != never_ms), when_met) - read_ms) / 86400000 / model.gain_half_life),
            failures, qualities, loads, met_ms) AS recovery
    FROM judged
),

-- What healed is taken out of the sums.
kept AS
(
    SELECT
        person_id, felt, episodes, last_episode, best, worst, positive, recovery,
        w1, w2, w3, w4, w5, w1 + w2 + w3 + w4 + w5 AS weight,
        sum1 - arraySum((failure, heal) -> heal * failure.felt1, failures, heals) AS s1,
        sum2 - arraySum((failure, heal) -> heal * failure.felt2, failures, heals) AS s2,
        sum3 - arraySum((failure, heal) -> heal * failure.felt3, failures, heals) AS s3,
        sum4 - arraySum((failure, heal) -> heal * failure.felt4, failures, heals) AS s4,
        sum5 - arraySum((failure, heal) -> heal * failure.felt5, failures, heals) AS s5,
        arrayMin(arrayPushBack(arrayMap((failure, heal) -> failure.extreme * (1 - heal), failures, heals), 0.)) AS worst_failure,
        arraySum((failure, heal) -> heal * (failure.id = last_episode.2), failures, heals) AS last_heal,
        unhealed_negative - arraySum((failure, heal) -> heal * failure.negative, failures, heals) AS negative,
        unhealed_squares
            - arraySum((failure, heal) -> failure.negative * failure.negative * heal * (2 - heal), failures, heals) AS squares
    FROM healed
),

components AS
(
    SELECT
        person_id, felt, episodes, last_episode, recovery, s1, s2, s3, s4, s5, w1, w2, w3, w4, w5,
        weight / (model.shrinkage + weight) AS evidence,
        (s1 + s2 + s3 + s4 + s5) / (model.shrinkage + weight) AS memory,
        model.extreme_weight * greatest(0, best) AS treasure,
        model.extreme_weight * least(0, worst, worst_failure) AS scar,
        model.end_weight * last_episode.3 * (1 - last_heal)
            * exp2((last_episode.1 - read_ms) / 86400000 / model.end_half_life) AS last,
        -model.pressure_weight * (negative * negative - squares) / (model.pressure_softening + negative + positive) AS pressure
    FROM kept
)

SELECT
    person_id, {at:DateTime64(3, 'UTC')} AS at,
    100 * tanh(memory + treasure + scar + last + pressure + recovery) AS bond_index,
    multiIf(evidence < model.evidence_floor, 'unknown', bond_index >= model.loyal_from, 'loyal',
            bond_index >= model.warm_from, 'warm', bond_index >= model.lukewarm_from, 'lukewarm', 'at_risk') AS level,
    evidence, memory, treasure, scar, last, pressure, recovery,
    100 * tanh(s1 / (model.shrinkage / 5 + w1)) AS surprise,
    100 * tanh(s2 / (model.shrinkage / 5 + w2)) AS relief,
    100 * tanh(s3 / (model.shrinkage / 5 + w3)) AS gratitude,
    100 * tanh(s4 / (model.shrinkage / 5 + w4)) AS familiarity,
    100 * tanh(s5 / (model.shrinkage / 5 + w5)) AS belonging,
    felt, episodes, fromUnixTimestamp64Milli(last_episode.1, 'UTC') AS last_felt_at, {model:String} AS model_version
FROM components
COMMENT 'The bond of one customer, or of all if person is empty, at any time, as known at any time, by any model version: v_bond_at(at = ..., known_by = ..., model = ''bond-1'', person = '''')';
