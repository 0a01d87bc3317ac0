"""Biases of radars: taking them out of measurements, and what pairs of radars that see one target say about them.

A bias has four parts: range (m), azimuth (rad), clock (s) and elevation (rad); a measurement is the true one plus them.
"""

import math
from typing import Any

import numpy as np

from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import atan2, sincos

PARTS = 4


@kernel()
def take_out(z: Any, sites: Any, beta: Any, low_s: float, high_s: float) -> None:
    """Take the biases `beta` (sensors, 4) out of MEASUREMENT rows in place; times stay between `low_s` and `high_s`."""
    for n in range(z.shape[0]):
        one = z[n]
        s = one.sensor
        b = beta[s]
        if b[0] == 0.0 and b[1] == 0.0 and b[2] == 0.0 and b[3] == 0.0:
            continue
        dx = one.x_m - sites[s].x_m
        dy = one.y_m - sites[s].y_m
        dz = one.z_m - sites[s].z_m
        level = dx * dx + dy * dy
        if not level > 1.0:
            continue
        slant = math.sqrt(level + dz * dz)
        shrink = 1.0 - b[0] * slant / level
        sine, cosine = sincos(b[1])
        one.x_m = sites[s].x_m + shrink * (dx * cosine - dy * sine)
        one.y_m = sites[s].y_m + shrink * (dy * cosine + dx * sine)
        one.z_m -= b[3] * slant
        xx, xy, yy = one.xx, one.xy, one.yy
        one.xx = cosine * cosine * xx - 2.0 * cosine * sine * xy + sine * sine * yy
        one.yy = sine * sine * xx + 2.0 * cosine * sine * xy + cosine * cosine * yy
        one.xy = cosine * sine * (xx - yy) + (cosine * cosine - sine * sine) * xy
        xz = one.xz
        one.xz = cosine * xz - sine * one.yz
        one.yz = sine * xz + cosine * one.yz
        one.t_s = min(max(one.t_s - b[2], low_s), high_s)


@kernel()
def levers(x: float, y: float, z: float, site: Any, vx: float, vy: float, vz: float, rises: bool, h: Any) -> None:
    """Fill `h` (3, 4) with how far each part of a sensor's bias moves its measurement of a target at this place."""
    dx = x - site.x_m
    dy = y - site.y_m
    dz = z - site.z_m
    level = max(dx * dx + dy * dy, 1.0)
    slant = math.sqrt(level + dz * dz)
    h[0, 0] = dx * slant / level
    h[1, 0] = dy * slant / level
    h[2, 0] = 0.0
    h[0, 1] = dy
    h[1, 1] = -dx
    h[2, 1] = 0.0
    h[0, 2] = -vx
    h[1, 2] = -vy
    h[2, 2] = -vz
    h[0, 3] = 0.0
    h[1, 3] = 0.0
    h[2, 3] = slant if rises else 0.0


@kernel()
def invert_3(a: Any, out: Any) -> None:
    """Fill `out` with the inverse of a symmetric 3 x 3 matrix."""
    c00 = a[1, 1] * a[2, 2] - a[1, 2] * a[1, 2]
    c01 = a[0, 2] * a[1, 2] - a[0, 1] * a[2, 2]
    c02 = a[0, 1] * a[1, 2] - a[0, 2] * a[1, 1]
    g = 1.0 / (a[0, 0] * c00 + a[0, 1] * c01 + a[0, 2] * c02)
    out[0, 0] = c00 * g
    out[0, 1] = out[1, 0] = c01 * g
    out[0, 2] = out[2, 0] = c02 * g
    out[1, 1] = (a[0, 0] * a[2, 2] - a[0, 2] * a[0, 2]) * g
    out[1, 2] = out[2, 1] = (a[0, 1] * a[0, 2] - a[0, 0] * a[1, 2]) * g
    out[2, 2] = (a[0, 0] * a[1, 1] - a[0, 1] * a[0, 1]) * g


