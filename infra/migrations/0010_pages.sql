-- What the pages on customers, moments of truth, departments and recovery ask. Views with parameters look at a
-- period: after `from`, up to and with `to`. ClickHouse keeps no comments on their columns; they stand here.

-- Columns: person_id, segment, language, bond_index, level, evidence, felt, last_felt_at as in v_bonds; contacts: felt
-- touchpoints in the period; change: the bond now less that before the first of them, NULL without any; lowest: the
-- lowest bond just after one of them; regained: what touchpoints did since; departments and sectors that they met.
-- is_falling: lower than before the period. is_won_back: at risk in the period, no longer now, and more than half
-- of the way back was gained by touchpoints: silence fades a bad bond too, and that is no success.
CREATE VIEW v_customer_changes AS
SELECT
    person_id, segment, language, bond_index, level, evidence, felt, last_felt_at,
    length(met) AS contacts, if(contacts > 0, bond_index - first.3, NULL) AS change,
    if(contacts > 0, low.4, NULL) AS lowest,
    arraySum(step -> if((step.1, step.2) > (low.1, low.2), step.4 - step.3, 0), met) AS regained,
    departments, sectors, contacts > 0 AND change < 0 AS is_falling,
    contacts > 0 AND low.4 < lukewarm_from AND low.5 >= evidence_floor AND level IN ('loyal', 'warm', 'lukewarm')
        AND regained > (bond_index - low.4) / 2 AS is_won_back
FROM
(
    SELECT
        person_id, segment, language, bond_index, level, evidence, felt, last_felt_at, met, departments, sectors,
        lukewarm_from, evidence_floor, arrayMin(met) AS first,
        arrayFirst(step -> step.4 = arrayMin(arrayMap(one -> one.4, met)), met) AS low
    FROM v_bonds
    INNER JOIN v_levels USING (model_version)
    LEFT JOIN
    (
        SELECT
            person_id, groupUniqArray(toString(department)) AS departments, groupUniqArray(toString(sector)) AS sectors,
            groupArray((occurred_at, touchpoint_id, assumeNotNull(index_before), assumeNotNull(index_after), assumeNotNull(evidence_after))) AS met
        FROM v_steps
        WHERE kind = 'felt' AND occurred_at > {from:DateTime64(3, 'UTC')} AND occurred_at <= {to:DateTime64(3, 'UTC')}
        GROUP BY person_id
    ) AS period USING (person_id)
)
COMMENT 'How every customer stands now, and what a period did: v_customer_changes(from = ..., to = ...)';
