"""Ballistic arcs over a round earth in closed form: what planning and warning times are made of.

Kepler's ellipse between two points of one height over a sphere that does not turn (unless said). `q` is the parameter
Q = v^2 r / mu; angles in radians, the free-flight angle psi at the earth's centre, phi the flight-path angle above the
horizon. Source: Bate, Mueller & White, "Fundamentals of Astrodynamics" (1971), ch. 6; Wheelon (1959). Any units do
where `mu` and `radius` are given in them.
"""

import math
from dataclasses import dataclass

MU_M3PS2 = 3.986004418e14
"""The earth's gravitational parameter (WGS84)."""
RADIUS_M = 6_371_000.0
EARTH_RATE_RADPS = 7.292115e-5


@dataclass(frozen=True, slots=True)
class Arc:
    """A free flight from height to height: speed (m/s) and flight-path angle (rad) at its ends, height of its top (m),
    time (s), free-flight angle (rad)."""

    speed_mps: float
    angle_rad: float
    apogee_m: float
    time_s: float
    psi_rad: float
    radius_m: float = RADIUS_M
    mu: float = MU_M3PS2


def q_parameter(speed_mps: float, radius_m: float = RADIUS_M, mu: float = MU_M3PS2) -> float:
    """Return Q = v^2 r / mu: 1 in a circle, 2 at escape."""
    return speed_mps**2 * radius_m / mu


def free_flight_angle_rad(q: float, angle_rad: float) -> float:
    """Return psi: cos(psi/2) = (1 - Q cos^2 phi) / sqrt(1 + Q (Q - 2) cos^2 phi); ValueError for Q outside 0 to 2."""
    if not 0.0 < q < 2.0:
        raise ValueError(f"found Q {q}, expected one between 0 and 2")
    square = math.cos(angle_rad) ** 2
    cosine = 1.0 - q * square
    sine = q * math.cos(angle_rad) * math.sin(angle_rad)
    return 2.0 * math.atan2(sine, cosine)


def flight_path_angles_rad(q: float, psi_rad: float) -> tuple[float, float]:
    """Return the low and the high flight-path angle that reach psi: sin(2 phi + psi/2) = (2 - Q)/Q sin(psi/2).

    Both are the same at the greatest range. Raises ValueError where Q is too small.
    """
    sine = (2.0 - q) / q * math.sin(0.5 * psi_rad)
    if sine > 1.0 + 1e-12:
        raise ValueError(f"found Q {q}, expected at least {minimum_q(psi_rad)} for {psi_rad} rad")
    turned = math.asin(min(sine, 1.0))
    return 0.5 * (turned - 0.5 * psi_rad), 0.5 * (math.pi - turned - 0.5 * psi_rad)


def angle_for_apogee_rad(speed_mps: float, apogee_m: float, radius_m: float = RADIUS_M, mu: float = MU_M3PS2) -> float:
    """Return the flight-path angle at burn-out of an arc whose top is `apogee_m` above burn-out: energy gives the speed
    there, angular momentum the angle. Raises ValueError where the speed does not reach so high."""
    top = radius_m + apogee_m
    square = speed_mps**2 - 2.0 * mu * (1.0 / radius_m - 1.0 / top)
    cosine = top * math.sqrt(max(square, 0.0)) / (radius_m * speed_mps)
    if square < 0.0 or cosine > 1.0:
        raise ValueError(f"found a top {apogee_m} above burn-out, which {speed_mps} does not have as its highest point")
    return math.acos(cosine)


def greatest_angle_rad(q: float) -> float:
    """Return the greatest free-flight angle for a Q below 1: sin(psi/2) = Q / (2 - Q)."""
    return 2.0 * math.asin(q / (2.0 - q)) if q < 1.0 else 2.0 * math.pi


def minimum_q(psi_rad: float) -> float:
    """Return the least Q that reaches psi, 2 sin(psi/2) / (1 + sin(psi/2))."""
    sine = math.sin(0.5 * psi_rad)
    return 2.0 * sine / (1.0 + sine)


