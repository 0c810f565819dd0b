"""Which peers there are, and the commands that run them. What a peer needs is fetched when it first runs."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.kafka.jars import read_lock, resolve_jars

HERE = Path(__file__).parent
QUIX_LOCK, STREAMS_LOCK = HERE / "quix.lock", HERE / "streams.lock"
JAVA_SOURCE = HERE / "KafkaStreamsSum.java"


def ours(name: str) -> list[str]:
    """Return the command of a peer that runs in our own environment."""
    return [sys.executable, "-m", f"{__package__}.{name}"]


def quix(cache: Path) -> list[str]:
    """Return the command of Quix Streams; makes an environment of its own in the cache the first time."""
    folder = cache / "peers" / "quix"
    python = folder / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    if not python.exists():
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    subprocess.run(
        [uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", QUIX_LOCK], check=True
    )
    return [str(python), str(HERE / "quix_sum.py")]


def kafka_streams(cache: Path) -> Sequence[str] | None:
    """Return the command of Kafka Streams; None where there is no Java compiler."""
    compiler = shutil.which("javac")
    if compiler is None:
        return None
    jars = resolve_jars(cache / "jars", lambda line: print(line, file=sys.stderr), read_lock(STREAMS_LOCK))
    classes = cache / "peers" / "streams"
    class_path = ":".join(map(str, [*jars, classes]))
    subprocess.run([compiler, "-cp", class_path, "-d", classes, JAVA_SOURCE], check=True)
    return ["java", "-Xmx512m", "-cp", class_path, JAVA_SOURCE.stem]
