"""What a real worker tells of itself, and that it listens nowhere else."""

import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest
from workers import database, fresh_settings, publish, settled, wait_until

from infra import processes
from infra.workers import running_worker
from schemas.envelope import Event

pytestmark = pytest.mark.stack


def test_a_worker_tells_what_it_does_and_listens_nowhere_else(kafka: str, clickhouse, tmp_path: Path) -> None:
    port = processes.free_ports(1)[0]
    settings = fresh_settings(kafka, clickhouse.port, tmp_path).model_copy(
        update={"worker_health_port": port, "log_folder": tmp_path}
    )
    event = Event.touchpoint(
        "delivery.late", id="1", source="/shop", customer="c1", time="2026-02-01", facts={"days_late": 3}
    )

    def ask(path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, ""
        except OSError:
            return 0, ""

    with running_worker(settings) as worker, database(settings) as client:
        publish(settings, [("c1", event.to_json()), ("c1", b"no event")])
        wait_until(lambda: settled(client, 2), "both events accounted for")
        wait_until(lambda: ask("/readyz")[0] == 200, "the worker is ready")
        assert ask("/healthz") == (200, "ok\n")
        metrics = ask("/metrics")[1].splitlines()
        assert 'vincle_records_total{outcome="journaled"} 1.0' in metrics
        assert 'vincle_rejected_total{reason="not_json"} 1.0' in metrics
        assert "vincle_read_outs_total 1.0" in metrics
        wait_until(lambda: 'vincle_lag_records{partition="0"} 0.0' in ask("/metrics")[1], "no lag")
        listening = {
            (each.laddr.ip, each.laddr.port)
            for each in psutil.Process(worker.pid).net_connections("inet")
            if each.status == psutil.CONN_LISTEN
        }
        assert listening == {("127.0.0.1", port)}, "Faust's own web server must be off"