@kernel()
def compare(
    z: Any, triples: Any, sites: Any, rises: Any, beta: Any, doubt: Any, q_m2ps3: float, gate: float,
    info: Any, vector: Any, own_info: Any, own_vector: Any, seen: Any,
) -> None:  # fmt: skip
    """Add what triples of measurements say about biases to the normal equations `info` (4 S, 4 S), `vector` (4 S).

    A triple (rows of `triples`: first, middle, last) is one target seen by one sensor, then by another, then by the
    first again: the middle one is compared with the straight line between the others, so that no filter's lag and no
    velocity of a biased track comes in. `z` are corrected by `beta` already; `doubt` (S, 4) are variances of `beta`,
    for the gate. The line misses a target that turns by a bridge of white acceleration `q_m2ps3`. `own_info` (S, 4, 4),
    `own_vector` (S, 4) and `seen` (S) get the same for the middle sensor alone, with a gate ten times as wide: a jump
    shows there.
    """
    hb = np.zeros((3, PARTS))
    ha = np.zeros((3, PARTS))
    r = np.zeros((3, 3))
    i = np.zeros((3, 3))
    wide = np.zeros((3, 3))
    d = np.zeros(3)
    y = np.zeros(3)
    for k in range(triples.shape[0]):
        one, mid, two = z[triples[k, 0]], z[triples[k, 1]], z[triples[k, 2]]
        span = two.t_s - one.t_s
        since = mid.t_s - one.t_s
        if not (span > 0.1 and since > 0.0 and since < span):
            continue
        u = since / span
        a, b = one.sensor, mid.sensor
        vx, vy, vz = (two.x_m - one.x_m) / span, (two.y_m - one.y_m) / span, (two.z_m - one.z_m) / span
        d[0] = mid.x_m - one.x_m - since * vx
        d[1] = mid.y_m - one.y_m - since * vy
        d[2] = mid.z_m - one.z_m - since * vz
        bend = q_m2ps3 * since * since * (span - since) * (span - since) / (3.0 * span)
        wa, wb = (1.0 - u) * (1.0 - u), u * u
        r[0, 0] = mid.xx + wa * one.xx + wb * two.xx + bend
        r[1, 1] = mid.yy + wa * one.yy + wb * two.yy + bend
        r[2, 2] = mid.zz + wa * one.zz + wb * two.zz + 0.05 * bend
        r[0, 1] = mid.xy + wa * one.xy + wb * two.xy
        r[0, 2] = mid.xz + wa * one.xz + wb * two.xz
        r[1, 2] = mid.yz + wa * one.yz + wb * two.yz
        r[1, 0], r[2, 0], r[2, 1] = r[0, 1], r[0, 2], r[1, 2]
        levers(mid.x_m, mid.y_m, mid.z_m, sites[b], vx, vy, vz, rises[b], hb)
        levers(mid.x_m, mid.y_m, mid.z_m, sites[a], vx, vy, vz, rises[a], ha)
        for m in range(3):
            for n in range(3):
                wide[m, n] = r[m, n]
                for c in range(PARTS):
                    wide[m, n] += hb[m, c] * doubt[b, c] * hb[n, c] + ha[m, c] * doubt[a, c] * ha[n, c]
        invert_3(wide, i)
        square = 0.0
        for m in range(3):
            for n in range(3):
                square += d[m] * i[m, n] * d[n]
        if square > 10.0 * gate:
            continue
        invert_3(r, i)
        for m in range(3):
            y[m] = d[m]
            for c in range(PARTS):
                y[m] += hb[m, c] * beta[b, c] - ha[m, c] * beta[a, c]
        seen[b] += 1.0
        for c in range(PARTS):
            for m in range(3):
                w = hb[0, c] * i[0, m] + hb[1, c] * i[1, m] + hb[2, c] * i[2, m]
                own_vector[b, c] += w * d[m]
                for e in range(PARTS):
                    own_info[b, c, e] += w * hb[m, e]
        if square > gate:
            continue
        for c in range(PARTS):
            for m in range(3):
                wb = hb[0, c] * i[0, m] + hb[1, c] * i[1, m] + hb[2, c] * i[2, m]
                wa = -(ha[0, c] * i[0, m] + ha[1, c] * i[1, m] + ha[2, c] * i[2, m])
                vector[PARTS * b + c] += wb * y[m]
                vector[PARTS * a + c] += wa * y[m]
                for e in range(PARTS):
                    info[PARTS * b + c, PARTS * b + e] += wb * hb[m, e]
                    info[PARTS * b + c, PARTS * a + e] -= wb * ha[m, e]
                    info[PARTS * a + c, PARTS * b + e] += wa * hb[m, e]
                    info[PARTS * a + c, PARTS * a + e] -= wa * ha[m, e]


@kernel("void(float64[:, ::1], float64[::1], float64[::1], float64[:, ::1])")
def solve(info: Any, vector: Any, x: Any, covariance: Any) -> None:
    """Fill `x` and `covariance` with info^-1 vector and info^-1, by Cholesky's factors; `info` is positive definite."""
    n = info.shape[0]
    low = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            rest = info[i, j]
            for k in range(j):
                rest -= low[i, k] * low[j, k]
            low[i, j] = math.sqrt(rest) if i == j else rest / low[j, j]
    back = np.zeros((n, n))
    for j in range(n):
        back[j, j] = 1.0 / low[j, j]
        for i in range(j + 1, n):
            rest = 0.0
            for k in range(j, i):
                rest -= low[i, k] * back[k, j]
            back[i, j] = rest / low[i, i]
    for i in range(n):
        x[i] = 0.0
    for i in range(n):
        for j in range(i + 1):
            rest = 0.0
            for k in range(i, n):
                rest += back[k, i] * back[k, j]
            covariance[i, j] = covariance[j, i] = rest
    for i in range(n):
        for j in range(n):
            x[i] += covariance[i, j] * vector[j]


@kernel()
def turn_votes(z: Any, tracks: Any, site: Any, reach_m: float, votes: Any) -> None:
    """Count in `votes` (bins over a full turn) by how much plots `z` of one radar seem turned against tracks.

    `tracks` (n, 7) are time, place and velocity; every plot votes for each track in its range and height. A radar that
    has lost north shows as one bin far above the others.
    """
    bins = votes.shape[0]
    turn = 6.283185307179586
    for n in range(z.shape[0]):
        one = z[n]
        dx, dy = one.x_m - site.x_m, one.y_m - site.y_m
        far = math.sqrt(dx * dx + dy * dy)
        az = atan2(dx, dy)
        for k in range(tracks.shape[0]):
            dt = one.t_s - tracks[k, 0]
            tx = tracks[k, 1] + dt * tracks[k, 4] - site.x_m
            ty = tracks[k, 2] + dt * tracks[k, 5] - site.y_m
            gap = math.sqrt(tx * tx + ty * ty) - far
            rise = tracks[k, 3] + dt * tracks[k, 6] - one.z_m
            if abs(gap) < reach_m and rise * rise < 9.0 * (one.zz + 1e5):
                off = (az - atan2(tx, ty)) / turn
                votes[int((off - math.floor(off)) * bins) % bins] += 1
