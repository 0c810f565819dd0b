"""Peers and ceilings: other programs that read the same events from the same broker.

Each is a program of its own: `… BROKER TOPIC EVENTS FOLDER` prints `seconds X`, from its first event to its
last, so that starting up does not count. `seconds_of` runs one.
"""

import subprocess
from collections.abc import Sequence

from infra.workers import environment_of
from schemas.names import Topic
from schemas.settings import Settings


class PeerError(Exception):
    """A peer ended without telling its seconds; its log says why."""


def seconds_of(command: Sequence[str], settings: Settings, events: int, name: str) -> float:
    """Run a peer over the events and return its seconds; raises PeerError."""
    folder = settings.data_folder / f"peer-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    arguments = [settings.kafka_bootstrap, settings.topic(Topic.TOUCHPOINTS), str(events), str(folder)]
    log = settings.log_folder / f"peer-{name}.log"
    with log.open("wb") as errors:
        peer = subprocess.Popen(
            [*command, *arguments], env=environment_of(settings), stdout=subprocess.PIPE, stderr=errors
        )
        assert peer.stdout is not None
        try:
            for line in peer.stdout:
                if line.startswith(b"seconds "):
                    return float(line.split()[1])
        finally:
            peer.kill()
            peer.wait()
    raise PeerError(f"{name}: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
