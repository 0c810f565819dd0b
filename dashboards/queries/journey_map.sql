-- The people in the picture are those who felt something in the period. Each brings the index before the
-- first and after the last of it; what touchpoints did and what happened between them makes the difference.

-- name: touchpoints
-- What each type of felt touchpoint did to the people who met it.
SELECT
    type, anyHeavy(person_stage) AS stage, anyHeavy(person_department) AS department, max(person_truth) AS truth,
    count() AS people, sum(person_contacts) AS contacts, sum(person_good) AS good, sum(person_bad) AS bad,
    sum(person_moved) AS moved, sum(person_moved * person_moved) AS moved_squares
FROM
(
    SELECT
        type, any(stage) AS person_stage, any(department) AS person_department,
        max(moment_of_truth) AS person_truth, count() AS person_contacts, countIf(valence > 0.15) AS person_good,
        countIf(valence < -0.15) AS person_bad, sum(assumeNotNull(impact)) AS person_moved
    FROM v_bare_steps
    WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
        AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
    GROUP BY person, type
)
GROUP BY type
ORDER BY type

-- name: runs
-- The index along the journey: before, after each place (all types up to it counted), and at the end; by segment if asked for,
-- for to join segments to all people takes as long as all the rest.
-- move_squares has the squares of what each place did, the last of what happened between touchpoints.
SELECT
    segment, count() AS people, sumForEach(run) AS sums, sumForEach(arrayMap(index -> index * index, run)) AS squares,
    sumForEach(arrayMap(move -> move * move, arrayDifference(run))) AS move_squares, sumForEach(met_there) AS met,
    sum((ended - started) * (ended - started)) AS change_squares
FROM
(
    WITH transform(type, {types:Array(String)}, {places:Array(UInt16)}, {other:UInt16}) AS here, range({other:UInt16} + 1) AS all_places
    SELECT
        person, argMin(assumeNotNull(index_before), in_time) AS started, argMax(assumeNotNull(index_after), in_time) AS ended,
        groupArray(here) AS places_met, groupArray(assumeNotNull(impact)) AS moves,
        arrayConcat([started],
                    arrayMap(place -> started + arraySum((met, move) -> move * (met <= place), places_met, moves), all_places),
                    [ended]) AS run,
        arrayMap(place -> toUInt64(has(places_met, place)), all_places) AS met_there
    FROM v_bare_steps
    WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
        AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
        AND ({born_from:DateTime64(3, 'UTC')} = {born_to:DateTime64(3, 'UTC')}
             OR person IN (SELECT person FROM v_bare_steps WHERE kind = 'felt' GROUP BY person
                              HAVING min(occurred_at) >= {born_from:DateTime64(3, 'UTC')} AND min(occurred_at) < {born_to:DateTime64(3, 'UTC')}))
    GROUP BY person
) AS people
LEFT ANY JOIN (SELECT person, segment FROM v_customers WHERE {by_segment:Bool}) AS customers USING (person)
GROUP BY segment
ORDER BY people DESC, segment

-- name: carried
-- The people in the picture who were also in that of the period before: where they stood at its end, and when they came again.
SELECT count() AS people, sum(left_at) AS ended, sum(came_at) AS started, sum((came_at - left_at) * (came_at - left_at)) AS squares
FROM
(
    SELECT
        argMaxIf(assumeNotNull(index_after), in_time, occurred_at <= {from:DateTime64(3, 'UTC')}) AS left_at,
        argMinIf(assumeNotNull(index_before), in_time, occurred_at > {from:DateTime64(3, 'UTC')}) AS came_at
    FROM v_bare_steps
    WHERE kind = 'felt' AND occurred_at > {before:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
        AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
    GROUP BY person
    HAVING min(occurred_at) <= {from:DateTime64(3, 'UTC')} AND max(occurred_at) > {from:DateTime64(3, 'UTC')}
)

-- name: leavers
-- Of those who left in the period, how many had met each type of felt touchpoint by then; without a type, all of them.
SELECT toString(type) AS type, uniqExact(person) AS people
FROM v_bare_steps
INNER JOIN
(
    SELECT person, max(occurred_at) AS left_at FROM v_bare_steps
    WHERE outcome = 'left' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
        AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
    GROUP BY person
) AS leavers USING (person)
WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= left_at
    AND ({sector:String} = '' OR sector = {sector:String})
GROUP BY type
UNION ALL
SELECT '' AS type, uniqExact(person) AS people FROM v_bare_steps
WHERE outcome = 'left' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
    AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))

-- name: began
-- When something was felt first.
SELECT min(occurred_at) AS began_at
FROM v_bare_steps
WHERE kind = 'felt'
    AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
HAVING count() > 0

-- name: parts
-- What some types did to an average person who met them, in equal parts of the period from 0 on.
SELECT
    type, toUInt16(least({parts:UInt16} - 1, floor(dateDiff('millisecond', {from:DateTime64(3, 'UTC')}, occurred_at) * {parts:UInt16}
        / dateDiff('millisecond', {from:DateTime64(3, 'UTC')}, {to:DateTime64(3, 'UTC')})))) AS part,
    sum(assumeNotNull(impact)) / uniqExact(person) AS moved
FROM v_bare_steps
WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
    AND has({types:Array(String)}, toString(type))
    AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
GROUP BY type, part
ORDER BY type, part

-- name: courses
-- How people stood at given times of the period: levels at four of them, sums of index and of those at risk at all.
SELECT
    levels, count() AS people, sumForEach(indexes) AS sums,
    sumForEach(arrayMap((index, evidence) -> toUInt64(index < {lukewarm_from:Float64} AND evidence >= {evidence_floor:Float64}), indexes, evidences)) AS at_risk
