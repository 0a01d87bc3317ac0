"""Record arrays as numba types, for the explicit signatures of kernels that take whole rows.

`ROWS` types are written by the kernel, `MODEL` types only read (they also accept arrays that numpy has marked
read-only).
"""

from typing import Any, cast

import numba  # pyright: ignore[reportMissingTypeStubs]
import numpy as np

from jointsky.vocab import records, truth_records

types: Any = cast(Any, numba).types
_from_dtype: Any = cast(Any, numba).from_dtype


def rows(dtype: np.dtype[np.void]) -> Any:
    """Return the numba type of a contiguous, writable array of records."""
    return types.Array(_from_dtype(dtype), 1, "C")


def model(dtype: np.dtype[np.void]) -> Any:
    """Return the numba type of a contiguous array of records that is never written."""
    return types.Array(_from_dtype(dtype), 1, "C", readonly=True)


AIRCRAFT_ROWS: Any = rows(truth_records.AIRCRAFT)
LAUNCHER_ROWS: Any = rows(truth_records.LAUNCHER)
ENGAGEMENT_ROWS: Any = rows(truth_records.ENGAGEMENT)
AIRFIELD_ROWS: Any = rows(truth_records.AIRFIELD)
UNIT_STATUS_ROWS: Any = rows(records.UNIT_STATUS)
AIRCRAFT_TYPE_MODEL: Any = model(truth_records.AIRCRAFT_TYPE)
WAYPOINT_MODEL: Any = model(records.WAYPOINT)
ORDER_MODEL: Any = model(records.ORDER)
CAPABILITY_MODEL: Any = model(records.CAPABILITY)
UNIT_STATUS_MODEL: Any = model(records.UNIT_STATUS)
TRACK_MODEL: Any = model(records.TRACK)
CUBE_MODEL: Any = types.Array(types.float64, 3, "C", readonly=True)
TABLE: Any = types.Array(types.float64, 2, "C")
TABLE_MODEL: Any = types.Array(types.float64, 2, "C", readonly=True)
VECTOR_MODEL: Any = types.Array(types.float64, 1, "C", readonly=True)
INDEX_MODEL: Any = types.Array(types.int32, 1, "C", readonly=True)
INDEX_ROWS: Any = types.Array(types.int32, 1, "C")
INT: Any = types.int64
FLOAT: Any = types.float64
WORD: Any = types.uint64
BOOL: Any = types.boolean
"""Scalars of signatures."""
TRIPLE: Any = types.UniTuple(FLOAT, 3)


def tuple_of(*members: Any) -> Any:
    """Return the type of a tuple."""
    return types.Tuple(members)


def pair(first: Any, second: Any) -> Any:
    """Return the type of a tuple of two."""
    return tuple_of(first, second)
