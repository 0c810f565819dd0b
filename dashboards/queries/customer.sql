-- name: bond
SELECT person_id, segment, language, at, bond_index, level, evidence, touchpoints, felt, last_felt_at, model_version
FROM v_bonds WHERE person_id = {person:String}

-- name: touchpoints
SELECT
    touchpoint_id, kind, type, occurred_at, department, stage, episode_id, case_id, valence, arousal, importance, promise,
    [profile_surprise, profile_relief, profile_gratitude, profile_familiarity, profile_belonging] AS profile,
    recovery, needs_met, outcome, moment_of_truth, language, text, confidence
FROM v_touchpoints
WHERE person_id = {person:String} AND occurred_at <= {to:DateTime64(3, 'UTC')}
ORDER BY occurred_at, touchpoint_id
LIMIT 5000

-- name: known
-- Who of these is somebody, or whose pseudonym begins so.
SELECT person_id FROM v_bonds
WHERE person_id IN {people:Array(String)} OR ({start:String} != '' AND startsWith(person_id, {start:String}))
ORDER BY person_id LIMIT 9

-- name: at_risk
SELECT person_id, segment, bond_index, level, last_felt_at, last_felt_at > at - INTERVAL 28 DAY AS is_recent, bond_index AS amount
FROM v_bonds WHERE level = 'at_risk'
ORDER BY is_recent DESC, bond_index, person_id LIMIT 10

-- name: loyal
SELECT person_id, segment, bond_index, level, last_felt_at, true AS is_recent, bond_index AS amount
FROM v_bonds WHERE level = 'loyal'
ORDER BY bond_index DESC, person_id LIMIT 10

-- name: falling
-- What touchpoints of the last 28 days took, most first.
SELECT person_id, segment, bond_index, level, last_felt_at, true AS is_recent, moved AS amount
FROM
(
    SELECT person_id, sum(assumeNotNull(impact)) AS moved FROM v_steps
    WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')}
    GROUP BY person_id HAVING moved < 0 ORDER BY moved, person_id LIMIT 10
) AS fallen
INNER JOIN v_bonds USING (person_id)
ORDER BY moved, person_id
