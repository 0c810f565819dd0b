"""Run the engine: `python -m infra.clickhouse --folder FOLDER --port PORT`.  SIGTERM ends it in order."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from prometheus_client import start_http_server

from infra.clickhouse.access import Access, OpenAccess
from infra.clickhouse.doors import Door, DoorError
from infra.clickhouse.engine import MEGABYTE, Engine, EngineLimits
from infra.clickhouse.errors import OwnedError
from infra.clickhouse.identities import GuardedAccess, Known, read_identities
from infra.clickhouse.server import EngineServer
from infra.processes import LOOPBACK


def main() -> int:
    """Own the folder, listen, serve until told to end; the exit code."""
    arguments = _arguments()
    # Times without a zone are UTC, wherever the machine is.
    os.environ["TZ"] = "UTC"
    limits = EngineLimits(memory_bytes=arguments.memory_megabytes * MEGABYTE)
    door = Door(arguments.listen, arguments.port, arguments.certificate, arguments.key)
    try:
        identities = read_identities(arguments.identities) if arguments.identities else {}
        door.require_safe(identities.values())
        engine = Engine(arguments.folder, limits, arguments.configuration)
        server = EngineServer(door, engine, _access(identities, engine, arguments.home))
    except (OwnedError, DoorError, OSError, ValueError) as error:
        print(f"ClickHouse: {error}", file=sys.stderr)
        return 1
    if arguments.metrics_port:
        start_http_server(arguments.metrics_port, LOOPBACK, server.vitals.registry)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(f"ClickHouse {engine.version} answers on {door.address}", flush=True)
    server.serve_forever()
    server.server_close()
    server.sessions.close()
    engine.close()
    return 0


def _access(identities: dict[str, Known], engine: Engine, home: str) -> Access:
    return GuardedAccess(identities, engine, home) if identities else OpenAccess()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.clickhouse", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the data is")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--listen", default=LOOPBACK, help="address; another than loopback needs TLS and secrets"
    )
    parser.add_argument(
        "--certificate", type=Path, help="certificate of the server (PEM); with it, TLS is spoken"
    )
    parser.add_argument("--key", type=Path, help="its private key (PEM)")
    parser.add_argument("--configuration", type=Path, help="the engine's own (XML): clusters, macros, keeper")
    parser.add_argument("--identities", type=Path, help="who gets in; without it everybody on this machine")
    parser.add_argument("--home", default="default", help="database of those who name none")
    parser.add_argument("--metrics-port", type=int, help="where metrics are told, on loopback")
    parser.add_argument("--memory-megabytes", type=int, default=2048, help="for all queries together")
    return parser.parse_args()


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of cut connections may still be in the engine; unloading it under them crashes.
    os._exit(code)
