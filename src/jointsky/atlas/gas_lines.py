"""The spectral lines of air: Recommendation ITU-R P.676-12, annex 1, tables 1 (oxygen) and 2 (water vapour)."""

import csv
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@cache
def gas_lines(gas: str) -> Floats:
    """Return the lines of "oxygen" or "water", shape (lines, 7): frequency (GHz), then the six printed coefficients.

    Raises ValueError for any other gas.
    """
    text = files("jointsky.atlas").joinpath("gas_lines.csv").read_text("utf-8")
    rows = csv.reader(line for line in text.splitlines() if not line.startswith(("#", "gas,")))
    lines = np.array([[float(word) for word in row[1:]] for row in rows if row[0] == gas])
    if not lines.size:
        raise ValueError(f"found gas '{gas}', expected oxygen or water")
    lines.flags.writeable = False
    return lines
