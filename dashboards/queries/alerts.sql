-- name: counts
-- How many alerts of the period are in each state, are late, and how many older ones nobody has done.
SELECT
    countIf(raised_at > {from:DateTime64(3, 'UTC')} AND state = 'open') AS open,
    countIf(raised_at > {from:DateTime64(3, 'UTC')} AND state = 'acknowledged') AS acknowledged,
    countIf(raised_at > {from:DateTime64(3, 'UTC')} AND state = 'assigned') AS assigned,
    countIf(raised_at > {from:DateTime64(3, 'UTC')} AND state = 'done') AS done,
    countIf(raised_at > {from:DateTime64(3, 'UTC')} AND state != 'done' AND NOT good AND act_by_at < {to:DateTime64(3, 'UTC')}) AS late,
    countIf(raised_at <= {from:DateTime64(3, 'UTC')} AND state != 'done') AS older
FROM v_alerts
WHERE raised_at <= {to:DateTime64(3, 'UTC')} AND ({department:String} = '' OR department = {department:String})
    AND ({segment:String} = '' OR segment = {segment:String}) AND ({language:String} = '' OR language = {language:String})
    AND ({sector:String} = '' OR person_id IN (SELECT person_id FROM v_bare_steps WHERE sector = {sector:String} AND occurred_at <= {to:DateTime64(3, 'UTC')}))

-- name: listed
-- The alerts of one state, the newest first.
SELECT
    alert_id, person_id, segment, rule, title, good, raised_at, department, index_from, index_to, movement, occasion,
    needs_unmet, act_by_at, worth, state, state_at, state_by, assigned_to, note
FROM v_alerts
WHERE raised_at > {from:DateTime64(3, 'UTC')} AND raised_at <= {to:DateTime64(3, 'UTC')} AND state = {inbox:String}
    AND ({department:String} = '' OR department = {department:String})
    AND ({segment:String} = '' OR segment = {segment:String}) AND ({language:String} = '' OR language = {language:String})
    AND ({sector:String} = '' OR person_id IN (SELECT person_id FROM v_bare_steps WHERE sector = {sector:String} AND occurred_at <= {to:DateTime64(3, 'UTC')}))
ORDER BY raised_at DESC, alert_id
LIMIT 300

-- name: one
SELECT
    alert_id, person_id, segment, rule, title, good, raised_at, department, index_from, index_to, movement, occasion,
    needs_unmet, act_by_at, worth, state, state_at, state_by, assigned_to, note
FROM v_alerts WHERE alert_id = {alert:String}

-- name: trace
-- Who brought an alert how far, and when.
SELECT state, at, by, assigned_to, note FROM v_alert_states WHERE alert_id = {alert:String} ORDER BY at, command_id

-- name: courses
-- What the bonds did: of each person, the index after each felt touchpoint.
SELECT person_id, arraySort(groupArray((occurred_at, assumeNotNull(index_after)))) AS course
FROM v_bare_steps
WHERE kind = 'felt' AND person_id IN {people:Array(String)} AND occurred_at <= {to:DateTime64(3, 'UTC')}
GROUP BY person_id

-- name: rules
-- The rules in force, and what each raised in the period.
SELECT rules.rule AS rule, any(rules.title) AS title, any(rules.is_on) AS is_on, any(rules.owner) AS owner, any(rules.switched_by) AS switched_by,
    countIf(alerts.alert_id != '') AS alerts, uniqExactIf(alerts.person_id, alerts.alert_id != '') AS people
FROM v_alert_rules AS rules
LEFT JOIN
(
    SELECT rule, alert_id, person_id FROM v_alerts
    WHERE raised_at > {from:DateTime64(3, 'UTC')} AND raised_at <= {to:DateTime64(3, 'UTC')}
        AND ({department:String} = '' OR department = {department:String})
        AND ({segment:String} = '' OR segment = {segment:String}) AND ({language:String} = '' OR language = {language:String})
        AND ({sector:String} = '' OR person_id IN (SELECT person_id FROM v_bare_steps WHERE sector = {sector:String} AND occurred_at <= {to:DateTime64(3, 'UTC')}))
) AS alerts ON alerts.rule = rules.rule
GROUP BY rules.rule
ORDER BY alerts DESC, rule

-- name: switches
-- Who switched a rule, and when, or why it was not obeyed.
SELECT switch_on AS is_on, known_at AS at, issued_by AS by, note, refused
FROM v_commands
WHERE type = 'rule.switch.v1' AND subject = {rule:String}
ORDER BY known_at, command_id
