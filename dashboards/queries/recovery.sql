-- name: states
-- What became of the failures of the period, by what failed.
SELECT
    type, uniqExact(person) AS people, count() AS failures, countIf(state = 'open') AS open, countIf(state = 'recovered') AS recovered,
    countIf(state = 'lost') AS lost
FROM v_failures_in(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')}) AS v_failures
WHERE ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' OR segment = {segment:String}) AND ({department:String} = '' OR department = {department:String})
    AND ({language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = '', language = {language:String})))
GROUP BY type
ORDER BY failures DESC, type

-- name: bonds
-- The bond before, just after and now, by what became of the failures; a person's mean where there are several.
SELECT
    state, count() AS people, sum(before) AS before_sum, sum(before * before) AS before_squares, sum(after) AS after_sum,
    sum(after * after) AS after_squares, sum(now) AS now_sum, sum(now * now) AS now_squares
FROM
(
    SELECT person_id, state, avg(index_before) AS before, avg(index_after) AS after, any(bond_index) AS now
    FROM v_failures_in(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')}) AS v_failures
    INNER JOIN v_bare_bonds USING (person_id)
    WHERE ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' OR segment = {segment:String}) AND ({department:String} = '' OR department = {department:String})
        AND ({language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = '', language = {language:String})))
    GROUP BY person_id, state
)
GROUP BY state
ORDER BY state

-- name: followed
-- What followed failures, put right or not, and ordinary contacts of those who never failed.
SELECT segment, role, type, tone, before, people, impacts, changes, change_squares, bought, complained, left
FROM v_recovery(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')}, days = {days:UInt16},
                sector = {sector:String}, segment = {segment:String}, language = {language:String})
ORDER BY segment, role, type, tone, before

-- name: waiting
-- Failures that wait, the deepest falls first.
SELECT person_id, episode_id, segment, type, department, failed_at, depth, needs_unmet, first_act_at
FROM v_failures_in(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')}) AS v_failures
WHERE state = 'open'
    AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' OR segment = {segment:String}) AND ({department:String} = '' OR department = {department:String})
    AND ({language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = '', language = {language:String})))
ORDER BY depth, failed_at, person_id, episode_id
LIMIT 500
