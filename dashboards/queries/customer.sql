-- name: known
-- By any name of the customer.
SELECT person_id, segment, language, model_version, at FROM v_bonds
WHERE person_id = ifNull((SELECT person_id FROM v_identities WHERE name_id = {person:String}), {person:String})

-- name: contact
-- What the customer is called and where to reach them, sealed; opened for those who may know names.
SELECT contact FROM v_customers WHERE person_id = {person:String} AND contact != ''

-- name: names
-- The names that are joined in the customer, the first known first.
SELECT name_id, since_at FROM v_identities WHERE person_id = {person:String} AND state = 'joined' ORDER BY since_at, name_id

-- name: told
SELECT * REPLACE (toUnixTimestamp64Milli(occurred_at) AS occurred_at, toUnixTimestamp64Milli(due_at) AS due_at)
FROM v_told(person = {person:String}, known_by = {known_by:DateTime64(3, 'UTC')})
