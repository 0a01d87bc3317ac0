"""Plots through a tracker's door: polar measurements at a site become positions with covariance in the tracker's
frame, and back out as tracks.

Geodetic height uses Bowring's (1985) closed form, written without angles, so that only + - * / and square roots are
needed.
"""

import math
from typing import Any

from jointsky.kernels.bank import Bank
from jointsky.kernels.compiled import kernel
from jointsky.kernels.elementary import atan2, sincos

A_M = 6378137.0
E2 = 0.0066943799901413165
B_M = 6356752.314245179
EP2 = 0.006739496742276434
DEGREE = 57.29577951308232
LEAST_COSINE = 0.05
SIGMA_UNKNOWN_HEIGHT_M = 1.0e5
ROOT_TWO_PI = 2.5066282746310002


@kernel("UniTuple(float64, 4)(float64, float64, float64)")
def up_and_height(x_m: float, y_m: float, z_m: float) -> tuple[float, float, float, float]:
    """Return (up vector 3, height above WGS84) of an ECEF point."""
    p = math.sqrt(x_m * x_m + y_m * y_m)
    if p < 1.0:
        return 0.0, 0.0, math.copysign(1.0, z_m), abs(z_m) - B_M
    r = math.sqrt(p * p + z_m * z_m)
    tangent = B_M * z_m * (1.0 + EP2 * B_M / r) / (A_M * p)
    c = 1.0 / math.sqrt(1.0 + tangent * tangent)
    s = tangent * c
    top = z_m + EP2 * B_M * s * s * s
    bottom = p - E2 * A_M * c * c * c
    norm = math.sqrt(top * top + bottom * bottom)
    sin_lat = top / norm
    cos_lat = bottom / norm
    height = p * cos_lat + z_m * sin_lat - A_M * math.sqrt(1.0 - E2 * sin_lat * sin_lat)
    return cos_lat * x_m / p, cos_lat * y_m / p, sin_lat, height


@kernel()
def site_axes(site_ecef_m: Any, axes: Any) -> None:
    """Fill `axes` (3, 3) with the unit vectors east, north, up (ECEF) at a site."""
    ux, uy, uz, _ = up_and_height(site_ecef_m[0], site_ecef_m[1], site_ecef_m[2])
    p = math.sqrt(ux * ux + uy * uy)
    ex, ey = (-uy / p, ux / p) if p > 1e-12 else (0.0, 1.0)
    axes[0, 0] = ex
    axes[0, 1] = ey
    axes[0, 2] = 0.0
    axes[1, 0] = -uz * ey
    axes[1, 1] = uz * ex
    axes[1, 2] = ux * ey - uy * ex
    axes[2, 0] = ux
    axes[2, 1] = uy
    axes[2, 2] = uz


@kernel()
def _height_at(site: Any, axes: Any, flat: bool, v: Any) -> tuple[float, float, float, float]:
    """Return (height of the point site + v, cosines of its vertical with east, north and up at the site); v is in the
    site's axes."""
    if flat:
        return site[2] + v[2], 0.0, 0.0, 1.0
    x = site[0] + axes[0, 0] * v[0] + axes[1, 0] * v[1] + axes[2, 0] * v[2]
    y = site[1] + axes[0, 1] * v[0] + axes[1, 1] * v[1] + axes[2, 1] * v[2]
    z = site[2] + axes[0, 2] * v[0] + axes[1, 2] * v[1] + axes[2, 2] * v[2]
    ux, uy, uz, height = up_and_height(x, y, z)
    e = axes[0, 0] * ux + axes[0, 1] * uy + axes[0, 2] * uz
    n = axes[1, 0] * ux + axes[1, 1] * uy + axes[1, 2] * uz
    u = axes[2, 0] * ux + axes[2, 1] * uy + axes[2, 2] * uz
    return height, e, n, u


@kernel()
def _point(range_m: float, sin_az: float, cos_az: float, sin_el: float, v: Any) -> float:
    cos_el = math.sqrt(max(1.0 - sin_el * sin_el, 0.0))
    v[0] = range_m * cos_el * sin_az
    v[1] = range_m * cos_el * cos_az
    v[2] = range_m * sin_el
    return cos_el


