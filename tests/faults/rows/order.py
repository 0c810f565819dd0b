"""What comes in another order, late, again, otherwise, or all at once."""

from collections.abc import Iterator

from ..load import Load
from .row import WORKER, Row, Scale, random_kills


def rows(scale: Scale) -> Iterator[Row]:
    """Yield the rows of this group."""
    few = scale.of(5_000, 2_500)
    yield Row("no-fault", "none at all", Load(few, seed=30))
    yield Row(
        "shuffled",
        "any order, 10 % repeated, the worker killed twice",
        Load(
            scale.of(100_000, 2_500),
            seed=31,
            a_second=scale.of(1_000, 200),
            shuffled=True,
            repeated=0.1,
            conflicting=0.03,
        ),
        random_kills([WORKER], 2, 31),
        deadline_seconds=scale.of(3_600, 600),
    )
    yield Row(
        "late",
        "20 % late, 5 % repeated, the worker killed twice",
        Load(few, seed=32, a_second=200, late=0.2, repeated=0.05),
        random_kills([WORKER], 2, 32),
    )
    yield Row(
        "long-lives",
        "few customers with long lives, 5 % conflicting, the worker killed once",
        Load(3_000, seed=34, a_second=200, a_customer=100, conflicting=0.05),
        random_kills([WORKER], 1, 34),
    )
    yield Row(
        "backlog",
        "the whole load waits before the worker starts",
        Load(scale.of(100_000, few), seed=33, a_second=0),
        deadline_seconds=scale.of(3_600, 600),
    )
