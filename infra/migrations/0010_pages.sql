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
lives AS
(
    SELECT
        person_id,
        arraySort(groupArrayIf((occurred_at, touchpoint_id, toString(type), valence, assumeNotNull(index_before), assumeNotNull(index_after),
                                {sector:String} = '' OR sector = {sector:String}), kind = 'felt')) AS felt,
        groupArrayIf((occurred_at, toString(outcome)), outcome != '') AS outcomes
    FROM v_bare_steps
    WHERE occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')} + toIntervalDay({days:UInt16})
        AND ({segment:String} = '' AND {language:String} = '' OR person_id IN (SELECT person_id FROM v_customers WHERE ({segment:String} = '' OR segment = {segment:String}) AND ({language:String} = '' OR language = {language:String})))
    GROUP BY person_id
),
meetings AS
(
    SELECT
        felt, outcomes,
        arrayFilter(one -> one.1 <= {to:DateTime64(3, 'UTC')} AND one.7, felt) AS met,
        arrayMap(one -> (one.3, multiIf(one.4 > 0.15, 'good', one.4 < -0.15, 'bad', '')), met) AS kinds,
        arrayEnumerateUniq(kinds) AS times,
        met[indexOf(arrayMap(one -> cityHash64(one.2), met) AS hashes, arrayMin(hashes))] AS ordinary,
        arrayConcat(
            [('anybody', '', '', ordinary)],
            arrayMap(name -> ('same', name, '', ordinary), arrayDistinct(met.3)),
            arrayMap((one, kind) -> ('met', kind.1, kind.2, one),
                     arrayFilter((one, kind, time) -> time = 1 AND kind.2 != '', met, kinds, times),
                     arrayFilter((kind, time) -> time = 1 AND kind.2 != '', kinds, times))
        ) AS anchors
    FROM lives
    WHERE notEmpty(met)
),
followed AS
(
    SELECT
        anchor.1 AS role, anchor.2 AS type, anchor.3 AS tone, anchor.4 AS contact,
        if(contact.5 = 0, 99, toInt16(floor(contact.5 / 10))) AS before,
        contact.6 - contact.5 AS impact,
        arrayLast(one -> one.1 <= contact.1 + toIntervalDay({days:UInt16}), felt).6 - contact.5 AS change,
        arrayMap(one -> one.2, arrayFilter(one -> one.1 >= contact.1 AND one.1 <= contact.1 + toIntervalDay({days:UInt16}), outcomes)) AS came
    FROM meetings
    ARRAY JOIN anchors AS anchor
)
SELECT
    role, type, tone, before, count() AS people, sum(impact) AS impacts, sum(change) AS changes, sum(change * change) AS change_squares,
    countIf(hasAny(came, ['bought', 'renewed', 'referred'])) AS bought, countIf(has(came, 'complained')) AS complained, countIf(has(came, 'left')) AS left
FROM followed
GROUP BY role, type, tone, before
COMMENT 'What followed good and bad contacts of each type: v_moments(from = ..., to = ..., days = 28, sector = '''', segment = '''', language = '''')';

-- Hand-overs: two contacts of a customer, one after the other, with different departments: of the same case, however far
-- apart, or within 14 days. Columns: person_id; case_id, empty unless both are of it; from_department,
-- to_department, from_type, to_type, sector (of the second); left_at, met_at, hours between; index_left: the bond just
-- after the first; index_met: just after the second; moved: index_met less index_left, what the second contact did and
-- what faded in between; hand-overs belong to the period of their second contact, if the first was at most 14 days before it.
CREATE VIEW v_handovers AS
SELECT
    person_id, if(one.7 = next.7, next.7, '') AS case_id, one.5 AS from_department, next.5 AS to_department,
    one.6 AS from_type, next.6 AS to_type, next.8 AS sector, one.1 AS left_at, next.1 AS met_at,
    dateDiff('millisecond', left_at, met_at) / 3600000 AS hours, one.4 AS index_left, next.4 AS index_met, index_met - index_left AS moved
FROM
(
    SELECT
        person_id,
        arraySort(groupArray((occurred_at, touchpoint_id, assumeNotNull(index_before), assumeNotNull(index_after),
                              toString(department), toString(type), case_id, toString(sector)))) AS contacts
    FROM v_bare_steps
    WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} - INTERVAL 14 DAY AND occurred_at <= {to:DateTime64(3, 'UTC')}
    GROUP BY person_id
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
        person_id,
        arraySort(groupArrayIf((occurred_at, touchpoint_id, assumeNotNull(index_before), assumeNotNull(index_after)), kind = 'felt')) AS felt,
        groupArrayIf((occurred_at, toString(outcome)), outcome != '') AS outcomes
    FROM v_bare_steps
    WHERE occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')} + toIntervalDay({days:UInt16})
        AND ({segment:String} = '' AND {language:String} = '' OR person_id IN (SELECT person_id FROM v_customers WHERE ({segment:String} = '' OR segment = {segment:String}) AND ({language:String} = '' OR language = {language:String})))
    GROUP BY person_id
),
failing AS
(
    SELECT
        person_id, arrayMin(groupArray((failed_at, episode_id, index_before, index_after,
                                        ifNull(first_act_at <= failed_at + toIntervalDay({days:UInt16}), false)))) AS first
    FROM v_failures_in(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')} + toIntervalDay({days:UInt16}))
    WHERE ({sector:String} = '' OR sector = {sector:String})
    GROUP BY person_id
),
meetings AS
(
    SELECT
        v_customers.segment AS segment, felt, outcomes,
        arrayFilter(one -> one.1 <= {to:DateTime64(3, 'UTC')}, felt) AS met,
        met[indexOf(arrayMap(one -> cityHash64(one.2), met) AS hashes, arrayMin(hashes))] AS ordinary,
        (first.1, first.2, first.3, first.4) AS failure,
        arrayConcat(
            if(empty(met), [], [('anybody', '', '', ordinary)]),
            if(empty(met) OR first.2 = '', [], [('same', 'failure', '', ordinary)]),
            if(first.2 = '' OR first.1 > {to:DateTime64(3, 'UTC')}, [], [('met', 'failure', if(first.5, 'good', 'bad'), failure)])
        ) AS anchors
    FROM lives
    LEFT JOIN failing USING (person_id)
    LEFT JOIN v_customers USING (person_id)
),
followed AS
(
    SELECT
        segment, anchor.1 AS role, anchor.2 AS type, anchor.3 AS tone, anchor.4 AS contact,
        if(contact.3 = 0, 99, toInt16(floor(contact.3 / 10))) AS before,
        contact.4 - contact.3 AS impact,
        arrayLast(one -> one.1 <= contact.1 + toIntervalDay({days:UInt16}), felt).4 - contact.3 AS change,
        arrayMap(one -> one.2, arrayFilter(one -> one.1 >= contact.1 AND one.1 <= contact.1 + toIntervalDay({days:UInt16}), outcomes)) AS came
    FROM meetings
    ARRAY JOIN anchors AS anchor
)
SELECT
    segment, role, type, tone, before, count() AS people, sum(impact) AS impacts, sum(change) AS changes, sum(change * change) AS change_squares,
    countIf(hasAny(came, ['bought', 'renewed', 'referred'])) AS bought, countIf(has(came, 'complained')) AS complained, countIf(has(came, 'left')) AS left
FROM followed
GROUP BY segment, role, type, tone, before
COMMENT 'What followed failures, put right or not, and ordinary contacts: v_recovery(from = ..., to = ..., days = 28, sector = '''', segment = '''', language = '''')';