@kernel()
def place_by_height(
    site: Any,
    axes: Any,
    flat: bool,
    range_m: float,
    sin_az: float,
    cos_az: float,
    height_m: float,
    v: Any,
) -> float:
    """Fill `v` (site axes) with the point at this slant range and azimuth whose height is `height_m`; return the sine
    of its elevation.

    Newton steps on the sine of elevation; a range too short for the height gives the point straight above or below.
    """
    v[0] = 0.0
    v[1] = 0.0
    v[2] = 0.0
    base, _, _, _ = _height_at(site, axes, flat, v)
    sin_el = (height_m - base) / range_m
    if not flat:
        sin_el -= range_m / (2.0 * 6371000.0)
    sin_el = min(max(sin_el, -0.9999), 0.9999)
    for _ in range(1 if flat else 3):
        cos_el = _point(range_m, sin_az, cos_az, sin_el, v)
        height, e, n, u = _height_at(site, axes, flat, v)
        slope = range_m * (u - (e * sin_az + n * cos_az) * sin_el / max(cos_el, LEAST_COSINE))
        if slope < 0.05 * range_m:
            break
        sin_el = min(max(sin_el + (height_m - height) / slope, -0.9999), 0.9999)
    _point(range_m, sin_az, cos_az, sin_el, v)
    return sin_el


@kernel()
def spread(
    site: Any,
    axes: Any,
    flat: bool,
    range_m: float,
    sin_az: float,
    cos_az: float,
    sin_el: float,
    v: Any,
    variances: Any,
    by_height: bool,
    r: Any,
) -> None:
    """Fill `r` (3, 3, site axes) with the covariance of a point from variances of range, azimuth and height (or
    elevation).

    With a measured height, a range error moves the point along its level surface: dp/dr = radial - (up.radial /
    up.rise) rise.
    """
    cos_el = max(math.sqrt(max(1.0 - sin_el * sin_el, 0.0)), LEAST_COSINE)
    across = (range_m * cos_el * cos_az, -range_m * cos_el * sin_az, 0.0)
    radial = (cos_el * sin_az, cos_el * cos_az, sin_el)
    rise = (-sin_el * sin_az, -sin_el * cos_az, cos_el)
    lean = 0.0
    per_unit = range_m
    if by_height:
        _, e, n, u = _height_at(site, axes, flat, v)
        up_rise = max(e * rise[0] + n * rise[1] + u * rise[2], LEAST_COSINE)
        lean = (e * radial[0] + n * radial[1] + u * radial[2]) / up_rise
        per_unit = 1.0 / up_rise
    along = (radial[0] - lean * rise[0], radial[1] - lean * rise[1], radial[2] - lean * rise[2])
    rising = per_unit * per_unit * variances[2]
    for a in range(3):
        for b in range(3):
            r[a, b] = (
                along[a] * along[b] * variances[0] + across[a] * across[b] * variances[1] + rise[a] * rise[b] * rising
            )


@kernel()
def turn_out(to_frame: Any, offset: Any, v: Any, r: Any, h: Any, out: Any) -> None:
    """Write position `offset` + T v and covariance T r T' into the MEASUREMENT record `out`, T being `to_frame`; `h`
    is scratch (3, 3)."""
    for a in range(3):
        for b in range(3):
            h[a, b] = to_frame[a, 0] * r[0, b] + to_frame[a, 1] * r[1, b] + to_frame[a, 2] * r[2, b]
    out.x_m = offset[0] + to_frame[0, 0] * v[0] + to_frame[0, 1] * v[1] + to_frame[0, 2] * v[2]
    out.y_m = offset[1] + to_frame[1, 0] * v[0] + to_frame[1, 1] * v[1] + to_frame[1, 2] * v[2]
    out.z_m = offset[2] + to_frame[2, 0] * v[0] + to_frame[2, 1] * v[1] + to_frame[2, 2] * v[2]
    out.xx = h[0, 0] * to_frame[0, 0] + h[0, 1] * to_frame[0, 1] + h[0, 2] * to_frame[0, 2]
    out.xy = h[0, 0] * to_frame[1, 0] + h[0, 1] * to_frame[1, 1] + h[0, 2] * to_frame[1, 2]
    out.xz = h[0, 0] * to_frame[2, 0] + h[0, 1] * to_frame[2, 1] + h[0, 2] * to_frame[2, 2]
    out.yy = h[1, 0] * to_frame[1, 0] + h[1, 1] * to_frame[1, 1] + h[1, 2] * to_frame[1, 2]
    out.yz = h[1, 0] * to_frame[2, 0] + h[1, 1] * to_frame[2, 1] + h[1, 2] * to_frame[2, 2]
    out.zz = h[2, 0] * to_frame[2, 0] + h[2, 1] * to_frame[2, 1] + h[2, 2] * to_frame[2, 2]


@kernel()
def sigma_of(plot_sigma: float, sensor_sigma: float) -> float:
    """The plot's own error where it has one, else its sensor's."""
    return plot_sigma if plot_sigma > 0.0 else sensor_sigma


