"""The jars of the broker: downloaded from Maven Central by jgo, checked against a committed lock.

The lock (`jars.lock`) has one line a jar: SHA-256, then group:artifact:version.  It names no host.
`python -m infra.kafka.jars` resolves the versions again and rewrites it.

Kafka is resolved alone; the binding that lets it log is added by itself, because resolved together with
Kafka it drags kafka-clients down to a version with which the broker dies.
"""

import fcntl
import hashlib
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from jgo.maven import MavenContext

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
LOG_BINDING = "org.apache.logging.log4j:log4j-slf4j-impl:2.25.4"
LOCK = Path(__file__).with_name("jars.lock")
DOWNLOAD_ATTEMPTS = 3
DOWNLOADS_AT_ONCE = 6
TIMEOUT_SECONDS = 30

Report = Callable[[str], None]
Repositories = dict[str, str]


class JarError(Exception):
    """A jar is missing, cannot be downloaded or is not the locked one; the text is one line."""


@dataclass(frozen=True)
class Jar:
    """A locked jar: `coordinate` is group:artifact:version, `sha256` in hexadecimal."""

    coordinate: str
    sha256: str

    @property
    def file_name(self) -> str:
        _, artifact, version = self.coordinate.split(":")
        return f"{artifact}-{version}.jar"


def read_lock(lock: Path = LOCK) -> list[Jar]:
    """The locked jars, in class path order."""
    lines = [line.split() for line in lock.read_text().splitlines() if line and not line.startswith("#")]
    return [Jar(coordinate, sha256) for sha256, coordinate in lines]


def resolve_jars(
    cache: Path, report: Report, jars: Sequence[Jar] | None = None, repositories: Repositories | None = None
) -> list[Path]:
    """Paths of all locked jars in `cache`, after downloading what is missing; checked, in lock order.

    `report` gets a line for progress now and then.  Several processes may share the cache.
    `repositories` (name to address) stand in for Maven Central, for companies with a mirror.
    Raises JarError, one line, if a download fails or a jar is not the locked one.
    """
    wanted = read_lock() if jars is None else jars
    cache.mkdir(parents=True, exist_ok=True)
    with _only_one(cache / ".lock"):
        missing = [jar for jar in wanted if not _is_locked_one(cache / jar.file_name, jar)]
        if missing:
            _download_all(missing, cache, report, repositories)
    return [cache / jar.file_name for jar in wanted]


def _download_all(
    missing: Sequence[Jar], cache: Path, report: Report, repositories: Repositories | None
) -> None:
    report(f"Kafka: downloading {len(missing)} jars")
    progress = _Progress(len(missing), report)
    with (
        tempfile.TemporaryDirectory(dir=cache, prefix=".download-") as scratch,
        ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool,
    ):
        context = MavenContext(
            repo_cache=Path(scratch), remote_repos=repositories, local_repos=[], timeout=TIMEOUT_SECONDS
        )
        downloads = [pool.submit(_download, context, jar, cache) for jar in missing]
        try:
            for download in downloads:
                progress.done(download.result())
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _download(context: MavenContext, jar: Jar, cache: Path) -> int:
    """Fetch one jar, check it, move it to the cache whole; its size in bytes."""
    artifact = context.create_dependency(jar.coordinate).artifact
    reason = ""
    for _ in range(DOWNLOAD_ATTEMPTS):
        try:
            fetched = artifact.resolve()
        except (requests.RequestException, RuntimeError, OSError) as error:
            reason = type(error).__name__
            Path(artifact.cached_path).unlink(missing_ok=True)
            continue
        if not _is_locked_one(fetched, jar):
            fetched.unlink()
            raise JarError(f"{jar.coordinate}: the download is not the locked jar (SHA-256 differs)")
        size = fetched.stat().st_size
        shutil.move(fetched, cache / jar.file_name)
        return int(size)
    raise JarError(f"cannot download {jar.coordinate} ({reason}): is this machine online?")


@dataclass
class _Progress:
    """Counts jars and bytes; says so at every tenth of the way."""

    total: int
    report: Report
    jars: int = 0
    size: int = 0

    def done(self, size: int) -> None:
        self.jars += 1
        self.size += size
        if self.jars == self.total or self.jars * 10 // self.total > (self.jars - 1) * 10 // self.total:
            self.report(f"Kafka: {self.jars} of {self.total} jars, {self.size / 1e6:.0f} MB")


def _is_locked_one(path: Path, jar: Jar) -> bool:
    return path.is_file() and _sha256(path) == jar.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_in_this_process = threading.Lock()


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    """Hold a file lock: two starts at once must not download into each other."""
    with _in_this_process, lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def resolve_coordinates(cache: Path, root: str) -> list[str]:
    """A jar and all it depends on, by jgo."""
    context = MavenContext(repo_cache=cache, timeout=TIMEOUT_SECONDS)
    inputs, transitive = context.resolver.resolve([context.create_dependency(root)])
    needed = [
        *inputs,
        *(dependency for dependency in transitive if dependency.scope in ("compile", "runtime")),
    ]
    return [f"{d.groupId}:{d.artifactId}:{d.version}" for d in needed]


def write_lock(report: Report, lock: Path = LOCK, root: str = KAFKA, others: Sequence[str] = ()) -> None:
    """Resolve a jar again, download it and the others, which are taken by themselves, and write the lock."""
    with tempfile.TemporaryDirectory() as folder:
        context = MavenContext(repo_cache=Path(folder), timeout=TIMEOUT_SECONDS)
        lines = [f"# SHA-256 and Maven coordinate of every jar of {root}"]
        for coordinate in [*resolve_coordinates(Path(folder), root), *others]:
            lines.append(f"{_sha256(context.create_dependency(coordinate).artifact.resolve())} {coordinate}")
            report(coordinate)
    lock.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    write_lock(lambda line: print(line, file=sys.stderr), others=[LOG_BINDING])
