"""Regions on the map, asked for many places at once: a map of square cells says what each place's cell is known to be,
and only what lies near an edge is measured.

A cell is OUTSIDE or INSIDE as a whole, on an EDGE, or NOT_ASKED. `grid` has, in degrees: the longitude that others are
taken relative to, in [-turn, 360 - turn); turn; the south edge; the west edge, relative; the width of a cell. A place
that is not a number lies outside.
"""

from typing import Any

import numpy as np

from jointsky.kernels.compiled import kernel
from jointsky.vocab.squares import EDGE, INSIDE, NOT_ASKED, OUTSIDE

_SLIP_DEG = 1e-6
"""More than rounding may move a point over the edge of its cell."""


@kernel("float64(float64, float64[::1])")
def relative(lon_deg: float, grid: Any) -> float:
    """Return a longitude relative to that of a grid."""
    return (lon_deg - grid[0] + grid[1]) % 360.0 - grid[1]


@kernel("int64(float64, float64, float64[::1], int64, int64)")
def cell_of(lat_deg: float, lon_deg: float, grid: Any, rows: int, columns: int) -> int:
    """Return the number of the cell of a place, counted by rows from the south and from the west within a row; -1
    beyond the map."""
    row = np.floor((lat_deg - grid[2]) / grid[4])
    column = np.floor((relative(lon_deg, grid) - grid[3]) / grid[4])
    if row >= 0.0 and row < rows and column >= 0.0 and column < columns:
        return int(row) * columns + int(column)
    return -1


@kernel("int64(float64[::1], float64[::1], float64[::1], int8[:, ::1], int8[::1])")
def look_up(lat_deg: Any, lon_deg: Any, grid: Any, cells: Any, state: Any) -> int:
    """Fill `state` with that of the cell of each of n places; return how many are neither INSIDE nor OUTSIDE."""
    rows, columns = cells.shape
    closer = 0
    for i in range(lat_deg.shape[0]):
        cell = cell_of(lat_deg[i], lon_deg[i], grid, rows, columns)
        state[i] = OUTSIDE if cell < 0 else cells[cell // columns, cell % columns]
        closer += state[i] != OUTSIDE and state[i] != INSIDE
    return closer


@kernel("boolean(float64, float64, float64[:, ::1])")
def within(lat_deg: float, x_deg: float, edges: Any) -> bool:
    """Return whether a ray to the east crosses an odd number of edges (from latitude and relative longitude to latitude
    and relative longitude); an edge belongs to its northern point no more than once."""
    odd = False
    for k in range(edges.shape[0]):
        if (edges[k, 0] <= lat_deg) != (edges[k, 2] <= lat_deg):
            share = (lat_deg - edges[k, 0]) / (edges[k, 2] - edges[k, 0])
            odd ^= x_deg < edges[k, 1] + share * (edges[k, 3] - edges[k, 1])
    return odd


@kernel("int64(float64, float64, float64, float64[:, ::1])")
def measured(south: float, west: float, step: float, edges: Any) -> int:
    """Return the state of a cell: one that the box of no edge reaches is like its middle as a whole."""
    low_lat, high_lat = south - _SLIP_DEG, south + step + _SLIP_DEG
    low_lon, high_lon = west - _SLIP_DEG, west + step + _SLIP_DEG
    for k in range(edges.shape[0]):
        beside = max(edges[k, 0], edges[k, 2]) < low_lat or min(edges[k, 0], edges[k, 2]) > high_lat
        if not (beside or max(edges[k, 1], edges[k, 3]) < low_lon or min(edges[k, 1], edges[k, 3]) > high_lon):
            return EDGE
    return INSIDE if within(south + 0.5 * step, west + 0.5 * step, edges) else OUTSIDE


@kernel("void(float64[::1], float64[::1], float64[:, ::1], int64[:, ::1], int8[::1], float64[:, ::1], boolean[::1])")
def inside_any(lat_deg: Any, lon_deg: Any, grids: Any, parts: Any, cells: Any, edges: Any, found: Any) -> None:
    """Fill whether each of n places lies inside any of some polygons; cells nobody has asked about are measured and
    noted in `cells`.

    Of each polygon, `grids` has the grid, and `parts` how many rows and columns of cells it has, where they begin in
    `cells`, and where its edges begin and end in `edges`.
    """
    for i in range(lat_deg.shape[0]):
        found[i] = False
    for k in range(grids.shape[0]):
        grid, mine = grids[k], edges[parts[k, 3] : parts[k, 4]]
        rows, columns = parts[k, 0], parts[k, 1]
        for i in range(lat_deg.shape[0]):
            cell = cell_of(lat_deg[i], lon_deg[i], grid, rows, columns)
            if cell < 0 or found[i]:
                continue
            at = parts[k, 2] + cell
            if cells[at] == NOT_ASKED:
                south, west = grid[2] + cell // columns * grid[4], grid[3] + cell % columns * grid[4]
                cells[at] = measured(south, west, grid[4], mine)
            if cells[at] == EDGE:
                found[i] = within(lat_deg[i], relative(lon_deg[i], grid), mine)
            else:
                found[i] = cells[at] == INSIDE


@kernel("boolean(float64, float64, float64[:, ::1], int64[:, ::1], float64[:, ::1])")
def within_any(lat_deg: float, lon_deg: float, grids: Any, parts: Any, edges: Any) -> bool:
    """Return whether one place lies inside any of the polygons of `inside_any`."""
    for k in range(grids.shape[0]):
        if within(lat_deg, relative(lon_deg, grids[k]), edges[parts[k, 3] : parts[k, 4]]):
            return True
    return False


@kernel("int64(float64, float64, float64[:, ::1], int64[:, ::1], float64[:, ::1])")
def whole(south: float, west: float, grids: Any, parts: Any, edges: Any) -> int:
    """Return the state of one cell with regard to the polygons of `inside_any` together."""
    state = OUTSIDE
    for k in range(grids.shape[0]):
        x, step = relative(west, grids[k]), grids[k, 4]
        across = x + 2.0 * step + grids[k, 1] > 360.0  # where longitudes begin anew
        one = EDGE if across else measured(south, x, step, edges[parts[k, 3] : parts[k, 4]])
        if one == INSIDE:
            return INSIDE
        if one == EDGE:
            state = EDGE
    return state