@kernel()
def move_sensor(
    sensors: Any,
    s: int,
    site_ecef_m: Any,
    origin_ecef_m: Any,
    axes: Any,
    places: Any,
    turns: Any,
    sites: Any,
) -> None:
    """Place sensor `s` where its plot says it stands: ECEF place, turn from site axes to frame axes, and place in the
    frame."""
    own = turns[s] * 0.0
    site_axes(site_ecef_m, own)
    for a in range(3):
        places[s, a] = site_ecef_m[a]
    offset = own[0] * 0.0
    for a in range(3):
        for b in range(3):
            turns[s, a, b] = axes[a, 0] * own[b, 0] + axes[a, 1] * own[b, 1] + axes[a, 2] * own[b, 2]
            offset[a] += axes[a, b] * (site_ecef_m[b] - origin_ecef_m[b])
    sites[s].x_m = offset[0]
    sites[s].y_m = offset[1]
    sites[s].z_m = offset[2]


@kernel()
def enter(
    plots: Any,
    sensors: Any,
    flat: bool,
    origin_ecef_m: Any,
    axes: Any,
    places: Any,
    turns: Any,
    sites: Any,
    height_m: float,
    extent_m: float,
    first_sequence: int,
    out: Any,
    counts: Any,
) -> int:
    """Convert PLOT rows to MEASUREMENT rows `out`; return how many were good.

    `places` (S, 3) and `turns` (S, 3, 3) are the sensors' places (ECEF, or the flat frame itself) and turns from site
    to frame; a moving
    sensor's are renewed from its plots. `counts` (3) grows by plots that are not numbers, from unknown sensors, and
    without a range (strobes).
    """
    good = 0
    v = origin_ecef_m * 0.0
    r = axes * 0.0
    h = axes * 0.0
    own = axes * 0.0
    offset = origin_ecef_m * 0.0
    variances = origin_ecef_m * 0.0
    for n in range(plots.shape[0]):
        plot = plots[n]
        s = plot.sensor
        if s < 0 or s >= sensors.shape[0]:
            counts[1] += 1
            continue
        if plot.kind == 3:
            counts[2] += 1
            continue
        place = plot.site_ecef_m
        if not (
            math.isfinite(plot.t_valid_s)
            and math.isfinite(plot.t_seen_s)
            and math.isfinite(plot.range_m)
            and math.isfinite(plot.az_rad)
        ):
            counts[0] += 1
            continue
        sensor = sensors[s]
        z = out[good]
        z.t_s = plot.t_valid_s
        z.seen_s = plot.t_seen_s
        z.sequence = first_sequence + n
        z.sensor = s
        z.code = plot.code
        z.clause = plot.clause
        z.iff = plot.iff
        z.flat = 0
        z.extent_m = extent_m
        if (
            not flat
            and math.isfinite(place[0])
            and (place[0] != places[s, 0] or place[1] != places[s, 1] or place[2] != places[s, 2])
        ):
            move_sensor(sensors, s, place, origin_ecef_m, axes, places, turns, sites)
        offset[0] = sites[s].x_m
        offset[1] = sites[s].y_m
        offset[2] = sites[s].z_m
        sine, cosine = sincos(plot.az_rad)
        sigma_range = sigma_of(plot.sigma_range_m, sensor.sigma_range_m)
        if sensor.kind == 5:
            v[0] = plot.range_m * sine
            v[1] = plot.range_m * cosine
            v[2] = 0.0
            r[:, :] = 0.0
            r[0, 0] = sigma_range * sigma_range
            r[1, 1] = r[0, 0]
            r[2, 2] = 1.0
            z.extent_m = ROOT_TWO_PI
            turn_out(turns[s], offset, v, r, h, z)
            good += 1
            continue
        range_m = max(plot.range_m, 1.0)
        axes_of_site(turns[s], axes, flat, own)
        sigma_az = sigma_of(plot.sigma_az_rad, sensor.sigma_az_rad)
        variances[0] = sigma_range * sigma_range
        variances[1] = sigma_az * sigma_az
        sigma_height = sigma_of(plot.sigma_height_m, sensor.sigma_height_m)
        by_height = True
        if math.isfinite(plot.height_m) and sigma_height > 0.0:
            sine_el = place_by_height(places[s], own, flat, range_m, sine, cosine, plot.height_m, v)
            variances[2] = sigma_height * sigma_height
        elif math.isfinite(plot.el_rad) and (sensor.sigma_el_rad > 0.0 or sigma_height > 0.0):
            by_height = False
            sigma_el = sensor.sigma_el_rad if sensor.sigma_el_rad > 0.0 else sigma_height / range_m
            sine_el, _ = sincos(plot.el_rad)
            _point(range_m, sine, cosine, sine_el, v)
            variances[2] = sigma_el * sigma_el
        else:
            v[:] = 0.0
            base, _, _, _ = _height_at(places[s], own, flat, v)
            sine_el = place_by_height(places[s], own, flat, range_m, sine, cosine, max(height_m, base), v)
            bow = 0.25 * height_m * height_m / range_m  # what a straight line misses of the slant-range effect
            variances[0] += bow * bow
            variances[2] = SIGMA_UNKNOWN_HEIGHT_M * SIGMA_UNKNOWN_HEIGHT_M
            z.flat = 1
            z.extent_m = ROOT_TWO_PI * SIGMA_UNKNOWN_HEIGHT_M
        spread(places[s], own, flat, range_m, sine, cosine, sine_el, v, variances, by_height, r)
        turn_out(turns[s], offset, v, r, h, z)
        good += 1
    return good


