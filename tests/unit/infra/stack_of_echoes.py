"""A small stack for the tests of the supervisor: its services write down their ids.

`python stack_of_echoes.py FOLDER NAME…`: each service appends its process id to FOLDER/NAME.pids, and its
name to FOLDER/ended when it is told to stop.
"""

import sys
from pathlib import Path

from infra.supervisor import Service, StartError, Supervisor, only_one

SERVICE = """
import os, signal, sys, time
folder, name = sys.argv[1:]
def end(*_):
    with open(folder + "/ended", "a") as file:
        file.write(name + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
with open(folder + "/" + name + ".pids", "a") as file:
    file.write(str(os.getpid()) + "\\n")
print("hello from", name, flush=True)
while True:
    time.sleep(60)
"""


def service(folder: Path, name: str) -> Service:
    """A service that is ready when its present process has written down its id."""
    pids, before = folder / f"{name}.pids", []

    def started() -> int:
        return len(pids.read_text().split()) if pids.exists() else 0

    def prepare() -> list[str]:
        before.append(started())
        return [sys.executable, "-c", SERVICE, str(folder), name]

    return Service(name, prepare, answers=lambda: started() > before[-1])


def main() -> int:
    folder = Path(sys.argv[1])
    try:
        with only_one(folder):
            parts = [service(folder, name) for name in sys.argv[2:]]
            supervisor = Supervisor(folder / "logs", lambda line: print(line, flush=True))
            supervisor.run(parts, when_up=lambda: print("up", flush=True))
    except StartError as error:
        print(error, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
