"""The embedded ClickHouse: its own engine (chDB) in one process that speaks ClickHouse's HTTP interface.

Workers, dashboard, clickhouse-connect, curl and BI tools use it as they use a server.  A request goes

    server → access (who?) → request (what is asked?) → statement (which kind?) → access (may they?)
           → bodies (rows into a spool) → engine → server (compressed, summarised)

`process` starts it and waits for it; `python -m infra.clickhouse --help` runs it.

Errors: EngineError (ClickHouse's own, with its code) is what a client sees; OwnedError says that another
process owns the folder.
"""
