-- Absence counts: commitments, and which of them were missed, kept or kept late, at any time and as known at any
-- time, from the journal alone. The laws are those of streams/commitments.py: a commitment is missed if it is due
-- and nothing at or before the time it was due kept it; made again before it was due it is moved, and the later
-- making holds. Tests hold the two to each other.

-- Columns: person_id; commitment_id; made_by (touchpoint_id), made_under (pseudonym of the name), made_at; due_at; kept_at, NULL while nothing keeps it;
-- state (open, kept, missed, kept_late) as of `at`; missed_id, the touchpoint that it is when missed; department,
-- stage, sector, product, case_id of the maker; felt_if_missed; known_at, kafka_topic, kafka_partition of the maker.
-- ClickHouse keeps no comments on the columns of a view with parameters.

CREATE VIEW v_commitments_at AS
WITH
-- The names that links join as known then, each with its person: as v_joined_at, whose planning would cost more than
-- reading, for ClickHouse plans a view anew at each place that names it.
joined AS
(
    SELECT name_id, persons[arrayLastIndex(known_at -> known_at <= {known_by:DateTime64(3, 'UTC')}, known_times)] AS person_id
    FROM identities FINAL
    WHERE person_id != ''
),

-- The row of each touchpoint that made or kept a commitment that stood as known then.
standing AS
(
    SELECT
        if(joined.person_id = '', journal.person_id, joined.person_id) AS person_id, journal.person_id AS made_under,
        touchpoint_id, occurred_at, commitment_id, due_at, keeps_id, department, stage, sector, product, case_id,
        felt_if_missed, first_received_at, kafka_topic, kafka_partition
    FROM journal LEFT JOIN joined ON joined.name_id = journal.person_id
    WHERE known_at <= {known_by:DateTime64(3, 'UTC')}
        AND (journal.person_id, touchpoint_id) IN
        (
            SELECT person_id, touchpoint_id FROM journal
            WHERE (commitment_id != '' OR keeps_id != '')
                AND ({person:String} = '' OR person_id = {person:String} OR person_id IN
                (
                    SELECT name_id FROM joined
                    WHERE person_id IN (SELECT person_id FROM joined WHERE name_id = {person:String})
                ))
        )
    ORDER BY person_id, touchpoint_id, content_hash, revision DESC, made_under
    LIMIT 1 BY person_id, touchpoint_id
),

-- One row for each commitment: its makers in the order of time, and when it was first kept.
promises AS
(
    SELECT
        person_id, promise,
        arraySort(maker -> (maker.made_at, maker.made_by), groupArrayIf(
            CAST((occurred_at, touchpoint_id, due_at, department, stage, sector, product, case_id, felt_if_missed,
                  first_received_at, kafka_topic, kafka_partition, made_under),
                 'Tuple(made_at DateTime64(3, \'UTC\'), made_by String, due_at DateTime64(3, \'UTC\'), department String,
                        stage String, sector String, product String, case_id String, felt_if_missed Array(Float64),
                        received_at DateTime64(3, \'UTC\'), kafka_topic String, kafka_partition Int32, made_under String)'),
            is_made)) AS makers,
        minOrNullIf(occurred_at, NOT is_made) AS first_kept_at
    FROM standing
    ARRAY JOIN [commitment_id, keeps_id] AS promise, [true, false] AS is_made
    WHERE promise != '' AND occurred_at <= {at:DateTime64(3, 'UTC')}
        AND (person_id, touchpoint_id) NOT IN
        (
            SELECT if(joined.person_id = '', withdrawals.person_id, joined.person_id), withdrawn_id
            FROM withdrawals LEFT JOIN joined ON joined.name_id = withdrawals.person_id
            WHERE known_at <= {known_by:DateTime64(3, 'UTC')}
        )
    GROUP BY person_id, promise
    HAVING notEmpty(makers)
)

SELECT
    person_id, promise AS commitment_id, maker.made_by AS made_by, maker.made_under AS made_under, maker.made_at AS made_at, maker.due_at AS due_at,
    first_kept_at AS kept_at,
    multiIf(first_kept_at <= due_at, 'kept', due_at > {at:DateTime64(3, 'UTC')}, 'open',
            first_kept_at IS NULL, 'missed', 'kept_late') AS state,
    concat(maker.made_by, '|missed') AS missed_id,
    maker.department AS department, maker.stage AS stage, maker.sector AS sector, maker.product AS product,
    maker.case_id AS case_id, maker.felt_if_missed AS felt_if_missed, maker.received_at AS received_at,
    maker.kafka_topic AS kafka_topic, maker.kafka_partition AS kafka_partition
FROM promises
ARRAY JOIN makers AS maker, arrayPushBack(arrayPopFront(makers.made_at), toDateTime64('2299-12-31 23:59:59.999', 3, 'UTC')) AS made_again_at
WHERE made_again_at > maker.due_at
COMMENT 'Commitments of one customer, or of all if person is empty, at any time, as known at any time: v_commitments_at(at = ..., known_by = ..., person = '''')';
