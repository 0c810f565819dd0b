"""Events of the simulated world as Kafka takes them: rows of all cells put into bytes, in order of time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from infra.simulation.plan import Setting
from infra.simulation.telling import Rows
from infra.simulation.wording import written
from infra.simulation.world import Cell, touchpoints_in


@dataclass(frozen=True)
class Block:
    """Events of one window in order of time: keys and values as Kafka takes them."""

    keys: list[bytes]
    values: list[bytes]
    touchpoints: int


def blocks(setting: Setting, cells: Sequence[int]) -> Iterator[Block]:
    """Give the events of some cells, window after window, in order of time."""
    living = [Cell(setting, number) for number in cells]
    for index in range(len(setting.plan.edges) - 1):
        rows = np.concatenate([cell.window(index) for cell in living])
        if len(rows):
            yield _block(rows[np.argsort(rows["at"], kind="stable")], setting)


def _block(rows: Rows, setting: Setting) -> Block:
    times = rows["at"].astype("datetime64[ms]").astype("S23")
    keys = np.empty(len(rows), dtype=object)
    keys[:] = [
        b"v%07d" % number if anonymous else b"c%07d" % number
        for number, anonymous in zip(rows["customer"].tolist(), rows["anonymous"].tolist(), strict=True)
    ]
    values = np.empty(len(rows), dtype=object)
    by_step = np.argsort(rows["step"], kind="stable")
    starts = np.flatnonzero(np.diff(rows["step"][by_step], prepend=-1))
    for group in np.split(by_step, starts[1:]):
        chosen = rows[group]
        values[group] = written(
            setting.wordings[int(chosen["step"][0])],
            chosen["story"].tolist(),
            keys[group].tolist(),
            chosen["other"].tolist(),
            times[group].tolist(),
            chosen["drawn"],
            setting.pieces,
        )
    return Block(keys.tolist(), values.tolist(), touchpoints_in(rows))
