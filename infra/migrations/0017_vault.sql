-- Which vault has the keys that open this database, and the ledger of who was erased from it: another one is refused.

CREATE TABLE vaults
(
    place    UInt8 DEFAULT 0 COMMENT 'Always 0: there is one',
    vault_id String COMMENT 'Id of the vault that the database belongs to',
    noted_at DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'When it was noted: the last one holds'
)
ENGINE = ReplacingMergeTree(noted_at)
ORDER BY place
COMMENT 'The vault that the database belongs to, noted while it held nothing, or by the release that first asked';