@kernel()
def axes_of_site(turn: Any, axes: Any, flat: bool, own: Any) -> None:
    """Fill `own` with the site's axes in ECEF, from its turn into the frame and the frame's axes."""
    for a in range(3):
        for b in range(3):
            own[a, b] = (
                (1.0 if a == b else 0.0)
                if flat
                else turn[0, a] * axes[0, b] + turn[1, a] * axes[1, b] + turn[2, a] * axes[2, b]
            )


@kernel()
def leave(
    bank: Bank,
    t_s: float,
    least_existence: float,
    seen_since_s: float,
    flat: bool,
    origin_ecef_m: Any,
    axes: Any,
    out: Any,
    enu: Any,
) -> int:
    """Write the confirmed tracks, predicted to `t_s`, into TRACK rows `out` and their frame states into `enu` (rows,
    6); return how many.

    In a flat frame the ECEF fields repeat the frame's own x, y, z.
    """
    n = 0
    for i in range(bank.used[0]):
        one = bank.life[i]
        if one.state != 2 or one.existence < least_existence:
            continue
        dt = t_s - one.t_s
        position = 0.0
        speed = 0.0
        height = 0.0
        for a in range(6):
            enu[n, a] = 0.0
        for m in range(bank.x.shape[1]):
            w = bank.w[i, m]
            for a in range(3):
                enu[n, a] += w * (bank.x[i, m, a] + dt * bank.x[i, m, 3 + a])
                enu[n, 3 + a] += w * bank.x[i, m, 3 + a]
        for m in range(bank.x.shape[1]):
            w = bank.w[i, m]
            p = bank.p[i, m]
            for a in range(3):
                d = bank.x[i, m, a] + dt * bank.x[i, m, 3 + a] - enu[n, a]
                dv = bank.x[i, m, 3 + a] - enu[n, 3 + a]
                variance = w * (p[a, a] + 2.0 * dt * p[a, 3 + a] + dt * dt * p[3 + a, 3 + a] + d * d)
                if a == 2:
                    height += variance
                else:
                    position += 0.5 * variance
                    speed += 0.5 * w * (p[3 + a, 3 + a] + dv * dv)
        row = out[n]
        row.t_valid_s = t_s
        row.t_seen_s = t_s
        row.track_id = one.number
        row.clause = one.clause
        row.sigma_pos_m = math.sqrt(position)
        row.sigma_vel_mps = math.sqrt(speed)
        row.sigma_height_m = math.sqrt(height)
        row.existence = one.existence
        row.t_update_s = one.update_s
        row.t_own_s = one.own_s
        row.t_released_s = one.released_s
        row.t_first_s = one.first_s
        row.identity = 0
        row.kind = 255
        row.iff = one.iff
        row.code = one.code
        seen = 0
        for s in range(bank.watch.shape[1]):
            if bank.watch[i, s].hit_s >= seen_since_s:
                seen += 1
        row.sensors = seen
        place = row.pos_ecef_m
        motion = row.vel_ecef_mps
        for b in range(3):
            place[b] = (
                enu[n, b]
                if flat
                else origin_ecef_m[b] + axes[0, b] * enu[n, 0] + axes[1, b] * enu[n, 1] + axes[2, b] * enu[n, 2]
            )
            motion[b] = (
                enu[n, 3 + b] if flat else axes[0, b] * enu[n, 3] + axes[1, b] * enu[n, 4] + axes[2, b] * enu[n, 5]
            )
        row.alt_m = enu[n, 2]
        if not flat:
            ux, uy, uz, row.alt_m = up_and_height(place[0], place[1], place[2])
            row.lat_deg = DEGREE * atan2(uz, math.sqrt(ux * ux + uy * uy))
            row.lon_deg = DEGREE * atan2(uy, ux)
        n += 1
    return n
