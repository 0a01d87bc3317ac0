"""Ballistic missiles of truth: what they are made of, and how they fly from a launch site to a target.

All types are notional: round numbers that give round ranges. A missile is aimed by its azimuth and by the moment its
last motor is cut off; its pitch programme is the type's own. The integrator is `kernels.ballistic`.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.truth.missiles import NOTIONAL_DRAG

Float = NDArray[np.float64]
KNOT_S = 1.0
LONGEST_S = 7_200.0
_AIMED_M = 1.0
_MOST_TRIES = 25


@dataclass(frozen=True, slots=True)
class Rocket:
    """A ballistic missile. SI units.

    `burns`: (begin s, end s, thrust N, mass flow kg/s, mass let go at its end kg); `pitch`: (time s, elevation of the
    thrust rad); `ballistic_kgm2`: m/(Cd A) of what re-enters; `drag`: (Mach, Cd motor on, Cd motor off) before that.
    Raises ValueError for burns out of order or a mass at burn-out that is not positive.
    """

    name: str
    mass_kg: float
    diameter_m: float
    burns: tuple[tuple[float, float, float, float, float], ...]
    pitch: tuple[tuple[float, float], ...]
    ballistic_kgm2: float
    drag: tuple[tuple[float, float, float], ...] = NOTIONAL_DRAG
    source: str = "notional"

    def __post_init__(self) -> None:
        left, last = self.mass_kg, 0.0
        for begin, end, _thrust, flow, dropped in self.burns:
            if not last <= begin < end:
                raise ValueError(f"{self.name}: found a burn from {begin} to {end} s, expected it after {last} s")
            left, last = left - flow * (end - begin) - dropped, end
        if not left > 0.0:
            raise ValueError(f"{self.name}: found {left:.0f} kg left at burn-out, expected more than 0")

    @property
    def burn_out_s(self) -> float:
        """When the last motor stops."""
        return self.burns[-1][1]

    def cut_off(self, time_s: float) -> "Rocket":
        """The same, its last motor cut off at `time_s`."""
        begin, _end, thrust, flow, dropped = self.burns[-1]
        last = (begin, min(max(time_s, begin + 1e-3), self.burn_out_s), thrust, flow, dropped)
        return replace(self, burns=(*self.burns[:-1], last))

    def lofted(self, elevation_rad: float) -> "Rocket":
        """The same with another last elevation of its pitch programme."""
        return replace(self, pitch=(*self.pitch[:-1], (self.pitch[-1][0], elevation_rad)))


@dataclass(frozen=True, slots=True)
class Flight:
    """A flown missile: `knots` (n, 7) of time since launch (s), ECEF place and velocity, the last at impact."""

    rocket: Rocket
    knots: Float

    @property
    def time_s(self) -> float:
        """From launch to impact."""
        return float(self.knots[-1, 0])

    @property
    def impact_deg(self) -> tuple[float, float]:
        """Latitude and longitude of the impact."""
        lat, lon, _ = geo.ecef2geodetic(self.knots[-1, 1:4])
        return float(lat), float(lon)

    @property
    def heights_m(self) -> Float:
        """Height above the ellipsoid at each knot."""
        return np.asarray(geo.ecef2geodetic(self.knots[:, 1:4])[2])

    @property
    def apogee_m(self) -> float:
        """The greatest height at a knot."""
        return float(self.heights_m.max())

    def burn_out(self) -> Float:
        """The knot (7) at or just after burn-out."""
        at = int(np.searchsorted(self.knots[:, 0], self.rocket.burn_out_s))
        return self.knots[min(at, len(self.knots) - 1)]


def fly(
    rocket: Rocket, at_deg: tuple[float, float], azimuth_rad: float, elevation_m: float = 0.0, ground_m: float = 0.0,
    knot_s: float = KNOT_S, step_s: float = 0.05,
) -> Flight:  # fmt: skip
    """Return the flight of a missile from a site (latitude, longitude in degrees) towards an azimuth.

    Raises ValueError where it does not come down within two hours, or does not leave the ground.
    """
    from jointsky.kernels.ballistic import trajectory

    start = np.zeros(6)
    start[:3] = geo.geodetic2ecef(*at_deg, elevation_m + 1e-3)
    rotation = geo.enu_rotation(*at_deg)
    along = math.sin(azimuth_rad) * rotation[0] + math.cos(azimuth_rad) * rotation[1]
    start[3:] = 1e-3 * rotation[2]
    burns, drag, pitch, body = arrays(rocket, ground_m)
    knots = np.empty((int(LONGEST_S / knot_s) + 2, 7))
    count = trajectory(
        burns, drag, pitch, body, np.concatenate([rotation[2], along]), start, 0.0, knot_s, step_s, knots
    )
    if count >= len(knots) or count < 3:
        raise ValueError(f"{rocket.name}: found no flight that comes down within {LONGEST_S:.0f} s")
    return Flight(rocket, knots[:count].copy())


def ahead_m(flight: Flight) -> float:
    """Return how far the launch lies ahead of the foot, the point where the free flight flown back without air meets
    the ground: negative where it lies behind. A model flight's value, for `picture.impact.launch`."""
    from jointsky.picture.impact import NO_AIR_KGM2, free_fall

    burnt = flight.burn_out()
    back = free_fall(burnt[1:], float(burnt[0]), NO_AIR_KGM2, knot_s=-1.0)
    foot_lat, foot_lon, _ = (float(v) for v in geo.ecef2geodetic(back[-1, 1:4]))
    lat, lon, _ = (float(v) for v in geo.ecef2geodetic(flight.knots[0, 1:4]))
    far, bearing = (float(v) for v in geo.geodesic(foot_lat, foot_lon, lat, lon))
    course = float(geo.geodesic(foot_lat, foot_lon, *flight.impact_deg)[1])
    return far * math.cos(bearing - course)


