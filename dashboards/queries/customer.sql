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
