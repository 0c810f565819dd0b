-- name: known
-- By any name of the customer.
SELECT person_id, segment, language, model_version, at FROM v_bonds
WHERE person_id = ifNull((SELECT person_id FROM v_identities WHERE name_id = {person:String}), {person:String})

-- name: commitments
SELECT commitment_id, made_at, due_at, state, department, case_id
FROM v_commitments_at(at = {to:DateTime64(3, 'UTC')}, known_by = '2299-12-31 23:59:59.999', person = {person:String})
WHERE state IN ('open', 'missed')
ORDER BY due_at, commitment_id
LIMIT 50
