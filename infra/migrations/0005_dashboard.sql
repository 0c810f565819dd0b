-- What the dashboard asks besides the analysts' views: what can be chosen, the order of the journey, where the
-- levels begin.

ALTER TABLE catalogue ADD COLUMN IF NOT EXISTS type_order UInt16 COMMENT 'Place of the type in the catalogue, which lists them in the order of a journey' AFTER stage_order;

CREATE VIEW v_choices
(
    kind  String COMMENT 'sector, department, segment or language',
    value String COMMENT 'A value that occurs'
)
AS SELECT DISTINCT 'sector' AS kind, toString(sector) AS value FROM steps WHERE sector != ''
UNION ALL SELECT DISTINCT 'department', toString(department) FROM steps WHERE department != ''
UNION ALL SELECT DISTINCT 'segment', toString(segment) FROM profiles WHERE segment != ''
UNION ALL SELECT DISTINCT 'language', toString(language) FROM profiles WHERE language != ''
COMMENT 'By what figures can be filtered';

CREATE VIEW v_catalogue
(
    type        LowCardinality(String) COMMENT 'Touchpoint type',
    kind        LowCardinality(String) COMMENT 'felt, unfelt or outcome',
    title       String COMMENT 'What people call it',
    department  LowCardinality(String) COMMENT 'Department that usually owns it',
    stage       LowCardinality(String) COMMENT 'Stage it usually belongs to',
    stage_order UInt16 COMMENT 'Order of the stage in the journey',
    type_order  UInt16 COMMENT 'Order of the type in the journey',
    importance  Float64 COMMENT '1 routine, 2 important, 3 moment of truth'
)
AS SELECT type, kind, title, department, stage, stage_order, type_order, importance FROM catalogue FINAL
COMMENT 'The touchpoint types in force, in the order of a journey';

CREATE VIEW v_levels
(
    model_version  String COMMENT 'Version of the bond model',
    loyal_from     Float64 COMMENT 'Least index of level loyal',
    warm_from      Float64 COMMENT 'Least index of level warm',
    lukewarm_from  Float64 COMMENT 'Least index of level lukewarm; below is at_risk',
    evidence_floor Float64 COMMENT 'Under this evidence the level is unknown'
)
AS SELECT version AS model_version, loyal_from, warm_from, lukewarm_from, evidence_floor FROM bond_models FINAL
COMMENT 'Where the levels of the bond begin';
