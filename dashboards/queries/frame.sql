-- name: pulse
SELECT occurred_at, received_at, steps, bonds, told, apart FROM v_pulse

-- name: choices
SELECT kind, value FROM v_choices ORDER BY kind, value

-- name: levels
SELECT model_version, loyal_from, warm_from, lukewarm_from, evidence_floor FROM v_levels ORDER BY model_version DESC LIMIT 1

-- name: catalogue
SELECT type, title, stage, stage_order, type_order FROM v_catalogue ORDER BY stage_order, type_order, type
