"""Rockets and falling bodies in closed form: what the integrators must come out at where the world is simple.

SI units; angles in radians. `drag_length_m` is L = 2 m / (rho Cd A): the way in which drag alone takes a body's speed
down by the factor e. `ballistic_kgm2` is m / (Cd A).
"""

import math
from dataclasses import dataclass

from jointsky.truth.performance import GRAVITY_MPS2


def rocket_speed_mps(exhaust_mps: float, start_kg: float, end_kg: float) -> float:
    """Return the speed a rocket gains in free space, ve ln(m0/m1) (Tsiolkovsky 1903).

    Raises ValueError for an end mass that is not above 0 or above the start.
    """
    if not 0.0 < end_kg <= start_kg:
        raise ValueError(f"found masses {start_kg} and {end_kg} kg, expected the end above 0 and not above the start")
    return exhaust_mps * math.log(start_kg / end_kg)


def staged_speed_mps(stages: tuple[tuple[float, float, float], ...]) -> float:
    """Return the speed of stages one after the other, each (exhaust speed m/s, mass at its start, mass at its end)."""
    return math.fsum(rocket_speed_mps(*stage) for stage in stages)


def vertical_boost(
    exhaust_mps: float, start_kg: float, flow_kgps: float, burn_s: float, gravity_mps2: float = GRAVITY_MPS2
) -> tuple[float, float]:
    """Return (speed m/s, height m) at burn-out of a rocket that rises straight up without drag.

    v = ve ln(m0/m1) - g t; h = ve (t - (m1/q) ln(m0/m1)) - g t^2 / 2 (Sutton & Biblarz, ch. 4). Raises ValueError
    where it burns more than its mass.
    """
    end_kg = start_kg - flow_kgps * burn_s
    gained = rocket_speed_mps(exhaust_mps, start_kg, end_kg)
    height = exhaust_mps * burn_s - end_kg / flow_kgps * gained
    return gained - gravity_mps2 * burn_s, height - 0.5 * gravity_mps2 * burn_s**2


def drag_length_m(mass_kg: float, density_kgm3: float, drag_coefficient: float, area_m2: float) -> float:
    """Return L = 2 m / (rho Cd A)."""
    return 2.0 * mass_kg / (density_kgm3 * drag_coefficient * area_m2)


def coast(speed_mps: float, drag_length_m: float, time_s: float) -> tuple[float, float]:
    """Return (speed m/s, way m) of a level coast under drag alone: V0 / (1 + V0 t / L) and L ln(1 + V0 t / L)."""
    lost = 1.0 + speed_mps * time_s / drag_length_m
    return speed_mps / lost, drag_length_m * math.log(lost)


def coast_time_s(speed_mps: float, drag_length_m: float, way_m: float) -> float:
    """Return how long a level coast takes over a way; undoes `coast`."""
    return drag_length_m / speed_mps * math.expm1(way_m / drag_length_m)


def vertical_coast(
    speed_mps: float, drag_length_m: float, time_s: float, gravity_mps2: float = GRAVITY_MPS2
) -> tuple[float, float]:
    """Return (speed m/s, height m) of a body thrown straight up against drag and gravity, in air of one density, up to
    its top.

    With w = sqrt(g L): v = w tan(atan(V0/w) - g t/w), h = L ln(cos(..) / cos(atan(V0/w))). Raises ValueError for a
    time beyond the top.
    """
    steady = math.sqrt(gravity_mps2 * drag_length_m)
    start = math.atan(speed_mps / steady)
    now = start - gravity_mps2 * time_s / steady
    if now < -1e-12:
        raise ValueError(f"found {time_s} s, expected at most the {start * steady / gravity_mps2} s up to the top")
    return steady * math.tan(now), drag_length_m * math.log(math.cos(now) / math.cos(start))


def vertical_coast_top(
    speed_mps: float, drag_length_m: float, gravity_mps2: float = GRAVITY_MPS2
) -> tuple[float, float]:
    """Return (time s, height m) of the top of that throw: (w/g) atan(V0/w) and (L/2) ln(1 + V0^2 / w^2)."""
    steady = math.sqrt(gravity_mps2 * drag_length_m)
    time_s = steady / gravity_mps2 * math.atan(speed_mps / steady)
    return time_s, 0.5 * drag_length_m * math.log1p((speed_mps / steady) ** 2)


@dataclass(frozen=True, slots=True)
class Entry:
    """A straight re-entry through an exponential atmosphere (Allen & Eggers, NACA Report 1381, 1958), gravity left out.

    `speed_mps` at entry, `angle_rad` below the horizon, `ballistic_kgm2` = m / (Cd A); the air has
    `density_kgm3` exp(-h / `scale_m`).
    """

    speed_mps: float
    angle_rad: float
    ballistic_kgm2: float
    density_kgm3: float = 1.225
    scale_m: float = 7_200.0

    def speed_at_mps(self, height_m: float) -> float:
        """Return the speed at a height: Ve exp(-rho(h) H / (2 beta sin(angle)))."""
        return self.speed_mps * math.exp(-0.5 * self._depth() * math.exp(-height_m / self.scale_m))

    def deceleration_at_mps2(self, height_m: float) -> float:
        """Return the deceleration at a height, rho V^2 / (2 beta)."""
        density = self.density_kgm3 * math.exp(-height_m / self.scale_m)
        return 0.5 * density * self.speed_at_mps(height_m) ** 2 / self.ballistic_kgm2

    def worst_height_m(self) -> float:
        """Return where deceleration is greatest, H ln(rho0 H / (beta sin(angle))); 0 where the ground comes first."""
        return max(self.scale_m * math.log(self._depth()), 0.0)

    def worst_deceleration_mps2(self) -> float:
        """Return the greatest deceleration, Ve^2 sin(angle) / (2 e H) in the air, else that at the ground."""
        if self.worst_height_m() == 0.0:
            return self.deceleration_at_mps2(0.0)
        return self.speed_mps**2 * math.sin(self.angle_rad) / (2.0 * math.e * self.scale_m)

    def worst_speed_mps(self) -> float:
        """Return the speed at greatest deceleration: Ve exp(-1/2) in the air."""
        return self.speed_at_mps(self.worst_height_m())

    def _depth(self) -> float:
        return self.density_kgm3 * self.scale_m / (self.ballistic_kgm2 * math.sin(self.angle_rad))


def allen_eggers(
    speed_mps: float, angle_rad: float, ballistic_kgm2: float, density_kgm3: float = 1.225, scale_m: float = 7_200.0
) -> tuple[float, float, float]:
    """Return (greatest deceleration m/s2, its height m, speed there m/s) of a re-entry, as `Entry` has them."""
    entry = Entry(speed_mps, angle_rad, ballistic_kgm2, density_kgm3, scale_m)
    return entry.worst_deceleration_mps2(), entry.worst_height_m(), entry.worst_speed_mps()
