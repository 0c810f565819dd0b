"""The boiler journey published by the command, between the real broker and the real engine."""

from pathlib import Path

import pytest
from rich.console import Console
from workers import database, fresh_settings, settled, wait_until

import infra
from infra.publish_file import publish_file
from infra.workers import running_worker

pytestmark = pytest.mark.stack
SAMPLES = Path(infra.__path__[0]) / "samples"


def test_the_boiler_s_bond_is_won_lost_and_won_back(kafka: str, clickhouse, tmp_path: Path) -> None:
    settings = fresh_settings(kafka, clickhouse.port, tmp_path)
    with running_worker(settings), database(settings) as client:

        def index_after(sample: str, events: int) -> float:
            summary = publish_file(str(SAMPLES / sample), settings, console=Console(quiet=True))
            assert not summary.wrong
            wait_until(lambda: settled(client, events), "the journey journaled and folded")
            return float(client.command("SELECT bond_index FROM v_bonds"))

        lost = len((SAMPLES / "boiler.ndjson").read_bytes().splitlines())
        both = lost + len((SAMPLES / "boiler.recovered.ndjson").read_bytes().splitlines())
        assert index_after("boiler.ndjson", lost) < 0
        best = client.command("SELECT max(index_after) FROM v_steps WHERE type = 'installation.done'")
        assert float(best) > 30
        assert index_after("boiler.recovered.ndjson", both) > 0
        assert client.command("SELECT count() FROM v_repeated") == lost, "the same journey counts once"
