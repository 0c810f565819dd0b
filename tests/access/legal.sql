-- Queries that analysts may ask, each after a line with its name. The README's are asked besides these.

-- name: a number alone
SELECT 1

-- name: with a from clause first
FROM v_bonds SELECT count()

-- name: times and zones
SELECT toStartOfWeek(occurred_at, 1, 'Europe/Madrid') AS week, count() FROM v_steps GROUP BY week ORDER BY week

-- name: a date range by interval
SELECT count() FROM v_steps WHERE occurred_at BETWEEN toDateTime64('2026-01-01 00:00:00', 3) AND now64(3) - INTERVAL 1 DAY

-- name: running totals by window
SELECT day, sum(lost) OVER (PARTITION BY stage ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM v_touchpoint_days

-- name: rank by window, with its name
SELECT person_id, row_number() OVER w AS place FROM v_bonds WINDOW w AS (ORDER BY bond_index DESC) QUALIFY place <= 3

-- name: lag of the index
SELECT person_id, index_after - lagInFrame(index_after) OVER (PARTITION BY person_id ORDER BY occurred_at) AS moved FROM v_steps

-- name: a join of views
SELECT b.level, count() FROM v_steps AS s INNER JOIN v_bonds AS b ON b.person_id = s.person_id GROUP BY b.level

-- name: a left join, using
SELECT type, title, count(touchpoint_id) FROM v_catalogue LEFT JOIN v_steps USING (type) GROUP BY ALL ORDER BY ALL

-- name: an asof join
SELECT o.outcome, s.valence FROM v_outcomes AS o ASOF LEFT JOIN v_steps AS s ON s.person_id = o.person_id AND s.occurred_at < o.occurred_at

-- name: a common table expression
WITH at_risk AS (SELECT person_id FROM v_bonds WHERE level = 'at_risk') SELECT count() FROM v_outcomes WHERE person_id IN at_risk

-- name: a recursive one
WITH RECURSIVE weeks AS (SELECT 1 AS week UNION ALL SELECT week + 1 FROM weeks WHERE week < 4) SELECT sum(week) FROM weeks

-- name: a named expression
WITH 0.5 AS least SELECT countIf(evidence > least) AS sure, round(100 * sure / count()) AS `% sure` FROM v_bonds

-- name: arrays and lambdas
SELECT arraySum(x -> x * x, arrayFilter(x -> x > 0, groupArray(bond_index))) FROM v_bonds

-- name: array join
SELECT need, count() FROM v_touchpoints ARRAY JOIN needs_met AS need GROUP BY need

-- name: tuples and maps
SELECT (person_id, level).2 AS level, map('index', bond_index)['index'] AS bond FROM v_bonds

-- name: quantiles and combinators
SELECT quantiles(0.1, 0.5, 0.9)(bond_index), uniqExactIf(person_id, level = 'loyal'), argMax(person_id, bond_index) FROM v_bonds

-- name: states of aggregates
SELECT uniqMerge(people) FROM (SELECT uniqState(person_id) AS people FROM v_steps GROUP BY type)

-- name: rollup with totals
SELECT department, stage, sum(felt) FROM v_touchpoint_days GROUP BY ROLLUP(department, stage)

-- name: grouping sets
SELECT department, channel, count() FROM v_steps GROUP BY GROUPING SETS ((department), (channel))

-- name: the best of each
SELECT department, type, valence FROM v_steps ORDER BY valence DESC LIMIT 1 BY department LIMIT 10

-- name: gaps filled
SELECT day, sum(felt) AS felt FROM v_touchpoint_days GROUP BY day ORDER BY day WITH FILL STEP 1

-- name: conditions
SELECT CASE WHEN bond_index > 0 THEN 'good' ELSE 'bad' END AS is, multiIf(felt > 10, 'many', 'few') FROM v_bonds

-- name: text
SELECT lower(type), type LIKE 'delivery.%', splitByChar('.', toString(type))[1], match(type, '^[a-z.]+$') FROM v_steps

-- name: json in the payload
SELECT JSONExtractString(payload, 'department'), JSONHas(evidence, 1) FROM v_touchpoints

-- name: distinct, union, except
SELECT DISTINCT stage FROM v_steps UNION ALL SELECT department FROM v_steps EXCEPT SELECT ''

-- name: all columns but one
SELECT * EXCEPT (payload, evidence), COLUMNS('_id$') FROM v_touchpoints

-- name: scalar subquery
SELECT bond_index - (SELECT avg(bond_index) FROM v_bonds) AS apart FROM v_bonds

-- name: exists and not in
SELECT count() FROM v_bonds AS b WHERE person_id NOT IN (SELECT person_id FROM v_outcomes WHERE outcome = 'left')

-- name: as of any time
SELECT level, count() FROM v_bond_at(at = '2026-06-01', known_by = '2026-06-01', model = 'bond-1', person = '') GROUP BY level

-- name: a calendar from numbers
SELECT toDate('2026-01-01') + number AS day, countIf(toDate(occurred_at) = day) FROM numbers(7) AS days CROSS JOIN v_steps GROUP BY day

-- name: with comments, heredoc and a semicolon
/* asked by hand */ SELECT $$it's$$ AS said, 'it''s', "level" -- the level
FROM `v_bonds`;

-- name: with the database's name
SELECT count() FROM {database}.v_bonds

-- name: a list of columns, as tools ask
SELECT name, type, comment FROM system.columns WHERE database = '{database}' AND table = 'v_bonds' ORDER BY position

-- name: a list of tables, as tools ask
SELECT database, name, engine, comment FROM system.tables WHERE database NOT IN ('system') ORDER BY name

-- name: the standard's list of columns
SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = '{database}'

-- name: who and where, as tools ask
SELECT currentUser() AS user, timezone() AS timezone, version() AS version, currentDatabase() LIMIT 1

-- name: tables shown
SHOW TABLES FROM {database} LIKE 'v\_%'

-- name: databases shown
SHOW DATABASES

-- name: columns shown
SHOW COLUMNS FROM v_bonds

-- name: a view described
DESCRIBE TABLE v_bonds

-- name: a query described
DESCRIBE (SELECT level, count() AS people FROM v_bonds GROUP BY level)

-- name: there is such a view
EXISTS TABLE v_bonds

-- name: with settings behind
SELECT level, count() FROM v_bonds GROUP BY level SETTINGS max_threads = 1, extremes = 1
