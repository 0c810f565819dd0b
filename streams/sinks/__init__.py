"""Where a worker writes: the journal in ClickHouse, and topics in Kafka."""
