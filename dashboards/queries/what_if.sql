-- name: compared
-- How the customers of a range of pseudonyms stand now, and how they would: by segment and by both levels. Who would
-- have felt nothing has no bond. Tens of the index, from −100 on, are counted in the arrays.
SELECT
    segment, before, after, count() AS people, countIf(touched > 0) AS concerned,
    sum(now) AS now_sum, sum(now * now) AS now_squares, sum(would) AS would_sum, sum(would * would) AS would_squares,
    sum(would - now) AS change_sum, sum((would - now) * (would - now)) AS change_squares,
    sumForEach(arrayMap(ten -> toUInt64(ten = least(19, floor((now + 100) / 10))), range(20))) AS tens_now,
    sumForEach(arrayMap(ten -> toUInt64(ten = least(19, floor((would + 100) / 10))), range(20))) AS tens_would
FROM
(
    SELECT
        v_bonds.segment AS segment, v_bonds.level AS before, if(imagined.person_id = '', 'unknown', imagined.level) AS after,
        v_bonds.bond_index AS now, imagined.bond_index AS would, if(imagined.person_id = '', 1, imagined.touched) AS touched
    FROM v_bonds
    LEFT JOIN v_what_if(at = {at:DateTime64(3, 'UTC')}, model = {model:String}, changes = {changes:String}, instead = {instead:String},
                        type = {type:String}, department = {department:String}, hours = {hours:Float64}, first = {first:String}, until = {until:String})
        AS imagined ON imagined.person_id = v_bonds.person_id
    WHERE v_bonds.felt > 0 AND v_bonds.person_id >= {first:String} AND ({until:String} = '' OR v_bonds.person_id < {until:String})
)
GROUP BY segment, before, after
ORDER BY segment, before, after

-- name: everybody
-- How many customers there are to be read.
SELECT count() AS people FROM v_bare_bonds WHERE felt > 0

-- name: models
-- The versions of the model that there are.
SELECT model_version FROM v_levels ORDER BY model_version

-- name: saved
-- What was saved, the newest first.
SELECT name, scenario, saved_by, saved_at FROM v_scenarios ORDER BY saved_at DESC, name LIMIT 200
