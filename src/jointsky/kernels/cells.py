"""Regions on the map, asked for many places at once: a map of square cells says what each place's cell is known to be,
and only what lies near an edge is measured.

A cell is OUTSIDE or INSIDE as a whole, on an EDGE, or NOT_ASKED. `grid` has, in degrees: the longitude that others are
taken relative to, in [-turn, 360 - turn); turn; the south edge; the west edge, relative; the width of a cell. A place
that is not a number lies outside.
"""

import math
from typing import Any

import numpy as np

from jointsky.kernels.compiled import kernel
from jointsky.kernels.frames import geodetic2ecef
from jointsky.vocab.squares import EDGE, INSIDE, NOT_ASKED, OUTSIDE

_RAD = 0.017453292519943295
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


@kernel("float64(float64, float64, float64[:, ::1], float64[:, ::1])")
def away_m(lat_deg: float, lon_deg: float, start: Any, run: Any) -> float:
    """Return the straight distance of a place on the ground to the nearest of some pieces of line (ECEF metres, each
    row its start and its run); infinite without any, not a number for a place that is none."""
    x, y, z = geodetic2ecef(lat_deg * _RAD, lon_deg * _RAD, 0.0)
    nearest = np.inf if x == x else np.nan
    for k in range(start.shape[0]):
        px, py, pz = x - start[k, 0], y - start[k, 1], z - start[k, 2]
        length2 = run[k, 0] * run[k, 0] + run[k, 1] * run[k, 1] + run[k, 2] * run[k, 2]
        along = (px * run[k, 0] + py * run[k, 1] + pz * run[k, 2]) / length2
        along = min(max(along, 0.0), 1.0)
        px, py, pz = px - along * run[k, 0], py - along * run[k, 1], pz - along * run[k, 2]
        nearest = min(nearest, px * px + py * py + pz * pz)
    return math.sqrt(nearest)


@kernel("int64(float64, float64, float64, float64[:, ::1], float64[:, ::1], float64[::1])")
def strip_cell(south: float, west: float, step: float, start: Any, run: Any, reach: Any) -> int:
    """Return the state of a cell with regard to all places within reach[0] of the pieces of `away_m`; no place of a
    cell is farther than reach[1] from its middle (metres)."""
    middle_m = away_m(south + 0.5 * step, west + 0.5 * step, start, run)
    if middle_m > reach[0] + reach[1]:
        return OUTSIDE
    return INSIDE if middle_m < reach[0] - reach[1] else EDGE


@kernel("void(float64[::1], float64[::1], float64[::1], int8[:, ::1], float64[:, ::1], float64[:, ::1], float64[::1], "
        "boolean[::1])")  # fmt: skip
def inside_strip(
    lat_deg: Any, lon_deg: Any, grid: Any, cells: Any, start: Any, run: Any, reach: Any, found: Any
) -> None:
    """Fill whether each of n places lies within reach[0] of the pieces of `away_m`; cells nobody has asked about are
    measured and noted in `cells`. The grid's west edge is 0, its longitudes are relative to it."""
    rows, columns = cells.shape
    for i in range(lat_deg.shape[0]):
        cell, found[i] = cell_of(lat_deg[i], lon_deg[i], grid, rows, columns), False
        if cell < 0:
            continue
        row, column = cell // columns, cell % columns
        if cells[row, column] == NOT_ASKED:
            south, west = grid[2] + row * grid[4], grid[0] + column * grid[4]
            cells[row, column] = strip_cell(south, west, grid[4], start, run, reach)
        if cells[row, column] == EDGE:
            found[i] = away_m(lat_deg[i], lon_deg[i], start, run) <= reach[0]
        else:
            found[i] = cells[row, column] == INSIDE


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