FROM
(
    SELECT
        arraySort(groupArray((in_time, occurred_at, assumeNotNull(index_after), assumeNotNull(evidence_after)))) AS steps,
        argMin((assumeNotNull(index_before), assumeNotNull(evidence_after)), in_time) AS first,
        arrayMap(at -> arrayCount(met_at -> met_at <= at, steps.2), {times:Array(DateTime64(3, 'UTC'))}) AS met,
        arrayMap(number -> if(number = 0, first.1, (steps.3)[number]), met) AS indexes,
        arrayMap(number -> if(number = 0, if(first.1 = 0, 0, first.2), (steps.4)[number]), met) AS evidences,
        arrayMap(place -> multiIf(evidences[place] < {evidence_floor:Float64}, 'unknown', indexes[place] >= {loyal_from:Float64}, 'loyal',
                                  indexes[place] >= {warm_from:Float64}, 'warm', indexes[place] >= {lukewarm_from:Float64}, 'lukewarm', 'at_risk'),
                 {places:Array(UInt16)}) AS levels
    FROM v_bare_steps
    WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
        AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
    GROUP BY person
)
GROUP BY levels
ORDER BY levels

-- name: retention
-- What became of people in the period, by the level they entered it with.
SELECT level, count() AS people, countIf(has_left) AS left, countIf(has_renewed AND NOT has_left) AS renewed
FROM
(
    SELECT
        argMinIf((assumeNotNull(index_before), ifNull(evidence_after, 1)), in_time, index_before IS NOT NULL) AS first,
        multiIf(first.2 < {evidence_floor:Float64} OR first.1 = 0, 'unknown', first.1 >= {loyal_from:Float64}, 'loyal',
                first.1 >= {warm_from:Float64}, 'warm', first.1 >= {lukewarm_from:Float64}, 'lukewarm', 'at_risk') AS level,
        countIf(outcome = 'left') > 0 AS has_left,
        countIf(outcome IN ('renewed', 'bought', 'referred')) > 0 AS has_renewed
    FROM v_bare_steps
    WHERE occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
        AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
    GROUP BY person
)
GROUP BY level
ORDER BY level

-- name: emotions
-- How much of each emotion, and of its opposite, was felt in each stage.
SELECT
    stage, count() AS contacts, uniqExact(person) AS people,
    sum(greatest(step.surprise, 0)) AS surprise, sum(greatest(step.relief, 0)) AS relief, sum(greatest(step.gratitude, 0)) AS gratitude,
    sum(greatest(step.familiarity, 0)) AS familiarity, sum(greatest(step.belonging, 0)) AS belonging,
    sum(greatest(-step.surprise, 0)) AS disappointment, sum(greatest(-step.relief, 0)) AS frustration, sum(greatest(-step.gratitude, 0)) AS anger,
    sum(greatest(-step.familiarity, 0)) + sum(greatest(-step.belonging, 0)) AS abandonment
FROM v_bare_steps AS step
WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
    AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
    AND ({department:String} = '' OR department = {department:String})
GROUP BY stage
ORDER BY stage

-- name: days
-- What an average contact did to the bond, by day. By time too, for steps are kept in the order of it.
SELECT day, count() AS contacts, sum(assumeNotNull(impact)) AS moved, countIf(valence > 0.15) AS good, countIf(valence < -0.15) AS bad
FROM v_bare_steps
WHERE kind = 'felt' AND day >= {first_day:Date} AND day <= {last_day:Date} AND occurred_at >= toDateTime64({first_day:Date}, 3, 'UTC') - INTERVAL 1 DAY
    AND ({sector:String} = '' OR sector = {sector:String}) AND ({department:String} = '' OR department = {department:String})
    AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
GROUP BY day
ORDER BY day

-- name: words
-- What people said, those first who were moved most; at most two of a type. Words are looked up of the most moved alone.
WITH
(
    SELECT groupArray((person_id, touchpoint_id, impact)) FROM
    (
        SELECT person_id, touchpoint_id, assumeNotNull(impact) AS impact FROM v_bare_steps
        WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
            AND cityHash64(touchpoint_id) IN (SELECT touchpoint_hash FROM v_worded WHERE occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')})
            AND ({type:String} = '' OR type = {type:String})
            AND ({sector:String} = '' OR sector = {sector:String}) AND ({department:String} = '' OR department = {department:String})
            AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
        ORDER BY abs(impact) DESC, occurred_at DESC, person_id
        LIMIT if({type:String} = '', 8, 24) BY type
        LIMIT 24
    )
) AS moved
SELECT
    person_id, type, department, occurred_at, text, language, confidence, valence,
    moved.3[indexOf(arrayZip(moved.1, moved.2), (person_id, touchpoint_id))] AS impact
FROM v_touchpoints
WHERE person_id IN (SELECT arrayJoin(moved.1)) AND (person_id, touchpoint_id) IN (SELECT arrayJoin(arrayZip(moved.1, moved.2))) AND text != ''
ORDER BY abs(impact) DESC, occurred_at DESC, person_id
LIMIT if({type:String} = '', 2, 6) BY type
LIMIT 6

-- name: at_risk
SELECT count() AS customers, countIf(level = 'at_risk') AS at_risk FROM v_bare_bonds
WHERE ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
    AND ({sector:String} = '' OR person IN (SELECT person FROM v_bare_steps WHERE sector = {sector:String}))
