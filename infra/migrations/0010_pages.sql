-- What the pages on customers, moments of truth, departments and recovery ask. Views with parameters look at a
-- period: after `from`, up to and with `to`. ClickHouse keeps no comments on their columns; they stand here.

-- Columns: person_id, segment, language, bond_index, level, evidence, felt, last_felt_at as in v_bonds; contacts: felt
-- touchpoints in the period; change: the bond now less that before the first of them, NULL without any; lowest: the
-- lowest bond just after one of them; regained: what touchpoints of later times did; departments and sectors that they met.
-- is_falling: lower than before the period. is_won_back: at risk in the period, no longer now, and more than half
-- of the way back was gained by touchpoints: silence fades a bad bond too, and that is no success.
CREATE VIEW v_customer_changes AS
SELECT
    person_id, segment, language, bond_index, level, evidence, felt, last_felt_at,
    contacts, if(contacts > 0, bond_index - index_at_first, NULL) AS change,
    if(contacts > 0, low_index, NULL) AS lowest, regained,
    departments, sectors, contacts > 0 AND change < 0 AS is_falling,
    contacts > 0 AND low_index < lukewarm_from AND low_evidence >= evidence_floor AND level IN ('loyal', 'warm', 'lukewarm')
        AND regained > (bond_index - low_index) / 2 AS is_won_back
FROM v_bonds
INNER JOIN v_levels USING (model_version)
LEFT ANY JOIN
(
    SELECT
        person_id, count() AS contacts, groupUniqArray(department) AS departments, groupUniqArray(sector) AS sectors,
        argMin(assumeNotNull(index_before), in_time) AS index_at_first,
        -- The lowest index and its time as one number, for the least of tuples takes four times as long to find.
        min(bitShiftLeft(toUInt128(reinterpretAsUInt64(assumeNotNull(index_after) + 1000)), 64) + toUnixTimestamp64Milli(occurred_at) + 140737488355328 AS height) AS low,
        min(assumeNotNull(index_after)) AS low_index, argMin(assumeNotNull(evidence_after), height) AS low_evidence,
        arraySum(step -> if(step.1 > toInt64(toUInt64(low)) - 140737488355328, step.2, 0),
                 groupArray((toUnixTimestamp64Milli(occurred_at), assumeNotNull(impact)))) AS regained
    FROM v_bare_steps
    WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
    GROUP BY person_id
) AS period USING (person_id)
COMMENT 'How every customer stands now, and what a period did: v_customer_changes(from = ..., to = ...)';

