"""The supervisor over real processes: order, restarts, and nothing left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from infra import processes
from infra.supervisor import Service, StartError, Supervisor, Task, only_one, require_disk, require_ports

SCRIPT = Path(__file__).with_name("stack_of_echoes.py")
ROOT = Path(__file__).parents[3]
WAIT_SECONDS = 30


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@contextmanager
def stack(folder, *names):
    with (folder / "out").open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), str(folder), *names], stdout=out, stderr=out, cwd=ROOT
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def said(folder):
    return (folder / "out").read_text()


def pids(folder, name):
    file = folder / f"{name}.pids"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_everything_in_reverse_order(tmp_path, number):
    with stack(tmp_path, "broker", "engine", "worker") as process:
        wait_for(lambda: "up\n" in said(tmp_path))
        process.send_signal(number)

        assert process.wait(WAIT_SECONDS) == 0
    assert (tmp_path / "ended").read_text().split() == ["worker", "engine", "broker"]


def test_parts_start_in_order_each_when_the_one_before_is_ready(tmp_path):
    with stack(tmp_path, "broker", "engine"):
        wait_for(lambda: "up\n" in said(tmp_path))
    lines = [line.split(" (")[0] for line in said(tmp_path).splitlines()]

    assert lines[:4] == ["broker: starting", "broker: ready", "engine: starting", "engine: ready"]


def test_what_dies_is_started_again_and_said(tmp_path):
    with stack(tmp_path, "broker", "worker"):
        wait_for(lambda: "up\n" in said(tmp_path))
        os.kill(pids(tmp_path, "worker")[0], signal.SIGKILL)
        wait_for(lambda: "worker: ready again" in said(tmp_path))

    assert "worker: ended with code -9: hello from worker" in said(tmp_path)
    assert len(pids(tmp_path, "worker")) == 2
    assert len(pids(tmp_path, "broker")) == 1


def test_what_dies_again_waits_longer_each_time(tmp_path):
    with stack(tmp_path, "worker"):
        for death in range(2):
            wait_for(lambda death=death: len(pids(tmp_path, "worker")) == death + 1)
            wait_for(lambda: runs(pids(tmp_path, "worker")[-1]))
            os.kill(pids(tmp_path, "worker")[-1], signal.SIGKILL)
        wait_for(lambda: "starting again in 2 s" in said(tmp_path))

    assert said(tmp_path).index("starting again in 1 s") < said(tmp_path).index("starting again in 2 s")


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path):
    with stack(tmp_path, "broker", "worker") as process:
        wait_for(lambda: "up\n" in said(tmp_path))
        left = [*pids(tmp_path, "broker"), *pids(tmp_path, "worker")]
        process.kill()
        process.wait()

        wait_for(lambda: not any(runs(pid) for pid in left))


def test_a_second_start_on_the_same_folder_is_refused_in_one_line(tmp_path):
    with stack(tmp_path, "broker") as process:
        wait_for(lambda: "up\n" in said(tmp_path))
        second = subprocess.run(
            [sys.executable, str(SCRIPT), str(tmp_path), "broker"], capture_output=True, text=True, cwd=ROOT
        )

        assert second.returncode == 1
        assert second.stdout == f"vincle is running already on {tmp_path} (process {process.pid})\n"


def test_a_folder_is_free_again_afterwards(tmp_path):
    with only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


def test_a_part_that_does_not_come_up_ends_the_start_and_stops_the_others(tmp_path):
    steady = Service("steady", lambda: [sys.executable, "-c", "import time; time.sleep(600)"])
    broken = Service(
        "broken", lambda: [sys.executable, "-c", "print('no key'); exit(3)"], answers=lambda: False
    )
    before = set(psutil.Process().children())

    with pytest.raises(StartError, match=r"^broken ended with code 3: no key \(log: .*broken\.log\)$"):
        Supervisor(tmp_path, lambda line: None).run([steady, broken])
    assert set(psutil.Process().children()) <= before


def test_a_task_runs_between_the_services(tmp_path):
    order = []
    supervisor = Supervisor(tmp_path, order.append)
    service = Service("service", lambda: [sys.executable, "-c", "import time; time.sleep(600)"])

    supervisor.run([Task("tables", lambda: order.append("made")), service], when_up=supervisor.ask_to_stop)

    assert [line.split(" (")[0] for line in order] == [
        "tables: starting",
        "made",
        "tables: ready",
        "service: starting",
        "service: ready",
        "service: stopping",
    ]


def test_a_signal_takes_a_task_out_of_its_work(tmp_path):
    said = []

    def long_download():
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(600)

    Supervisor(tmp_path, said.append).run([Task("download", long_download)])

    assert said == ["download: starting", "stopping before everything was up"]


def test_a_port_in_use_is_named_with_its_purpose():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(
            StartError, match=rf"^port {port} \(the dashboard\) is in use by another program$"
        ):
            require_ports({"the dashboard": port})


def test_free_ports_are_free():
    require_ports({str(port): port for port in processes.free_ports(3)})


def test_too_little_disk_names_the_folder(tmp_path):
    with pytest.raises(
        StartError, match=rf"^too little disk for {tmp_path}: .* GB free, 1000000000.0 GB needed$"
    ):
        require_disk(tmp_path, 10**18)


def test_enough_disk_is_no_error(tmp_path):
    require_disk(tmp_path, 1)


def test_a_process_that_ignores_sigterm_is_killed_after_its_time(tmp_path):
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on'); time.sleep(600)"
    process = processes.start("deaf", [sys.executable, "-c", deaf], tmp_path / "log")
    processes.wait_until_ready(process, lambda: "on" in (tmp_path / "log").read_text(), WAIT_SECONDS)

    assert processes.stop(process, wait_seconds=0.2) == -signal.SIGKILL


def test_waiting_for_what_does_not_answer_ends_with_its_last_line(tmp_path):
    slow = processes.start("slow", [sys.executable, "-c", "import time; time.sleep(600)"], tmp_path / "slow")

    with pytest.raises(
        processes.NotReadyError, match=r"^slow did not answer within 0\.1 s: nothing was logged"
    ):
        processes.wait_until_ready(slow, lambda: False, 0.1)
    processes.stop(slow)
