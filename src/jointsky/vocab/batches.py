"""Records moved as plain bytes: numpy copies structured rows field by field, which is ten times slower."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.records import Rows


def take(rows: Rows, index: NDArray[np.intp]) -> Rows:
    """A new array of the rows at `index`, in that order."""
    return _plain(rows).take(index).view(rows.dtype)


def where(rows: Rows, mask: NDArray[np.bool_]) -> Rows:
    """A new array of the rows where `mask` holds."""
    return take(rows, np.flatnonzero(mask))


def joined(parts: Sequence[Rows]) -> Rows:
    """The rows of one or more arrays of the same dtype, one after another."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([_plain(part) for part in parts]).view(parts[0].dtype)


def _plain(rows: Rows) -> Rows:
    return np.ascontiguousarray(rows).view(f"V{rows.dtype.itemsize}")
