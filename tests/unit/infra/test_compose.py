"""The layout on real servers: what it sets is what the settings know, and they take it."""

import re
from pathlib import Path

import pytest
import yaml

from schemas.settings import Settings

INFRA = Path(__file__).parents[3] / "infra"
LAYOUT = yaml.safe_load((INFRA / "compose.yaml").read_text())
PARTS = {name: part for name, part in LAYOUT["services"].items() if "command" in part}


def given(part: dict) -> dict[str, str]:
    """Its environment, with something in each place that somebody has to fill."""
    return {
        name: re.sub(r"\$\{\w+(?::[-?][^}]*)?\}", "https://example.org/", str(value))
        for name, value in part["environment"].items()
    }


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_part_starts_with_its_settings(part: dict, monkeypatch: pytest.MonkeyPatch):
    environment = given(part)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    settings = Settings()

    assert {name.removeprefix("VINCLE_").lower() for name in environment} <= set(Settings.model_fields)
    assert (settings.clickhouse_host, settings.kafka_bootstrap) == ("clickhouse", "kafka:9092")


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_all_parts_share_the_keys_of_customers(part: dict):
    vault = Path(part["environment"]["VINCLE_VAULT_FILE"]).parent

    assert f"vault:{vault}" in part["volumes"]


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_who_runs_a_part_may_write_to_its_volumes(part: dict):
    image = (INFRA / "Dockerfile").read_text()
    user = re.search(r"^USER (\w+)$", image, re.MULTILINE)
    made = re.search(r"^RUN install -d -o (\w+) -g \w+ -m 700 (.+)$", image, re.MULTILINE)

    assert user
    assert made
    assert made[1] == user[1]
    assert {volume.partition(":")[2] for volume in part["volumes"]} <= set(made[2].split())


def test_the_broker_writes_to_its_volume():
    kafka = LAYOUT["services"]["kafka"]

    assert kafka["volumes"] == [f"kafka:{kafka['environment']['KAFKA_LOG_DIRS']}"]


def test_links_to_the_dashboard_lead_where_its_door_is(monkeypatch: pytest.MonkeyPatch):
    part = PARTS["dashboard"]
    for name, value in given(part).items():
        monkeypatch.setenv(name, value)

    host, outside, _ = part["ports"][0].split(":")

    assert Settings().public_address == f"http://{host}:{outside}"