-- What followed a contact, for `days` days, and what followed an ordinary one. For each person the first good and the
-- first bad contact of each type in the period, and one ordinary contact: that with the least hash, so that chance
-- chooses it and always the same. Columns: role: met, the contacts of a type and tone; anybody, the ordinary contact
-- of everybody (no type); same, the ordinary contact of those who met the type (no tone), so that anybody less same is
-- the rest; type, tone (good, bad); before: index before it in tens, 99 where nothing was known yet; people; impacts: what
-- the contact itself did; changes and change_squares: of the index, from before it to as last felt after `days`; bought
-- (or renewed, or referred), complained and left: people who did within `days`. Sums over people, each counted once.
CREATE VIEW v_moments AS
WITH
-- Arrays of numbers, one for each thing, are gathered in half the time of one of tuples with texts; so types are hashes,
-- and times are counts of milliseconds from one beginning.
lives AS
(
    SELECT
        groupArrayIf(in_time, kind = 'felt') AS places, groupArrayIf(cityHash64(type), kind = 'felt') AS types,
        groupArrayIf(toInt8(multiIf(valence > 0.15, 1, valence < -0.15, -1, 0)), kind = 'felt') AS tones,
        groupArrayIf(assumeNotNull(index_before), kind = 'felt') AS befores, groupArrayIf(assumeNotNull(index_after), kind = 'felt') AS afters,
        groupArrayIf(occurred_at <= {to:DateTime64(3, 'UTC')} AND ({sector:String} = '' OR sector = {sector:String}), kind = 'felt') AS count_here,
        argMinIf(in_time, cityHash64(touchpoint_id), kind = 'felt' AND occurred_at <= {to:DateTime64(3, 'UTC')} AND ({sector:String} = '' OR sector = {sector:String})) AS by_chance,
        groupArrayIf(bitShiftRight(in_time, 16), outcome != '') AS came_at, groupArrayIf(toUInt8(multiIf(outcome = 'left', 4, outcome = 'complained', 2, 1)), outcome != '') AS came
    FROM v_bare_steps
    WHERE (kind = 'felt' OR outcome != '') AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')} + toIntervalDay({days:UInt16})
        AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
    GROUP BY person
),
meetings AS
(
    SELECT
        came_at, came,
        arraySort(arrayZip(places, types, tones, befores, afters, count_here)) AS felt,
        arrayMap(place -> bitShiftRight(place, 16), felt.1) AS times, felt.5 AS indexes,
        arrayFilter(one -> one.6, felt) AS met,
        arrayMap((one, time) -> one.3 != 0 AND time = 1, met, arrayEnumerateUniq(met.2, met.3)) AS are_first,
        met[indexOf(met.1, by_chance)] AS ordinary,
        arrayConcat(
            [('anybody', toUInt64(0), '', ordinary)],
            arrayMap(type -> ('same', type, '', ordinary), arrayDistinct(met.2)),
            arrayMap(one -> ('met', one.2, if(one.3 > 0, 'good', 'bad'), one), arrayFilter((one, is_first) -> is_first, met, are_first))
        ) AS anchors
    FROM lives
    WHERE by_chance > 0
),
followed AS
(
    SELECT
        anchor.1 AS role, anchor.2 AS type_hash, anchor.3 AS tone, anchor.4 AS contact, bitShiftRight(contact.1, 16) AS began,
        began + {days:UInt16} * 86400000 AS ended,
        if(contact.4 = 0, 99, toInt16(floor(contact.4 / 10))) AS before,
        contact.5 - contact.4 AS impact,
        indexes[arrayLastIndex(at -> at <= ended, times)] - contact.4 AS change,
        arrayReduce('groupBitOr', arrayMap((at, what) -> if(at >= began AND at <= ended, what, 0), came_at, came)) AS outcomes
    FROM meetings
    ARRAY JOIN anchors AS anchor
),
(
    SELECT arrayPushFront(groupUniqArray(toString(type)), '') FROM v_bare_steps
    WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
) AS names
SELECT
    role, names[indexOf(arrayMap(name -> if(name = '', 0, cityHash64(name)), names), type_hash)] AS type, tone, before,
    count() AS people, sum(impact) AS impacts, sum(change) AS changes, sum(change * change) AS change_squares,
    countIf(bitTest(outcomes, 0)) AS bought, countIf(bitTest(outcomes, 1)) AS complained, countIf(bitTest(outcomes, 2)) AS left
