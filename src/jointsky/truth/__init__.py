"""What is really there: aircraft, missiles, engagements, airfields, readiness and damage.

One tick in the order of the engine: `apply` the orders that are due, `step` everything that flies, and after sensing
and the posts `resolve` the engagements. After `step(world, tick)` all positions hold at (tick + 1) dt.

The closed forms are plain functions in SI units, each name imported when it is first asked for (most of them without
compiled code): `isa`, `cas2tas`, `turn_radius_m`, `breguet_range_m`, `collision_course`, `minimum_energy`,
`allen_eggers`, `carleton_kill` and so on; `dir(jointsky.truth)` lists them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jointsky.truth.aircraft import step
    from jointsky.truth.engagements import apply, resolve
    from jointsky.truth.flyout import build_flyout
    from jointsky.truth.outside import tell
    from jointsky.truth.reports import status

_HOMES: dict[str, tuple[str, ...]] = {
    "aircraft": ("step",),
    "engagements": ("apply", "resolve"),
    "flyout": ("build_flyout",),
    "outside": ("tell",),
    "reports": ("status",),
    "air": (
        "isa", "geometric2geopotential_m", "geopotential2geometric_m", "pressure_height_m", "tas2mach", "mach2tas",
        "mach2cas", "cas2mach", "tas2cas", "cas2tas", "tas2eas", "eas2tas", "crossover_height_m",
    ),
    "performance": (
        "load_factor", "bank_rad", "turn_rate_radps", "turn_radius_m", "turn_time_s", "bank_for_rate_rad",
        "climb_time_s", "breguet_range_m", "breguet_endurance_s", "breguet_propeller_range_m", "fuel_for_range_kg",
        "Regimes", "combat_radius_m", "scramble_time_s",
    ),
    "pursuit": (
        "Meeting", "collision_course", "lead_angle_rad", "pure_pursuit_time_s", "pure_pursuit_load_g",
        "scramble_intercept", "head_on_intercept_m", "warning_range_m", "stern_conversion_s", "closest_approach",
    ),
    "rockets": (
        "rocket_speed_mps", "staged_speed_mps", "vertical_boost", "drag_length_m", "coast", "coast_time_s",
        "vertical_coast", "vertical_coast_top", "Entry", "allen_eggers",
    ),
    "guidance": (
        "heading_error_acceleration_mps2", "target_step_acceleration_mps2", "augmented_acceleration_mps2",
        "target_step_miss_m", "heading_error_miss_m", "zero_effort_miss_m", "navigation_acceleration_mps2",
    ),
    "kills": (
        "carleton", "carleton_kill", "cookie_cutter", "cookie_cutter_kill", "circular_error_probable_m",
        "sigma_of_cep_m", "salvo_kill", "shots_for_kill", "shoot_look_shoot_kill", "shoot_look_shoot_shots",
        "shoot_look_shoot_count", "detection_range_m", "fire_channels_needed",
    ),
    "arcs": (
        "Arc", "q_parameter", "free_flight_angle_rad", "flight_path_angles_rad", "angle_for_apogee_rad",
        "greatest_angle_rad",
        "minimum_q",
        "free_flight", "minimum_energy", "arcs_for_range", "range_per_speed_s", "range_per_angle_m",
        "range_per_height", "cross_range_of_azimuth_m", "cross_range_of_offset_m", "place_on_arc",
        "elevation_from_rad", "fan_warning_s",
    ),
}  # fmt: skip
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = ["apply", "build_flyout", "resolve", "status", "step", "tell"]


def __getattr__(name: str) -> Any:
    """Import a name from its file. Raises AttributeError for a name that is none."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'jointsky.truth' has no attribute '{name}'")
    found = globals()[name] = getattr(import_module(f"jointsky.truth.{_HOME_OF[name]}"), name)
    return found  # kept: runs ask several times a tick


def __dir__() -> list[str]:
    """All names that are offered."""
    return sorted(_HOME_OF)