def arrays(rocket: Rocket, ground_m: float = 0.0) -> tuple[Float, Float, Float, Float]:
    """Return the burns, drag, pitch and body arrays as `kernels.ballistic` describes them."""
    area = math.pi * rocket.diameter_m**2 / 4.0
    body = np.array([rocket.mass_kg, area, rocket.ballistic_kgm2, ground_m])
    return np.array(rocket.burns), np.array(rocket.drag), np.array(rocket.pitch), body


def aim(
    rocket: Rocket, at_deg: tuple[float, float], target_deg: tuple[float, float], elevation_m: float = 0.0
) -> Flight:
    """Return the flight that hits a target to 1 m: azimuth and cut-off of the last motor by secant steps.

    Raises ValueError for a target out of reach of this type (too near or too far).
    """
    return _aimed(rocket, at_deg, target_deg, elevation_m)


@lru_cache(maxsize=64)
def _aimed(rocket: Rocket, at_deg: tuple[float, float], target_deg: tuple[float, float], elevation_m: float) -> Flight:
    wanted_m, azimuth = (float(v) for v in geo.geodesic(*at_deg, *target_deg))
    course, cut = azimuth, _cut_near(rocket, at_deg, azimuth, wanted_m, elevation_m)
    for _ in range(_MOST_TRIES):
        flight = fly(rocket.cut_off(cut), at_deg, course, elevation_m=elevation_m)
        reached_m, bearing = (float(v) for v in geo.geodesic(*at_deg, *flight.impact_deg))
        across = math.remainder(bearing - azimuth, 2.0 * math.pi)
        if abs(reached_m - wanted_m) < _AIMED_M and abs(across) * wanted_m < _AIMED_M:
            return flight
        nearby = fly(rocket.cut_off(cut - 1e-3), at_deg, course, elevation_m=elevation_m)
        slope = (reached_m - float(geo.geodesic(*at_deg, *nearby.impact_deg)[0])) / 1e-3
        course -= across
        cut -= (reached_m - wanted_m) / slope
    raise ValueError(f"{rocket.name}: found no aim at {wanted_m / 1e3:.0f} km, expected it within reach of the type")


def _cut_near(
    rocket: Rocket, at_deg: tuple[float, float], azimuth: float, wanted_m: float, elevation_m: float
) -> float:
    """A cut-off that comes near the range, by halving: range grows with burning."""

    def reach(cut: float) -> float:
        return float(
            geo.geodesic(*at_deg, *fly(rocket.cut_off(cut), at_deg, azimuth, elevation_m=elevation_m).impact_deg)[0]
        )

    low, high = rocket.burns[-1][0] + 0.3 * (rocket.burn_out_s - rocket.burns[-1][0]), rocket.burn_out_s
    if not reach(low) <= wanted_m <= reach(high):
        raise ValueError(
            f"{rocket.name}: found a target at {wanted_m / 1e3:.0f} km, expected {reach(low) / 1e3:.0f} to "
            f"{reach(high) / 1e3:.0f} km"
        )
    for _ in range(9):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if reach(middle) < wanted_m else (low, middle)
    return min(0.5 * (low + high), rocket.burn_out_s - 1e-3)


def _programme(last_deg: float, until_s: float) -> tuple[tuple[float, float], ...]:
    """Straight up for 6 s, then evenly over to the last elevation."""
    return (0.0, math.pi / 2), (6.0, math.pi / 2), (until_s, math.radians(last_deg))


TBM_250 = Rocket(
    "tbm_250km", mass_kg=5_000.0, diameter_m=0.85, burns=((0.0, 59.0, 118_000.0, 52.0, 0.0),),
    pitch=_programme(42.0, 55.0), ballistic_kgm2=6_000.0,
)  # fmt: skip
TBM_800 = Rocket(
    "tbm_800km", mass_kg=14_000.0, diameter_m=1.3, burns=((0.0, 90.0, 290_000.0, 122.0, 1_200.0),),
    pitch=_programme(38.0, 85.0), ballistic_kgm2=8_000.0,
)  # fmt: skip
SOUNDING = Rocket(
    "sounding_rocket", mass_kg=1_200.0, diameter_m=0.45, burns=((0.0, 30.0, 55_000.0, 24.0, 0.0),),
    pitch=((0.0, math.radians(86.0)), (30.0, math.radians(85.0))), ballistic_kgm2=4_000.0,
)  # fmt: skip
NOTIONAL: dict[str, Rocket] = {r.name: r for r in (TBM_250, TBM_800, SOUNDING)}
"""The built-in ballistic types by name."""
