"""The jars: fetched over real HTTP from a repository of the test's own, checked, and kept."""

import functools
import hashlib
import http.server
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.kafka.jars import LOCK, Jar, JarError, read_lock, resolve_jars

CONTENT = {"org.one:first:1.0": b"first jar", "org.two.deep:second:2.1": b"second jar"}


class Quiet(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        super().do_GET()

    def log_message(self, *args):
        pass


@pytest.fixture
def repository(tmp_path):
    """A Maven repository on a free port; gives its address and the paths it was asked for."""
    for coordinate, content in CONTENT.items():
        group, artifact, version = coordinate.split(":")
        folder = tmp_path / "repository" / group.replace(".", "/") / artifact / version
        folder.mkdir(parents=True)
        (folder / f"{artifact}-{version}.jar").write_bytes(content)
    handler = functools.partial(Quiet, directory=tmp_path / "repository")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield {"own": f"http://127.0.0.1:{server.server_address[1]}"}, server.asked
        server.shutdown()
        thread.join()


@pytest.fixture
def jars():
    return [Jar(coordinate, hashlib.sha256(content).hexdigest()) for coordinate, content in CONTENT.items()]


def jars_asked_for(asked):
    return sorted(path for path in asked if path.endswith(".jar"))


def test_missing_jars_are_fetched_in_the_order_of_the_lock(tmp_path, repository, jars):
    said = []
    paths = resolve_jars(tmp_path / "cache", said.append, jars, repository[0])

    assert [path.read_bytes() for path in paths] == list(CONTENT.values())
    assert said[0] == "Kafka: downloading 2 jars"
    assert said[-1] == "Kafka: 2 of 2 jars, 0 MB"


def test_a_jar_that_is_there_is_not_fetched_again(tmp_path, repository, jars):
    addresses, asked = repository
    resolve_jars(tmp_path / "cache", print, jars, addresses)
    asked.clear()
    said = []
    resolve_jars(tmp_path / "cache", said.append, jars, addresses)

    assert (asked, said) == ([], [])


def test_a_jar_spoiled_on_disk_is_fetched_again(tmp_path, repository, jars):
    second = resolve_jars(tmp_path / "cache", print, jars, repository[0])[1]
    second.write_bytes(b"half a")
    repository[1].clear()
    resolve_jars(tmp_path / "cache", print, jars, repository[0])

    assert second.read_bytes() == b"second jar"
    assert jars_asked_for(repository[1]) == ["/org/two/deep/second/2.1/second-2.1.jar"]


def test_another_jar_than_the_locked_one_is_refused_and_not_kept(tmp_path, repository):
    foreign = Jar("org.one:first:1.0", "0" * 64)

    with pytest.raises(JarError, match=r"^org\.one:first:1\.0: the download is not the locked jar"):
        resolve_jars(tmp_path / "cache", print, [foreign], repository[0])
    assert not list((tmp_path / "cache").rglob("*.jar"))


def test_a_jar_that_cannot_be_fetched_is_named_in_one_line(tmp_path, repository):
    lost = Jar("org.one:lost:1.0", "0" * 64)

    with pytest.raises(JarError) as refused:
        resolve_jars(tmp_path / "cache", print, [lost], repository[0])
    assert str(refused.value).startswith("cannot download org.one:lost:1.0")
    assert "\n" not in str(refused.value)


def test_an_unreachable_repository_is_told_in_one_line(tmp_path, jars):
    with pytest.raises(JarError, match=r"^cannot download org.* is this machine online\?$"):
        resolve_jars(tmp_path / "cache", print, jars, {"none": "http://127.0.0.1:9"})


def test_two_starts_at_once_share_one_download(tmp_path, repository, jars):
    with ThreadPoolExecutor(2) as pool:
        starts = [pool.submit(resolve_jars, tmp_path / "cache", print, jars, repository[0]) for _ in range(2)]
        assert starts[0].result() == starts[1].result()
    assert len(jars_asked_for(repository[1])) == 2


def test_the_committed_lock_names_versions_and_hashes_and_no_host():
    locked = read_lock()

    assert len({jar.coordinate for jar in locked}) == len(locked) > 40
    assert all(len(bytes.fromhex(jar.sha256)) == 32 for jar in locked)
    assert "://" not in LOCK.read_text()


def test_the_log_binding_does_not_change_the_version_of_kafka():
    versions = {
        jar.coordinate.rsplit(":", 1)[1]
        for jar in read_lock()
        if jar.coordinate.startswith("org.apache.kafka:")
    }

    assert len(versions) == 1
