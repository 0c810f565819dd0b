-- name: balance
-- What each department gave and took of those who met it.
SELECT
    department, count() AS people, sum(met) AS contacts, sum(met_good) AS good, sum(met_bad) AS bad, sum(given) AS gained, sum(taken) AS lost,
    sum(given + taken) AS moved, sum((given + taken) * (given + taken)) AS moved_squares
FROM
(
    SELECT
        department, count() AS met, countIf(valence > 0.15) AS met_good, countIf(valence < -0.15) AS met_bad,
        sum(greatest(assumeNotNull(impact), 0)) AS given, sum(least(assumeNotNull(impact), 0)) AS taken
    FROM v_bare_steps
    WHERE kind = 'felt' AND department != '' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
        AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
    GROUP BY person, department
)
GROUP BY department
ORDER BY moved, department

-- name: everybody
-- How many people felt anything.
SELECT uniqExact(person) AS people FROM v_bare_steps
WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
    AND ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))

-- name: weeks
-- What an average contact of each department did to the bond, by week. By time too, for steps are kept in the order of it.
SELECT toMonday(day) AS week, department, count() AS contacts, sum(assumeNotNull(impact)) AS moved
FROM v_bare_steps
WHERE kind = 'felt' AND department != '' AND day >= {first_day:Date} AND day <= {last_day:Date}
    AND occurred_at >= toDateTime64({first_day:Date}, 3, 'UTC') - INTERVAL 1 DAY AND ({sector:String} = '' OR sector = {sector:String})
    AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
GROUP BY week, department
ORDER BY week, department

-- name: handovers
-- What hand-overs from a department to another did to those who went through them.
SELECT
    from_department, to_department, count() AS people, sum(times) AS handovers, sum(person_moved) AS moved,
    sum(person_moved * person_moved) AS moved_squares
FROM
(
    SELECT from_department, to_department, count() AS times, avg(moved) AS person_moved
    FROM v_handovers(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')})
    WHERE ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' AND {language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = {segment:String}, language = {language:String})))
    GROUP BY person, from_department, to_department
)
GROUP BY from_department, to_department
ORDER BY moved, from_department, to_department

-- name: recovery
-- How fast failures of each department were put right, and which needs were met.
SELECT
    department, uniqExact(person) AS people, count() AS failures, countIf(state = 'recovered') AS recovered, countIf(state = 'lost') AS lost,
    quantileExact(0.5)(v_failures.hours_to_act) AS hours_to_act, quantileExact(0.5)(v_failures.hours_to_recover) AS hours_to_recover,
    sum(length(v_failures.needs_met)) AS needs, sum(length(v_failures.needs_met) * length(v_failures.needs_met)) AS needs_squares
FROM v_failures_in(from = {from:DateTime64(3, 'UTC')}, to = {to:DateTime64(3, 'UTC')}) AS v_failures
WHERE ({sector:String} = '' OR sector = {sector:String}) AND ({segment:String} = '' OR segment = {segment:String})
    AND ({language:String} = '' OR person IN (SELECT person FROM v_customers_of(segment = '', language = {language:String})))
GROUP BY department
ORDER BY failures DESC, department
