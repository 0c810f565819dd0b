-- name: followed
-- What followed good and bad contacts of each type, and ordinary contacts, by the bond before them.
SELECT role, type, tone, before, people, impacts, changes, change_squares, bought, complained, left
FROM v_moments(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')}, days = {days:UInt16},
               sector = {sector:String}, segment = {segment:String}, language = {language:String})
ORDER BY role, type, tone, before

-- name: types
-- Who owns each type, and whether it is declared a moment of truth.
SELECT type, department, importance = 3 AS is_declared FROM v_catalogue ORDER BY type