def free_flight(speed_mps: float, angle_rad: float, radius_m: float = RADIUS_M, mu: float = MU_M3PS2) -> Arc:
    """Return the arc from burn-out at `radius_m` back to that radius. Raises ValueError at or above escape speed."""
    q = q_parameter(speed_mps, radius_m, mu)
    psi = free_flight_angle_rad(q, angle_rad)
    axis = radius_m / (2.0 - q)
    off = math.sqrt(max(1.0 + q * (q - 2.0) * math.cos(angle_rad) ** 2, 0.0))
    return Arc(
        speed_mps, angle_rad, axis * (1.0 + off) - radius_m, _time_s(q, angle_rad, axis, off, mu), psi, radius_m, mu
    )  # fmt: skip


def minimum_energy(range_m: float, radius_m: float = RADIUS_M, mu: float = MU_M3PS2) -> Arc:
    """Return the arc of least speed over a ground range: phi = (pi - psi) / 4. Raises ValueError for a range outside 0
    to half way round."""
    psi = range_m / radius_m
    if not 0.0 < psi <= math.pi:
        raise ValueError(f"found range {range_m} m, expected more than 0 and at most {math.pi * radius_m} m")
    speed = math.sqrt(minimum_q(psi) * mu / radius_m)
    return free_flight(speed, 0.25 * (math.pi - psi), radius_m, mu)


def arcs_for_range(
    range_m: float, speed_mps: float, radius_m: float = RADIUS_M, mu: float = MU_M3PS2
) -> tuple[Arc, Arc]:
    """Return the low and the high arc of this speed over a range. Raises ValueError where it is too slow."""
    low, high = flight_path_angles_rad(q_parameter(speed_mps, radius_m, mu), range_m / radius_m)
    return free_flight(speed_mps, low, radius_m, mu), free_flight(speed_mps, high, radius_m, mu)


def range_per_speed_s(arc: Arc) -> float:
    """Return how far the impact moves (m) for each m/s: r d psi/dv = 8 mu/v^3 sin^2(psi/2) / sin(2 phi)."""
    return 8.0 * arc.mu / arc.speed_mps**3 * math.sin(0.5 * arc.psi_rad) ** 2 / math.sin(2.0 * arc.angle_rad)


def range_per_angle_m(arc: Arc) -> float:
    """Return how far the impact moves (m) for each radian of flight-path angle: r (2 sin(psi + 2 phi)/sin(2 phi) - 2);
    none at least energy."""
    twice = 2.0 * arc.angle_rad
    return arc.radius_m * (2.0 * math.sin(arc.psi_rad + twice) / math.sin(twice) - 2.0)


def range_per_height(arc: Arc) -> float:
    """Return how far the impact moves (m) for each metre of burn-out height: 4 mu/(v^2 r) sin^2(psi/2) / sin(2 phi)."""
    return (
        4.0 * arc.mu / (arc.speed_mps**2 * arc.radius_m) * math.sin(0.5 * arc.psi_rad) ** 2
        / math.sin(2.0 * arc.angle_rad)
    )  # fmt: skip


def cross_range_of_azimuth_m(arc: Arc, error_rad: float) -> float:
    """Return the sideways miss of an error of azimuth: sin(C/2) = sin(psi) sin(error/2)."""
    return 2.0 * arc.radius_m * math.asin(math.sin(arc.psi_rad) * math.sin(0.5 * error_rad))


def cross_range_of_offset_m(arc: Arc, offset_m: float) -> float:
    """Return the sideways miss of a burn-out point off the plane, its velocity parallel: C = X cos(psi)."""
    return offset_m * math.cos(arc.psi_rad)


