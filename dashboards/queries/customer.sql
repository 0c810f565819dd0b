-- name: bond
-- By any name of the customer.
SELECT person_id, segment, language, at, bond_index, level, evidence, touchpoints, felt, last_felt_at, model_version
FROM v_bonds
WHERE person_id = ifNull((SELECT person_id FROM v_identities WHERE name_id = {person:String}), {person:String})

-- name: contact
-- What the customer is called and where to reach them, sealed; opened for those who may know names.
SELECT contact FROM v_customers WHERE person_id = {person:String} AND contact != ''

-- name: touchpoints
-- What stands, and the commitments that were missed.
SELECT * FROM
(
    SELECT
        touchpoint_id, kind, type, occurred_at, department, stage, episode_id, case_id, valence, arousal, importance, promise,
        [profile_surprise, profile_relief, profile_gratitude, profile_familiarity, profile_belonging] AS profile,
        recovery, needs_met, outcome, moment_of_truth, language, text, confidence, needs_asked
    FROM v_touchpoints
    WHERE person_id = {person:String} AND occurred_at <= {to:DateTime64(3, 'UTC')}
    UNION ALL
    SELECT
        missed_id, 'felt', 'commitment.missed', due_at, department, stage, missed_id, case_id, felt_if_missed[1], felt_if_missed[2],
        felt_if_missed[3] * felt_if_missed[4], felt_if_missed[5], arraySlice(felt_if_missed, 6),
        false, [], '', felt_if_missed[3] >= 3, '', '', felt_if_missed[4], []
    FROM v_commitments_at(at = {to:DateTime64(3, 'UTC')}, known_by = '2299-12-31 23:59:59.999', person = {person:String})
    WHERE state IN ('missed', 'kept_late')
)
ORDER BY occurred_at, touchpoint_id
LIMIT 5000
