"""Notional surface-to-air missiles: parameter sets for the fly-out tables, none of them any real missile.

They were chosen so that unguided shots in the standard atmosphere come out at round reference cases (see
`tests/unit/truth/test_missiles.py`): long, at 50 degrees, 109 km down range and 42.8 km high after 100 s; medium, at 50
degrees, 47.1 km after 60 s; short, at 40 degrees, 18.7 km at 653 m/s after 25 s.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

Rows = Sequence[Any]

NOTIONAL_DRAG = (
    (0.0, 0.24, 0.30), (0.8, 0.25, 0.32), (1.05, 0.42, 0.52), (1.5, 0.36, 0.45), (2.0, 0.30, 0.38),
    (3.0, 0.23, 0.30), (4.0, 0.19, 0.25), (5.0, 0.17, 0.22), (6.0, 0.155, 0.20),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MissileType:
    """What the fly-out of a missile is computed from. SI units.

    `burns`: (begin s, end s, thrust N, mass flow kg/s); `drag`: (Mach, Cd motor on, Cd motor off); `loft`: least slope
    at launch for shots from `loft_from_m` on; `reach_m`, `height_m`: no shot is tried beyond; `slowest_mps`: speed
    below which it can no longer hit; `longest_s`: life of its battery.
    """

    name: str
    mass_kg: float
    diameter_m: float
    launch_mps: float
    burns: tuple[tuple[float, float, float, float], ...]
    largest_lift: float
    induced_drag: float
    largest_g: float
    loft: float
    loft_from_m: float
    reach_m: float
    height_m: float
    slowest_mps: float
    longest_s: float
    drag: tuple[tuple[float, float, float], ...] = NOTIONAL_DRAG
    source: str = "notional"

    def __post_init__(self) -> None:
        """Refuse a missile that burns more than it is. Raises ValueError."""
        burnt_kg = sum((end - begin) * flow for begin, end, _, flow in self.burns)
        if not burnt_kg < self.mass_kg:
            found = f"found a mass of {self.mass_kg:g} kg"
            raise ValueError(f"{self.name}: {found}, expected more than the {burnt_kg:g} kg that burn")

    def as_dict(self) -> dict[str, Any]:
        """Return the parameters as plain values that a YAML file can hold."""
        return {key: _plain(value) for key, value in asdict(self).items()}


def missile_type(fields: dict[str, Any]) -> MissileType:
    """Return the missile type of plain values, the inverse of `MissileType.as_dict`. Raises TypeError for unknown
    fields.
    """
    return MissileType(**{key: _frozen(value) for key, value in fields.items()})


def _plain(value: Any) -> Any:
    return [_plain(v) for v in cast(Rows, value)] if isinstance(value, tuple) else value


def _frozen(value: Any) -> Any:
    return tuple(_frozen(v) for v in cast(Rows, value)) if isinstance(value, list) else value


SAM_LONG = MissileType(
    "sam_long", mass_kg=1600.0, diameter_m=0.5, launch_mps=30.0, burns=((0.0, 12.9, 173_100.0, 70.65),),
    largest_lift=8.0, induced_drag=0.05, largest_g=22.0, loft=0.85, loft_from_m=40_000.0, reach_m=110_000.0,
    height_m=30_000.0, slowest_mps=450.0, longest_s=150.0,
)  # fmt: skip
SAM_MEDIUM = MissileType(
    "sam_medium", mass_kg=700.0, diameter_m=0.36, launch_mps=30.0, burns=((0.0, 14.0, 59_025.0, 24.6),),
    largest_lift=8.0, induced_drag=0.05, largest_g=20.0, loft=0.6, loft_from_m=24_000.0, reach_m=50_000.0,
    height_m=22_500.0, slowest_mps=400.0, longest_s=90.0,
)  # fmt: skip
SAM_SHORT = MissileType(
    "sam_short", mass_kg=160.0, diameter_m=0.23, launch_mps=30.0, burns=((0.0, 12.24, 16_220.0, 7.05),),
    largest_lift=8.0, induced_drag=0.05, largest_g=25.0, loft=0.2, loft_from_m=20_000.0, reach_m=16_000.0,
    height_m=10_000.0, slowest_mps=300.0, longest_s=40.0,
)  # fmt: skip
NOTIONAL: dict[str, MissileType] = {m.name: m for m in (SAM_LONG, SAM_MEDIUM, SAM_SHORT)}
"""The built-in missile types by name."""
