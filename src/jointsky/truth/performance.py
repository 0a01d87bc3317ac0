"""What an aircraft can do as a point mass: level turns, climb, fuel, range and endurance, and time to be on the spot.

SI units; angles in radians. Sources: Anderson, "Aircraft Performance and Design" (1999), ch. 5 and 6.
"""

import math
from dataclasses import dataclass

GRAVITY_MPS2 = 9.80665


def load_factor(bank_rad: float) -> float:
    """Return the load factor of a level turn at this bank, 1 / cos(bank). Raises ValueError from 90 degrees on."""
    if not abs(bank_rad) < 0.5 * math.pi:
        raise ValueError(f"found bank {bank_rad} rad, expected less than pi/2")
    return 1.0 / math.cos(bank_rad)


def bank_rad(load: float) -> float:
    """Return the bank of a level turn with this load factor. Raises ValueError below 1 g."""
    if not load >= 1.0:
        raise ValueError(f"found load factor {load}, expected 1 or more")
    return math.acos(1.0 / load)


def turn_rate_radps(speed_mps: float, bank_rad: float) -> float:
    """Return the rate of a level turn, g tan(bank) / V."""
    return GRAVITY_MPS2 * math.tan(bank_rad) / _positive("speed", speed_mps)


def turn_radius_m(speed_mps: float, bank_rad: float) -> float:
    """Return the radius of a level turn, V^2 / (g tan(bank)); infinite with the wings level."""
    lift = GRAVITY_MPS2 * math.tan(bank_rad)
    return speed_mps * speed_mps / lift if lift else math.inf


def turn_time_s(speed_mps: float, bank_rad: float, angle_rad: float) -> float:
    """Return how long a level turn through an angle takes."""
    return abs(angle_rad) / abs(turn_rate_radps(speed_mps, bank_rad))


def bank_for_rate_rad(speed_mps: float, rate_radps: float) -> float:
    """Return the bank that turns this fast, atan(V omega / g); 3 degrees a second is the standard rate."""
    return math.atan(speed_mps * rate_radps / GRAVITY_MPS2)


def climb_time_s(from_m: float, to_m: float, bands: tuple[tuple[float, float], ...]) -> float:
    """Return the time to climb (or sink) between two heights.

    `bands`: (upper height m, rate m/s), rising, each rate positive up to its upper height. Raises ValueError where a
    height lies above the last band.
    """
    low, high = min(from_m, to_m), max(from_m, to_m)
    if not bands or high > bands[-1][0]:
        raise ValueError(f"found height {high} m, expected at most the ceiling {bands[-1][0] if bands else 0} m")
    floor, spent = -math.inf, 0.0
    for top, rate in bands:
        spent += max(min(high, top) - max(low, floor), 0.0) / _positive("climb rate", rate)
        floor = top
    return spent


def breguet_range_m(
    *, speed_mps: float, specific_consumption_kgpns: float, lift_to_drag: float, start_kg: float, end_kg: float
) -> float:
    """Return the range of a jet at constant speed and lift to drag, V/(g c) L/D ln(m0/m1) (Breguet).

    `specific_consumption_kgpns` is fuel flow per thrust, kg/(N s). Raises ValueError for impossible masses.
    """
    return speed_mps * breguet_endurance_s(
        specific_consumption_kgpns=specific_consumption_kgpns, lift_to_drag=lift_to_drag, start_kg=start_kg,
        end_kg=end_kg,
    )  # fmt: skip


def breguet_endurance_s(
    *, specific_consumption_kgpns: float, lift_to_drag: float, start_kg: float, end_kg: float
) -> float:
    """Return the endurance of a jet at constant lift to drag, (L/D) / (g c) ln(m0/m1)."""
    return lift_to_drag * _burnt(start_kg, end_kg) / (GRAVITY_MPS2 * _positive("c", specific_consumption_kgpns))


def breguet_propeller_range_m(
    *, propeller_efficiency: float, power_consumption_kgpj: float, lift_to_drag: float, start_kg: float, end_kg: float
) -> float:
    """Return the range of a propeller aircraft, eta/(g c) L/D ln(m0/m1); `power_consumption_kgpj` is fuel per energy
    of the shaft, kg/(W s)."""
    return (
        propeller_efficiency * lift_to_drag * _burnt(start_kg, end_kg)
        / (GRAVITY_MPS2 * _positive("c", power_consumption_kgpj))
    )  # fmt: skip


def fuel_for_range_kg(
    *, range_m: float, speed_mps: float, specific_consumption_kgpns: float, lift_to_drag: float, start_kg: float
) -> float:
    """Return the fuel a jet burns over a range (Breguet, solved for the end mass)."""
    share = range_m * GRAVITY_MPS2 * specific_consumption_kgpns / (speed_mps * lift_to_drag)
    return start_kg * -math.expm1(-share)


@dataclass(frozen=True, slots=True)
class Regimes:
    """Fuel flow of an aircraft (kg/s) by what it does."""

    loiter_kgps: float
    cruise_kgps: float
    dash_kgps: float

    def burnt_kg(self, *, loiter_s: float = 0.0, cruise_s: float = 0.0, dash_s: float = 0.0) -> float:
        """Return the fuel burnt by so much time in each regime."""
        return self.loiter_kgps * loiter_s + self.cruise_kgps * cruise_s + self.dash_kgps * dash_s

    def time_on_station_s(self, fuel_kg: float, reserve_kg: float, distance_m: float, cruise_mps: float) -> float:
        """Return how long it can loiter at a distance from its base and come home with the reserve; negative: it does
        not get there and back."""
        way_kg = self.cruise_kgps * 2.0 * distance_m / cruise_mps
        return (fuel_kg - reserve_kg - way_kg) / self.loiter_kgps


def combat_radius_m(
    *, fuel_s: float, cruise_mps: float, dash_s: float, dash_factor: float, reserve_s: float = 0.0
) -> float:
    """Return how far out a fighter can go, fight and come home: fuel as seconds at cruise, of which `dash_s` burn
    `dash_factor` times as fast."""
    return 0.5 * cruise_mps * max(fuel_s - reserve_s - dash_s * dash_factor, 0.0)


def scramble_time_s(
    *, readiness_s: float, take_off_s: float, climb_m: float, climb_mps: float, distance_m: float,
    climb_speed_mps: float, speed_mps: float,
) -> float:  # fmt: skip
    """Return the time from the order until the fighter is at a distance and height: readiness, take-off, climb on the
    way at `climb_speed_mps` over ground, the rest at `speed_mps`.

    A place nearer than the climb needs takes the whole climb.
    """
    climb_s = climb_m / _positive("climb rate", climb_mps)
    rest_m = max(distance_m - climb_s * climb_speed_mps, 0.0)
    return readiness_s + take_off_s + climb_s + rest_m / _positive("speed", speed_mps)


def _burnt(start_kg: float, end_kg: float) -> float:
    if not 0.0 < end_kg <= start_kg:
        raise ValueError(f"found masses {start_kg} and {end_kg} kg, expected the end above 0 and not above the start")
    return math.log(start_kg / end_kg)


def _positive(name: str, value: float) -> float:
    if not value > 0.0:
        raise ValueError(f"found {name} {value}, expected more than 0")
    return value
