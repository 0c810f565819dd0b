-- name: followed
-- What followed good and bad contacts of each type, and ordinary contacts, by the bond before them.
SELECT role, type, tone, before, people, impacts, changes, change_squares, bought, complained, left
FROM v_moments(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')}, days = {days:UInt16},
               sector = {sector:String}, segment = {segment:String}, language = {language:String})
ORDER BY role, type, tone, before

-- name: declared
-- The types that are declared moments of truth.
SELECT type FROM v_catalogue WHERE importance = 3 ORDER BY type