FROM followed
GROUP BY role, type_hash, tone, before
COMMENT 'What followed good and bad contacts of each type: v_moments(from = ..., to = ..., days = 28, sector = '''', segment = '''', language = '''')';

-- Hand-overs: two contacts of a customer, one after the other, with different departments: of the same case, however far
-- apart, or within 14 days. Columns: person, person_id; case_id, empty unless both are of it; from_department,
-- to_department, from_type, to_type, sector (of the second); left_at, met_at, hours between; index_left: the bond just
-- after the first; index_met: just after the second; moved: index_met less index_left, what the second contact did and
-- what faded in between; hand-overs belong to the period of their second contact, if the first was at most 14 days before it.
CREATE VIEW v_handovers AS
SELECT
    person, person_id, if(one.5 = next.5, next.5, '') AS case_id, one.4 AS from_department, next.4 AS to_department,
    one.6 AS from_type, next.6 AS to_type, next.7 AS sector, one.2 AS left_at, next.2 AS met_at,
    dateDiff('millisecond', left_at, met_at) / 3600000 AS hours, one.3 AS index_left, next.3 AS index_met, index_met - index_left AS moved
FROM
(
    SELECT
        person, any(person_id) AS person_id,
        arraySort(groupArray((in_time, occurred_at, assumeNotNull(index_after), department, case_id, type, sector))) AS contacts
    FROM v_bare_steps
    WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} - INTERVAL 14 DAY AND occurred_at <= {to:DateTime64(3, 'UTC')}
    GROUP BY person
)
ARRAY JOIN arrayPopBack(contacts) AS one, arrayPopFront(contacts) AS next
WHERE from_department != to_department AND met_at > {from:DateTime64(3, 'UTC')} AND (case_id != '' OR hours <= 14 * 24)
COMMENT 'Where a customer goes from one department to the next, and what the bond did: v_handovers(from = ..., to = ...)';

-- Does a failure that is put right leave a stronger bond than none? As v_moments, for one failure of each person: the
-- first in the period. Columns: segment; role: met, the failures (tone good: an act of recovery came within `days`; bad:
-- none did); anybody, an ordinary contact of everybody; same, that of those who had a failure from the period's start to
-- `days` after its end, so that anybody less same never failed; type: failure, or empty for anybody; the others as there.
-- What was done decides the group, not what came of it: that would make recovery look good by definition.
CREATE VIEW v_recovery AS
WITH
lives AS
(
    SELECT
        person,
        groupArrayIf(in_time, kind = 'felt') AS places,
        groupArrayIf(assumeNotNull(index_before), kind = 'felt') AS befores, groupArrayIf(assumeNotNull(index_after), kind = 'felt') AS afters,
        argMinIf(in_time, cityHash64(touchpoint_id), kind = 'felt' AND occurred_at <= {to:DateTime64(3, 'UTC')}) AS by_chance,
        groupArrayIf(bitShiftRight(in_time, 16), outcome != '') AS came_at, groupArrayIf(toUInt8(multiIf(outcome = 'left', 4, outcome = 'complained', 2, 1)), outcome != '') AS came
    FROM v_bare_steps
    WHERE (kind = 'felt' OR outcome != '') AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')} + toIntervalDay({days:UInt16})
        AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
    GROUP BY person
),
failing AS
(
    SELECT
        person,
        argMin((toUInt64(toUnixTimestamp64Milli(failed_at) + 140737488355328), index_before, index_after, failed_at <= {to:DateTime64(3, 'UTC')},
                ifNull(first_act_at <= failed_at + toIntervalDay({days:UInt16}), false)), (failed_at, episode_id)) AS first
    FROM v_failures_in(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')} + toIntervalDay({days:UInt16}))
    WHERE ({sector:String} = '' OR sector = {sector:String})
    GROUP BY person
),
-- Of each person at most one row is found by these joins, which so copy no arrays.
meetings AS
(
    SELECT
        customers.segment AS segment, came_at, came,
        arraySort(arrayZip(places, befores, afters)) AS felt,
        arrayMap(place -> bitShiftRight(place, 16), felt.1) AS times, felt.3 AS indexes,
        (bitShiftRight(by_chance, 16), felt[indexOf(felt.1, by_chance)].2, felt[indexOf(felt.1, by_chance)].3) AS ordinary,
        (first.1, first.2, first.3) AS failure,
        arrayConcat(
            if(by_chance = 0, [], [('anybody', '', '', ordinary)]),
            if(by_chance = 0 OR first.1 = 0, [], [('same', 'failure', '', ordinary)]),
            if(first.4, [('met', 'failure', if(first.5, 'good', 'bad'), failure)], [])
        ) AS anchors
    FROM lives
    LEFT ANY JOIN failing ON failing.person = lives.person
    LEFT ANY JOIN (SELECT person, segment FROM v_customers) AS customers ON customers.person = lives.person
),
followed AS
(
    SELECT
        segment, anchor.1 AS role, anchor.2 AS type, anchor.3 AS tone, anchor.4 AS contact, contact.1 + {days:UInt16} * 86400000 AS ended,
        if(contact.2 = 0, 99, toInt16(floor(contact.2 / 10))) AS before,
        contact.3 - contact.2 AS impact,
        indexes[arrayLastIndex(at -> at <= ended, times)] - contact.2 AS change,
        arrayReduce('groupBitOr', arrayMap((at, what) -> if(at >= contact.1 AND at <= ended, what, 0), came_at, came)) AS outcomes
    FROM meetings
    ARRAY JOIN anchors AS anchor
)
SELECT
    segment, role, type, tone, before, count() AS people, sum(impact) AS impacts, sum(change) AS changes, sum(change * change) AS change_squares,
    countIf(bitTest(outcomes, 0)) AS bought, countIf(bitTest(outcomes, 1)) AS complained, countIf(bitTest(outcomes, 2)) AS left
FROM followed
GROUP BY segment, role, type, tone, before
COMMENT 'What followed failures, put right or not, and ordinary contacts: v_recovery(from = ..., to = ..., days = 28, sector = '''', segment = '''', language = '''')';
