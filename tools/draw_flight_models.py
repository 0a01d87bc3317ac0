"""Draw the figures of the pages about the models from the code itself, into docs/images.

    python tools/draw_flight_models.py
"""

from __future__ import annotations

import math
from itertools import takewhile
from pathlib import Path

import numpy as np

from jointsky import truth
from jointsky.geo.paths import between
from jointsky.links import waiting
from jointsky.links.chains import up_after
from jointsky.planning.cards import Curve
from jointsky.report.range_card import curve_svg
from jointsky.truth import ballistic
from jointsky.truth.absences import failures
from jointsky.truth.homing import launch_region
from jointsky.truth.missiles import NOTIONAL

OUT = Path(__file__).resolve().parent.parent / "docs" / "images"
Points = tuple[float, ...]


def aircraft() -> Curve:
    """Calibrated against true airspeed at three heights."""
    speeds = np.linspace(60.0, 330.0, 28)
    series = tuple(
        (f"{height / 1e3:g} km", points(speeds), points([truth.tas2cas(float(v), height) for v in speeds]))
        for height in (0.0, 6_000.0, 12_000.0)
    )
    return Curve("True and calibrated airspeed", "true, m/s", "calibrated, m/s", series)


def missiles() -> Curve:
    """Where three notional missiles may be launched at a target that comes down the page."""
    aspects = [math.radians(a) for a in range(0, 181, 15)]
    series: list[tuple[str, Points, Points]] = []
    for name, missile in NOTIONAL.items():
        region = [row for row in launch_region(missile, 3_000.0, 225.0, aspects) if math.isfinite(row[2])]
        across = points([far * math.sin(a) / 1e3 for a, _, far in region])
        series.append((name, across, points([far * math.cos(a) / 1e3 for a, _, far in region])))
    return Curve("Launch-acceptable region, target at 3 km and 225 m/s", "across, km", "ahead, km", tuple(series))


def ballistics() -> Curve:
    """Height against time of the notional ballistic types."""
    series: list[tuple[str, Points, Points]] = []
    for name, rocket in ballistic.NOTIONAL.items():
        flight = ballistic.fly(rocket, (50.0, 30.0), math.radians(270.0))
        times = np.linspace(0.0, flight.time_s, 60)
        heights = [truth_height(row) for row in between(flight.knots, times)]
        series.append((name, points(times), points(heights)))
    return Curve("Height of notional ballistic missiles", "time, s", "height, km", tuple(series))


def warning() -> Curve:
    """Warning against range, at the target and from forward."""
    series = tuple(
        (name, points(kms), points([truth.fan_warning_s(km * 1e3, math.radians(3.0), forward) for km in kms]))
        for name, forward, kms in (
            ("at the target", 0.0, (300, 600, 1_000, 2_000, 3_000, 5_000, 7_500, 10_000)),
            ("1,000 km forward", 1e6, (1_500, 2_000, 3_000, 5_000, 7_500, 10_000)),
            ("4,000 km forward", 4e6, (5_000, 6_000, 7_500, 10_000)),
        )
    )
    return Curve("Warning by a 3 degree fan, least-energy missiles", "range, km", "warning, s", series)


def units_in_time() -> Curve:
    """How many of 2,000 radars that serve at the start serve later: drawn as runs draw it, and by the closed form."""
    every, repair, hours = 8.0, 2.0, np.linspace(0.0, 8.0, 33)
    fates = [list(takewhile(lambda c: c[0] <= 8.0, failures(1, f"radar.{i}", every, repair))) for i in range(2_000)]
    first = [fate for fate in fates if not any(t_s == 0.0 for t_s, _ in fate)]
    drawn = [sum(sum(c for t, c in fate if t <= h) == 0 for fate in first) / len(first) for h in hours.tolist()]
    series = (
        ("drawn", points(hours), points(drawn)),
        ("A + (1 - A) exp(-t/up - t/down)", points(hours), points([up_after(float(h), every, repair) for h in hours])),
    )
    return Curve("Radars still in service, MTBF 8 h, repair 2 h", "hours", "share", series)


def links() -> Curve:
    """Waits of queues against their load, in times of service."""
    loads = np.linspace(0.0, 0.95, 40)
    series = (
        ("M/M/1", points(loads), points([waiting.mm1_wait_s(float(r), 1.0) for r in loads])),
        ("M/D/1", points(loads), points([waiting.md1_wait_s(float(r), 1.0) for r in loads])),
        ("M/M/4", points(loads), points([waiting.mmc_wait_s(4.0 * float(r), 1.0, 4) for r in loads])),
    )
    return Curve("Waiting before service", "load", "wait, service times", series)


def truth_height(state: np.ndarray) -> float:
    """Height (km) of an ECEF state."""
    from jointsky import geo

    return float(geo.ecef2geodetic(state[:3])[2]) / 1e3


def points(values: object) -> Points:
    """Plain numbers."""
    return tuple(float(v) for v in values)  # type: ignore[attr-defined]


FIGURES = {
    "model-aircraft": aircraft, "model-missiles": missiles, "model-ballistic": ballistics, "model-warning": warning,
    "model-links": links, "model-units-in-time": units_in_time,
}  # fmt: skip


def main() -> None:
    """Write every figure."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name, draw in FIGURES.items():
        curve = draw()
        said = "drawn by tools/draw_flight_models.py; notional"
        (OUT / f"{name}.svg").write_text(curve_svg(curve, curve.title, said))
        print(f"docs/images/{name}.svg")


if __name__ == "__main__":
    main()