def place_on_arc(arc: Arc, time_s: float) -> tuple[float, float]:
    """Return (angle flown over rad, height m) a time after the start, by Kepler's equation.

    Raises ValueError for a time outside the flight.
    """
    if not -1e-9 <= time_s <= arc.time_s * (1.0 + 1e-12):
        raise ValueError(f"found {time_s} s, expected a time within the flight of {arc.time_s} s")
    axis, off = _shape(arc)
    mean = math.sqrt(arc.mu / axis**3) * (time_s - 0.5 * arc.time_s) + math.pi
    anomaly = _eccentric(mean, off)
    distance = axis * (1.0 - off * math.cos(anomaly))
    sine, cosine = math.sqrt(1.0 + off) * math.sin(0.5 * anomaly), math.sqrt(1.0 - off) * math.cos(0.5 * anomaly)
    true = 2.0 * math.atan2(sine, cosine)
    return true - math.pi + 0.5 * arc.psi_rad, distance - arc.radius_m


def elevation_from_rad(arc: Arc, time_s: float, radar_rad: float) -> float:
    """Return the elevation of the missile seen from the ground point `radar_rad` down its track; no refraction."""
    flown, height = place_on_arc(arc, time_s)
    return _elevation(flown - radar_rad, height, arc.radius_m)


def fan_warning_s(
    range_m: float, fan_rad: float, forward_m: float = 0.0, farthest_m: float = math.inf, radius_m: float = RADIUS_M
) -> float:
    """Return the warning before the impact of a least-energy missile of this range, from the first moment it is at or
    above the elevation `fan_rad` of a radar and within `farthest_m` of it; 0 where it never is.

    The radar stands under the track, `forward_m` from the target towards the launch.
    """
    arc = minimum_energy(range_m, radius_m)
    radar_rad = arc.psi_rad - forward_m / radius_m

    def seen(t_s: float) -> bool:
        flown, height = place_on_arc(arc, t_s)
        near = _slant_m(flown - radar_rad, height, radius_m) <= farthest_m
        return near and _elevation(flown - radar_rad, height, radius_m) >= fan_rad

    steps = 4_000
    after = next((k for k in range(steps + 1) if seen(arc.time_s * k / steps)), None)
    if after is None:
        return 0.0
    low, high = arc.time_s * max(after - 1, 0) / steps, arc.time_s * after / steps
    while high - low > 1e-7:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if seen(middle) else (middle, high)
    return arc.time_s - high


def _elevation(angle_rad: float, height_m: float, radius_m: float) -> float:
    up = (radius_m + height_m) * math.cos(angle_rad) - radius_m
    return math.atan2(up, (radius_m + height_m) * abs(math.sin(angle_rad)))


def _slant_m(angle_rad: float, height_m: float, radius_m: float) -> float:
    far = radius_m + height_m
    return math.hypot(far * math.cos(angle_rad) - radius_m, far * math.sin(angle_rad))


def _shape(arc: Arc) -> tuple[float, float]:
    q = q_parameter(arc.speed_mps, arc.radius_m, arc.mu)
    off = math.sqrt(max(1.0 + q * (q - 2.0) * math.cos(arc.angle_rad) ** 2, 0.0))
    return arc.radius_m / (2.0 - q), off


def _time_s(q: float, angle_rad: float, axis: float, off: float, mu: float) -> float:
    """2 sqrt(a^3/mu) (pi - E + e sin E), E the eccentric anomaly of burn-out."""
    anomaly = math.atan2(math.sqrt(2.0 - q) * math.sqrt(q) * math.sin(angle_rad), 1.0 - (2.0 - q))
    return 2.0 * math.sqrt(axis**3 / mu) * (math.pi - anomaly + off * math.sin(anomaly))


def _eccentric(mean: float, off: float) -> float:
    """Solve E - e sin E = M by Newton from M; near apogee it goes straight."""
    anomaly = mean
    for _ in range(60):
        change = (anomaly - off * math.sin(anomaly) - mean) / (1.0 - off * math.cos(anomaly))
        anomaly -= change
        if abs(change) < 1e-15:
            break
    return anomaly
