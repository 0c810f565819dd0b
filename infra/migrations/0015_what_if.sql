-- What if: everybody's bond by other parameters, or had one kind of failure never happened or been recovered soon.
--
-- Read from what was felt, kept ready for each customer in one row of arrays: no sorting, no joins, no sums over rows,
-- and still exact for any parameters, for it holds what was felt and not what the model made of it. A row is replaced
-- as a whole. It is only a copy: whose row is older than the bond is derived from the journal at once (v_felt), so
-- that nobody has to wait for the copy, and a worker renews it now and then (streams/sinks/copying.py). The exact path from
-- raw touchpoints, v_bond_at, shares nothing with this; tests hold both, and the reference, to each other.

CREATE TABLE felt_lives
(
    person_id           String COMMENT 'Pseudonym of the customer',
    contact             Array(UInt32) COMMENT 'Of each felt touchpoint: number of its contact, in the order of episode ids, from 1. All arrays are in the order of contacts, and in a contact the last touchpoint comes first',
    at_ms               Array(Int64) COMMENT 'When it happened, or a commitment was missed: milliseconds since 1970',
    valence             Array(Float64) COMMENT 'How good or bad it felt, -1 to 1',
    arousal             Array(Float64) COMMENT 'How strongly, 0 to 1',
    importance          Array(Float64) COMMENT 'Importance times the confidence of the reading',
    promise             Array(Float64) COMMENT 'What was promised or is usual there, -1 to 1',
    profile_surprise    Array(Float64) COMMENT 'Weight of surprise, 0 to 1',
    profile_relief      Array(Float64) COMMENT 'Weight of relief, 0 to 1',
    profile_gratitude   Array(Float64) COMMENT 'Weight of gratitude, 0 to 1',
    profile_familiarity Array(Float64) COMMENT 'Weight of familiarity, 0 to 1',
    profile_belonging   Array(Float64) COMMENT 'Weight of belonging, 0 to 1',
    case_number         Array(UInt32) COMMENT 'Number of its case, in the order of case ids, from 1; 0 if none',
    needs               Array(UInt8) COMMENT 'Needs that it was to meet as an act of recovery, as bits: 1 dignity, 2 assurance, 4 explanation, 8 thanks, 16 venting, 32 apology',
    type                Array(LowCardinality(String)) COMMENT 'Touchpoint type',
    department          Array(LowCardinality(String)) COMMENT 'Department that owns it',
    revision            UInt64 COMMENT 'That of the row of bonds which it is as new as; higher replaces lower'
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY person_id
SETTINGS min_bytes_for_full_part_storage = 10485760, merge_selector_base = 10, old_parts_lifetime = 2, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0, max_cleanup_delay_period = 3
COMMENT 'What each customer felt, touchpoint by touchpoint: a copy of the journal from which any model reads fast';

-- Columns: those of felt_lives but the revision. From `first` on, before `until`, by pseudonym; empty: all.
CREATE VIEW v_felt_derived AS
WITH
stale AS
(
    SELECT person_id, revision FROM bonds FINAL
    WHERE felt > 0 AND person_id >= {first:String} AND ({until:String} = '' OR person_id < {until:String})
        AND (person_id, revision) NOT IN
        (
            SELECT person_id, revision FROM felt_lives FINAL
            WHERE person_id >= {first:String} AND ({until:String} = '' OR person_id < {until:String})
        )
),
names AS
(
    SELECT name_id, person_id FROM identities FINAL WHERE person_id IN (SELECT person_id FROM stale)
    UNION ALL
    SELECT person_id AS name_id, person_id FROM stale WHERE person_id NOT IN (SELECT name_id FROM identities FINAL)
),

-- The row of each touchpoint that stands: of several contents the least, of several readings the last.
standing AS
(
    SELECT
        names.person_id AS person_id, journal.person_id AS name_id, touchpoint_id, event_id, content_hash, moment_number, kind, occurred_at, episode_id, case_id,
        valence, arousal, importance, promise, profile_surprise, profile_relief, profile_gratitude, profile_familiarity, profile_belonging,
        recovery, needs_met_mask, type, department
    FROM journal INNER JOIN names ON names.name_id = journal.person_id
    WHERE journal.person_id IN (SELECT name_id FROM names)
    ORDER BY person_id, touchpoint_id, content_hash, revision DESC, name_id
    LIMIT 1 BY person_id, touchpoint_id
),
lived AS
(
    SELECT
        person_id, episode_id, case_id, occurred_at, valence, arousal, importance, promise,
        profile_surprise, profile_relief, profile_gratitude, profile_familiarity, profile_belonging,
        if(recovery, needs_met_mask, 0) AS needs, toString(type) AS type, toString(department) AS department,
        rowNumberInAllBlocks() AS place -- in the order of ids
    FROM standing
    WHERE kind = 'felt'
        AND (person_id, event_id) NOT IN
        (
            SELECT names.person_id, withdrawn_id FROM withdrawals INNER JOIN names ON names.name_id = withdrawals.person_id
        )
        AND (moment_number = 0 OR (name_id, event_id, content_hash) IN
        (
            SELECT person_id, touchpoint_id, min(content_hash) FROM journal
            WHERE (person_id, touchpoint_id) IN (SELECT person_id, event_id FROM journal WHERE moment_number > 0)
            GROUP BY person_id, touchpoint_id
        ))
    UNION ALL
    SELECT
        person_id, missed_id, case_id, due_at, felt_if_missed[1], felt_if_missed[2], felt_if_missed[3] * felt_if_missed[4], felt_if_missed[5],
        felt_if_missed[6], felt_if_missed[7], felt_if_missed[8], felt_if_missed[9], felt_if_missed[10], 0, 'commitment.missed', toString(department), 0
    FROM v_commitments_at(at = (SELECT at FROM v_now), known_by = '2299-12-31 23:59:59.999', person = '')
    WHERE state IN ('missed', 'kept_late') AND person_id IN (SELECT person_id FROM stale)
),
lives AS
(
    SELECT
        person_id,
        arraySort(groupArray((episode_id, -toUnixTimestamp64Milli(occurred_at), -toInt64(place), valence, arousal, importance, promise,
                              profile_surprise, profile_relief, profile_gratitude, profile_familiarity, profile_belonging, case_id, needs, type, department))) AS felt
    FROM lived
    GROUP BY person_id
)
SELECT
    person_id, arrayEnumerateDense(felt.1) AS contact, arrayMap(at -> -at, felt.2) AS at_ms, felt.4 AS valence, felt.5 AS arousal,
    felt.6 AS importance, felt.7 AS promise, felt.8 AS profile_surprise, felt.9 AS profile_relief, felt.10 AS profile_gratitude,
    felt.11 AS profile_familiarity, felt.12 AS profile_belonging,
    arrayMap(id -> toUInt32(indexOf(arraySort(arrayDistinct(arrayFilter(one -> one != '', felt.13))), id)), felt.13) AS case_number,
    felt.14 AS needs, CAST(felt.15, 'Array(LowCardinality(String))') AS type, CAST(felt.16, 'Array(LowCardinality(String))') AS department
FROM lives
COMMENT 'What those felt whose copy is older than their bond, from the journal: v_felt_derived(first = '''', until = '''')';

-- Columns: those of felt_lives but the revision. From `first` on, before `until`, by pseudonym; empty: all.
CREATE VIEW v_felt AS
SELECT
    person_id, contact, at_ms, valence, arousal, importance, promise, profile_surprise, profile_relief, profile_gratitude,
    profile_familiarity, profile_belonging, case_number, needs, type, department
FROM felt_lives FINAL
WHERE person_id >= {first:String} AND ({until:String} = '' OR person_id < {until:String}) AND (person_id, revision) IN
(
    SELECT person_id, revision FROM bonds FINAL
    WHERE felt > 0 AND person_id >= {first:String} AND ({until:String} = '' OR person_id < {until:String})
)
UNION ALL
SELECT
    person_id, contact, at_ms, valence, arousal, importance, promise, profile_surprise, profile_relief, profile_gratitude,
    profile_familiarity, profile_belonging, case_number, needs, type, department
FROM v_felt_derived(first = {first:String}, until = {until:String})
COMMENT 'What each customer felt, touchpoint by touchpoint, one row each: v_felt(first = '''', until = '''')';

-- Columns: as v_bond_at; touched: how many touchpoints never happened, or failures were recovered, in what is imagined.
--
-- `changes`: JSON of parameters of the model other than those of `model`, by their names in bond_models; of vectors
-- half_life_surprise and the like. `instead`: '' nothing; 'never': as if no bad touchpoint of this `type` and
-- `department` (empty: any) had happened; 'recovered': as if every bad contact with one had been a case, and an act had
-- met all needs so many `hours` after it ended. Such an act heals, and has next to no weight of its own: its valence is
-- .001, and it weighs nothing in the memory.
CREATE VIEW v_what_if AS
WITH
assumeNotNull((
    SELECT if(throwIf(count() = 0, 'There is no bond model of this version') = 0, any(parameters), any(parameters))
    FROM bond_models WHERE version = {model:String}
)) AS usual,
['surprise', 'relief', 'gratitude', 'familiarity', 'belonging'] AS emotions,
throwIf(
    NOT isValidJSON({changes:String}) OR notEmpty(arrayFilter(name -> NOT has(
        arrayConcat(tupleNames(usual), arrayMap(emotion -> concat('half_life_', emotion), emotions)), name), JSONExtractKeys({changes:String}))),
    'changes is to be JSON of parameters of the model') AS is_wrong,
(name, value) -> if(JSONHas({changes:String}, name), JSONExtractFloat({changes:String}, name), value) AS changed,
changed('promise_weight', usual.promise_weight) AS promise_weight,
changed('calm_share', usual.calm_share) AS calm_share,
changed('loss_aversion', usual.loss_aversion) AS loss_aversion,
changed('peak_share', usual.peak_share) AS peak_share,
changed('end_share', usual.end_share) AS end_share,
changed('mean_share', usual.mean_share) AS mean_share,
changed('shrinkage', usual.shrinkage) AS shrinkage,
changed('extreme_weight', usual.extreme_weight) AS extreme_weight,
changed('extreme_half_life', usual.extreme_half_life) AS extreme_half_life,
changed('end_weight', usual.end_weight) AS end_weight,
changed('end_half_life', usual.end_half_life) AS end_half_life,
changed('pressure_weight', usual.pressure_weight) AS pressure_weight,
changed('pressure_softening', usual.pressure_softening) AS pressure_softening,
changed('pressure_half_life', usual.pressure_half_life) AS pressure_half_life,
changed('heal_share', usual.heal_share) AS heal_share,
changed('prompt_half_life', usual.prompt_half_life) AS prompt_half_life,
changed('gain_weight', usual.gain_weight) AS gain_weight,
changed('gain_threshold', usual.gain_threshold) AS gain_threshold,
changed('gain_half_life', usual.gain_half_life) AS gain_half_life,
changed('severity_full', usual.severity_full) AS severity_full,
changed('severity_none', usual.severity_none) AS severity_none,
changed('prior_window', usual.prior_window) AS prior_window,
changed('prior_load', usual.prior_load) AS prior_load,
changed('loyal_from', usual.loyal_from) AS loyal_from,
changed('warm_from', usual.warm_from) AS warm_from,
changed('lukewarm_from', usual.lukewarm_from) AS lukewarm_from,
changed('evidence_floor', usual.evidence_floor) AS evidence_floor,
changed('half_life_surprise', usual.half_lives[1]) AS half_life_surprise,
changed('half_life_relief', usual.half_lives[2]) AS half_life_relief,
changed('half_life_gratitude', usual.half_lives[3]) AS half_life_gratitude,
changed('half_life_familiarity', usual.half_lives[4]) AS half_life_familiarity,
changed('half_life_belonging', usual.half_lives[5]) AS half_life_belonging,
usual.need_weights AS need_weights,
toUnixTimestamp64Milli({at:DateTime64(3, 'UTC')}) AS read_ms,
toInt64({hours:Float64} * 3600000) AS until_recovered_ms,
9000000000000000 AS never_ms,
1048576 AS places, -- a time and the number of a contact as one number, in their order
floor((0.001 * (calm_share + (1 - calm_share) * 0.5)) * 1e9 + 0.5001) / 1e9 AS act_impact,

-- The local impact of each touchpoint, and whether it is meant.
felt AS
(
    SELECT
        person_id, contact, at_ms, importance, case_number, needs,
        profile_surprise AS g1, profile_relief AS g2, profile_gratitude AS g3, profile_familiarity AS g4, profile_belonging AS g5,
        arrayMap((given, promised, aroused) ->
            (if(given < promise_weight * promised, -1, 1) AS direction)
            * floor(floor(least(1, abs(given - promise_weight * promised)) * 1e9 + 0.5001) / 1e9
                    * (calm_share + (1 - calm_share) * aroused) * if(direction < 0, loss_aversion, 1) * 1e9 + 0.5001) / 1e9,
            valence, promise, arousal) AS impact,
        arrayMap((one, its_type, its_department) ->
            {instead:String} != '' AND one < 0 AND ({type:String} = '' OR its_type = {type:String})
                AND ({department:String} = '' OR its_department = {department:String}),
            impact, type, department) AS meant,
        arrayMap((at, is_meant) -> at <= read_ms AND NOT (is_meant AND {instead:String} = 'never'), at_ms, meant) AS here,
        arrayCount((at, is_meant) -> is_meant AND at <= read_ms AND {instead:String} = 'never', at_ms, meant) AS removed
    FROM v_felt(first = {first:String}, until = {until:String})
    WHERE is_wrong = 0
),

-- Those that count: until the time of the reading, and without what is to be without.
counted AS
(
    SELECT
        person_id,
        removed,
        arrayFilter((one, counts) -> counts, felt.contact, here) AS contact,
        arrayFilter((one, counts) -> counts, felt.at_ms, here) AS at_ms,
        arrayFilter((one, counts) -> counts, felt.importance, here) AS importance,
        arrayFilter((one, counts) -> counts, felt.case_number, here) AS case_number,
        arrayFilter((one, counts) -> counts, felt.needs, here) AS needs,
        arrayFilter((one, counts) -> counts, felt.g1, here) AS g1,
        arrayFilter((one, counts) -> counts, felt.g2, here) AS g2,
        arrayFilter((one, counts) -> counts, felt.g3, here) AS g3,
        arrayFilter((one, counts) -> counts, felt.g4, here) AS g4,
        arrayFilter((one, counts) -> counts, felt.g5, here) AS g5,
        arrayFilter((one, counts) -> counts, felt.impact, here) AS impact,
        arrayFilter((one, counts) -> counts, felt.meant, here) AS meant
    FROM felt
),

-- Where contacts begin, with their last touchpoint; how much of each touchpoint is remembered (peak, end and mean).
shared AS
(
    SELECT
        *, arrayMap((one, before) -> one != before, contact, arrayPushFront(arrayPopBack(contact), 0)) AS begins,
        arraySplit((one, starts) -> starts, impact, begins) AS parts,
        arrayMap(part -> indexOf(arrayMap(one -> abs(one), part) AS sizes, arrayMax(sizes)), parts) AS peaks,
        arrayFlatten(arrayMap((part, peak) ->
            arrayMap(place -> mean_share / length(part) + end_share * (place = 1) + peak_share * (place = peak), arrayEnumerate(part)),
            parts, peaks)) AS share
    FROM counted
    WHERE notEmpty(contact)
),

-- Contacts as a whole.
contacts AS
(
    SELECT
        person_id, removed, begins, parts, at_ms, share, impact, g1, g2, g3, g4, g5,
        arrayMap(part -> (arraySum(part) / (peak_share + end_share + mean_share) AS whole, sign(whole) * floor(abs(whole) * 1e9 + 0.5001) / 1e9).2,
                 arraySplit((one, starts) -> starts, arrayMap((one, part) -> one * part, impact, share), begins)) AS impacts,
        arrayFilter((at, starts) -> starts, at_ms, begins) AS ended_ms,
        arrayFilter((one, starts) -> starts, contact, begins) AS numbers,
        arrayMap(part -> arrayMax(part), arraySplit((one, starts) -> starts, importance, begins)) AS importances,
        arrayMap(part -> arrayMax(part), arraySplit((one, starts) -> starts, case_number, begins)) AS cases,
        arrayMap(part -> arrayReduce('groupBitOr', part),
                 arraySplit((one, starts) -> starts, arrayMap((need, one) -> if(one > 0, need, 0), needs, impact), begins)) AS needs_met,
        {instead:String} = 'recovered' AS recovers,
        arrayMap((part, one) -> recovers AND one < 0 AND arrayMax(part), arraySplit((one, starts) -> starts, meant, begins), impacts) AS are_meant
    FROM shared
),

-- Failures and acts, which are few: those that were, and those that are imagined. What is meant becomes a case.
failing AS
(
    SELECT
        *,
        arrayMap((case_number, number, is_meant) -> toUInt32(if(case_number = 0 AND is_meant, places + number, case_number)), cases, numbers, are_meant) AS its_cases,
        arrayMap((one, case_number) -> one < 0 AND case_number != 0, impacts, its_cases) AS are_failures,
        arrayMap((met, case_number) -> met != 0 AND case_number != 0, needs_met, its_cases) AS are_acts,
        arrayFilter((failure, fails) -> fails,
            arrayMap((at, case_number, one, weight, is_meant) ->
                CAST((at, case_number, -one * weight, -one, is_meant),
                     'Tuple(at_ms Int64, case_number UInt32, damage Float64, severity Float64, is_meant Bool)'),
                ended_ms, its_cases, impacts, importances, are_meant),
            are_failures) AS failures,
        arrayFilter(act -> act.at_ms <= read_ms,
            arrayMap(failure -> CAST((failure.at_ms + until_recovered_ms, failure.case_number, 63), 'Tuple(at_ms Int64, case_number UInt32, needs UInt8)'),
                     arrayFilter(failure -> failure.is_meant, failures))) AS imagined,
        arrayConcat(imagined, arrayFilter((act, acts) -> acts,
            arrayMap((at, case_number, met) -> CAST((at, case_number, met), 'Tuple(at_ms Int64, case_number UInt32, needs UInt8)'),
                     ended_ms, its_cases, needs_met),
            are_acts)) AS acts
    FROM contacts
),

-- When each need of each failure was first met by an act of its case, not before it.
met AS
(
    SELECT
        *,
        arrayMap(failure ->
            arrayMap(need ->
                arrayMin(arrayPushBack(
                    arrayMap(act -> if(act.case_number = failure.case_number AND act.at_ms >= failure.at_ms AND bitTest(act.needs, need),
                                       act.at_ms, never_ms), acts),
                    never_ms)),
                [0, 1, 2, 3, 4, 5]),
            if(empty(acts), [], failures)) AS met_ms,
        if(empty(acts), [], failures) AS answered
    FROM failing
),
judged AS
(
    SELECT
        *,
        arrayMap((failure, when_met) ->
            arraySum((weight, at) -> weight * (at != never_ms) * exp2((failure.at_ms - at) / 86400000 / prompt_half_life), need_weights, when_met),
            answered, met_ms) AS qualities,
        arrayMap(failure ->
            arraySum((at, damage) -> damage * (at < failure.at_ms AND at >= failure.at_ms - prior_window * 86400000), failures.at_ms, failures.damage),
            answered) AS loads
    FROM met
),

-- The part of each contact that healed, and the premiums of excellent recoveries.
healed AS
(
    SELECT
        *,
        arrayMap(quality -> heal_share * quality, qualities) AS heals,
        if(empty(heals), arrayMap(one -> 1., impacts),
           arrayMap((fails, place) -> if(fails, 1 - heals[place], 1.), are_failures, arrayCumSum(are_failures))) AS kept,
        arraySum((failure, quality, load, when_met) ->
            gain_weight * failure.damage
            * greatest(0, (quality - gain_threshold) / (1 - gain_threshold))
            * greatest(0, least(1, (severity_none - failure.severity / loss_aversion) / (severity_none - severity_full)))
            * greatest(0, 1 - load / prior_load)
            * exp2((arrayMax(at -> at * (at != never_ms), when_met) - read_ms) / 86400000 / gain_half_life),
            answered, qualities, loads, met_ms) AS recovery
    FROM judged
),

-- What is left at the time of the reading: of contacts, and of each touchpoint in its contact.
left_over AS
(
    SELECT
        *,
        arrayMap((one, weight, part) -> one * weight * part, impacts, importances, kept) AS weighty,
        arrayMap((one, at) -> one * exp2((at - read_ms) / 86400000 / extreme_half_life), weighty, ended_ms) AS extremes,
        arrayMap((one, at) -> one * exp2((at - read_ms) / 86400000 / pressure_half_life), weighty, ended_ms) AS pressing,
        arraySum(one -> greatest(0, -one), pressing) AS negative,
        arraySum(one -> greatest(0, -one) * greatest(0, -one), pressing) AS squares,
        arraySum(one -> greatest(0, one), pressing) AS positive,
        arrayMap((at, number) -> at * places + number, ended_ms, numbers) AS order_of_ends,
        arrayMax(order_of_ends) AS last_end,
        arrayMax(act -> act.at_ms, imagined) AS last_act_ms,
        notEmpty(imagined) AND last_act_ms * places + places - 1 > last_end AS ends_with_act,
        if(ends_with_act, last_act_ms, intDiv(last_end, places)) AS last_ms,
        if(ends_with_act, act_impact, arraySum((one, part, place) -> if(place = last_end, one * part, 0), impacts, kept, order_of_ends)) AS last_impact,
        arrayFill((at, starts) -> starts, at_ms, begins) AS contact_ms,
        arrayMap((weight, one) -> weight * one, share,
            arrayFlatten(arrayMap((part, weight) -> arrayWithConstant(length(part), weight), parts, importances))) AS weights,
        arrayMap((weight, one, part) -> weight * one * part, weights, impact,
            arrayFlatten(arrayMap((part, one) -> arrayWithConstant(length(part), one), parts, kept))) AS amounts
    FROM healed
),
sums AS
(
    SELECT
        person_id, removed, failures, imagined, recovers, length(impact) AS felt, length(impacts) AS episodes, extremes, negative, squares, positive,
        last_ms, last_impact, recovery,
        arrayMap((at, one) -> one * exp2((at - read_ms) / 86400000 / half_life_surprise), contact_ms, g1) AS left1,
        arrayDotProduct(amounts, left1) AS s1, arrayDotProduct(weights, left1) AS w1,
        arrayMap((at, one) -> one * exp2((at - read_ms) / 86400000 / half_life_relief), contact_ms, g2) AS left2,
        arrayDotProduct(amounts, left2) AS s2, arrayDotProduct(weights, left2) AS w2,
        arrayMap((at, one) -> one * exp2((at - read_ms) / 86400000 / half_life_gratitude), contact_ms, g3) AS left3,
        arrayDotProduct(amounts, left3) AS s3, arrayDotProduct(weights, left3) AS w3,
        arrayMap((at, one) -> one * exp2((at - read_ms) / 86400000 / half_life_familiarity), contact_ms, g4) AS left4,
        arrayDotProduct(amounts, left4) AS s4, arrayDotProduct(weights, left4) AS w4,
        arrayMap((at, one) -> one * exp2((at - read_ms) / 86400000 / half_life_belonging), contact_ms, g5) AS left5,
        arrayDotProduct(amounts, left5) AS s5, arrayDotProduct(weights, left5) AS w5,
        w1 + w2 + w3 + w4 + w5 AS weight
    FROM left_over
),
components AS
(
    SELECT
        *,
        weight / (shrinkage + weight) AS evidence,
        (s1 + s2 + s3 + s4 + s5) / (shrinkage + weight) AS memory,
        extreme_weight * greatest(0, arrayMax(extremes)) AS treasure,
        extreme_weight * least(0, arrayMin(extremes)) AS scar,
        end_weight * last_impact * exp2((last_ms - read_ms) / 86400000 / end_half_life) AS last,
        -pressure_weight * (negative * negative - squares) / (pressure_softening + negative + positive) AS pressure
    FROM sums
)
SELECT
    person_id, {at:DateTime64(3, 'UTC')} AS at,
    100 * tanh(memory + treasure + scar + last + pressure + recovery) AS bond_index,
    multiIf(evidence < evidence_floor, 'unknown', bond_index >= loyal_from, 'loyal', bond_index >= warm_from, 'warm',
            bond_index >= lukewarm_from, 'lukewarm', 'at_risk') AS level,
    evidence, memory, treasure, scar, last, pressure, recovery,
    100 * tanh(s1 / (shrinkage / 5 + w1)) AS surprise,
    100 * tanh(s2 / (shrinkage / 5 + w2)) AS relief,
    100 * tanh(s3 / (shrinkage / 5 + w3)) AS gratitude,
    100 * tanh(s4 / (shrinkage / 5 + w4)) AS familiarity,
    100 * tanh(s5 / (shrinkage / 5 + w5)) AS belonging,
    felt, episodes, fromUnixTimestamp64Milli(last_ms, 'UTC') AS last_felt_at, {model:String} AS model_version,
    removed + length(imagined) AS touched
FROM components
COMMENT 'Everybody\'s bond by other parameters of the model, or had something bad never happened or been recovered: v_what_if(at = ..., model = ''bond-1'', changes = ''{}'', instead = '''', type = '''', department = '''', hours = 24, first = '''', until = '''')';

CREATE VIEW v_scenarios
(
    name     String COMMENT 'Under what it was saved',
    scenario String COMMENT 'What is imagined, as the address of the page tells it',
    saved_by String COMMENT 'Who saved it last',
    saved_at DateTime64(3, 'UTC') COMMENT 'When'
)
AS SELECT
    subject AS name, argMax(commands.scenario, (known_at, command_id)) AS scenario, argMax(issued_by, (known_at, command_id)) AS saved_by,
    max(known_at) AS saved_at
FROM commands
WHERE type = 'scenario.save.v1' AND refused = ''
GROUP BY subject
COMMENT 'What-ifs that were saved, each as it was saved last under its name';
