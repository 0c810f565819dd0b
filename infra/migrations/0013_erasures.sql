-- Receipts of erasures. They do not say whose: the command does, by the pseudonym.

CREATE TABLE erasures
(
    erasure_id  String COMMENT 'Id of the command',
    issued_by   String COMMENT 'Who gave the command',
    anonymised  Bool COMMENT 'Do figures stay, of nobody?',
    ordered_at  DateTime64(3, 'UTC') COMMENT 'When Kafka received the command',
    erased_at   DateTime64(3, 'UTC') COMMENT 'When nothing was left in the tables and on their disk',
    names       UInt32 COMMENT 'Names of the customer that were erased',
    held        Map(String, UInt64) COMMENT 'Rows that were held, by table',
    raw_gone_at DateTime64(3, 'UTC') COMMENT 'When topics of Kafka and rejected events hold nothing either'
)
ENGINE = ReplacingMergeTree(erased_at)
ORDER BY erasure_id
COMMENT 'Receipts of customers who were erased or anonymised';

CREATE VIEW v_erasures
(
    erasure_id  String COMMENT 'Id of the command',
    issued_by   String COMMENT 'Who gave the command',
    anonymised  Bool COMMENT 'Do figures stay, of nobody?',
    ordered_at  DateTime64(3, 'UTC') COMMENT 'When Kafka received the command',
    erased_at   DateTime64(3, 'UTC') COMMENT 'When nothing was left in the tables and on their disk',
    names       UInt32 COMMENT 'Names of the customer that were erased',
    held        Map(String, UInt64) COMMENT 'Rows that were held, by table',
    raw_gone_at DateTime64(3, 'UTC') COMMENT 'When topics of Kafka and rejected events hold nothing either'
)
AS SELECT erasure_id, issued_by, anonymised, ordered_at, erased_at, names, held, raw_gone_at
FROM erasures FINAL
COMMENT 'Receipts of customers who were erased or anonymised: counts, and when raw copies are gone too';
