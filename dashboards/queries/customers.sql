-- name: counts
-- How many customers are in each list.
SELECT
    count() AS everybody, countIf(level = 'at_risk') AS at_risk, countIf(is_falling) AS falling,
    countIf(is_won_back) AS won_back, countIf(level = 'loyal') AS loyal
FROM v_customer_changes(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')})
WHERE ({sector:String} = '' OR has(sectors, {sector:String})) AND ({department:String} = '' OR has(departments, {department:String}))
    AND ({segment:String} = '' OR segment = {segment:String}) AND ({language:String} = '' OR language = {language:String})

-- name: listed
-- The customers of a list, those first who matter most in it.
SELECT person_id, segment, language, level, bond_index, change, lowest, evidence, felt, last_felt_at
FROM v_customer_changes(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')})
WHERE ({sector:String} = '' OR has(sectors, {sector:String})) AND ({department:String} = '' OR has(departments, {department:String}))
    AND ({segment:String} = '' OR segment = {segment:String}) AND ({language:String} = '' OR language = {language:String})
    AND multiIf({listing:String} = 'at_risk', level = 'at_risk', {listing:String} = 'falling', is_falling,
                {listing:String} = 'won_back', is_won_back, {listing:String} = 'loyal', level = 'loyal', true)
ORDER BY
    multiIf({listing:String} = 'falling', assumeNotNull(change), {listing:String} = 'won_back', lowest - bond_index,
            {listing:String} = 'loyal', -bond_index, bond_index), person_id
LIMIT 1000

-- name: known
-- Who of these is somebody, by any of their names; after them, whose pseudonym begins so.
SELECT
    person_id,
    person_id IN {people:Array(String)} OR person_id IN (SELECT person_id FROM v_identities WHERE name_id IN {people:Array(String)}) AS is_meant
FROM v_bare_bonds
WHERE is_meant OR ({start:String} != '' AND startsWith(person_id, {start:String}))
ORDER BY is_meant DESC, person_id LIMIT 9
