"""What everybody felt, from Arrow to the kernel of the bond: replay by any version of the model. Pure."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from streams.bond.kernel import FeltColumns
from streams.bond.parameters import EMOTIONS


def felt_columns(lives: pa.Table) -> FeltColumns:
    """Return the felt touchpoints of rows of `v_felt`; person i is that of row i."""
    lengths = np.diff(lives["contact"].combine_chunks().offsets)
    needs = _flat(lives, "needs").astype(np.int64)
    return FeltColumns(
        person=np.repeat(np.arange(len(lives)), lengths),
        at_ms=_flat(lives, "at_ms"),
        # In a contact the last touchpoint comes first.
        order=np.arange(lengths.sum(), 0, -1),
        episode=_flat(lives, "contact").astype(np.int64),
        case=_flat(lives, "case_number").astype(np.int64),
        valence=_flat(lives, "valence"),
        arousal=_flat(lives, "arousal"),
        importance=_flat(lives, "importance"),
        promise=_flat(lives, "promise"),
        profile=tuple(_flat(lives, f"profile_{emotion}") for emotion in EMOTIONS),
        recovery=needs != 0,
        needs=needs,
    )


def _flat(lives: pa.Table, name: str) -> npt.NDArray[Any]:
    values: npt.NDArray[Any] = lives[name].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return values
