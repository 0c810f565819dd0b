"""Synthetic customer journeys: seeded, of any size, in order of time, as events of the contract.

    >>> from datetime import UTC, datetime
    >>> plan = Plan(customers=50, touchpoints=1000, seed=7, start=datetime(2026, 1, 1, tzinfo=UTC), days=90,
    ...             sectors=("ecommerce", "telecom"))
    >>> sum(block.touchpoints for block in simulate(plan))
    1000

`touchpoints` counts touchpoints; events of profiles and links come in addition. Some customers come as
visitors without a name and are linked to it later; a few are taken for somebody else, which is undone. The
same plan gives the same events, whatever the number of jobs.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from infra.simulation.blocks import Block, blocks
from infra.simulation.plan import Plan, setting_of
from infra.simulation.script import ScriptError, sector_names
from schemas.catalogue import load_catalogue

__all__ = ["Block", "Plan", "ScriptError", "sample", "sector_names", "simulate"]


def simulate(plan: Plan, *, job: int = 0, jobs: int = 1) -> Iterator[Block]:
    """Give a plan's events in blocks, in order of time; of several jobs, those of the customers of one.

    Raises ScriptError if a sector's data are wrong.
    """
    if not 0 <= job < jobs:
        raise ValueError("job must be one of the jobs")
    setting = setting_of(plan, load_catalogue())
    mine = range(job, plan.cells, jobs)
    return blocks(setting, mine) if mine else iter(())


def sample(now: datetime) -> Plan:
    """Return the plan of the journeys that a new installation starts with; they end at the last full hour."""
    days = 183
    end = now.replace(minute=0, second=0, microsecond=0)
    return Plan(2_500, 40_000, 1, end - timedelta(days=days), days, tuple(sector_names()))
