"""Run the engine: `python -m infra.clickhouse --folder FOLDER --port PORT`.  SIGTERM ends it in order."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from infra.clickhouse.engine import MEGABYTE, Engine, EngineLimits
from infra.clickhouse.errors import OwnedError
from infra.clickhouse.server import EngineServer

LOOPBACK = "127.0.0.1"


def main() -> int:
    """Own the folder, listen, serve until told to end; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.clickhouse", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the data is")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--memory-megabytes", type=int, default=2048, help="for all queries together")
    arguments = parser.parse_args()
    # Times without a zone are UTC, wherever the machine is.
    os.environ["TZ"] = "UTC"
    limits = EngineLimits(memory_bytes=arguments.memory_megabytes * MEGABYTE)
    try:
        engine = Engine(arguments.folder, limits)
        server = EngineServer((LOOPBACK, arguments.port), engine)
    except (OwnedError, OSError) as error:
        print(f"ClickHouse: {error}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(f"ClickHouse {engine.version} answers on {LOOPBACK}:{arguments.port}", flush=True)
    server.serve_forever()
    server.server_close()
    server.sessions.close()
    engine.close()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of cut connections may still be in the engine; unloading it under them crashes.
    os._exit(code)
