"""Draw the figures of the pages that explain the sensing models, each from the functions it explains.

Run as `python tools/draw_sensing_models.py`; it writes `docs/images/model-*.svg`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from jointsky import sensing
from jointsky.report.svg import Scale, path, picture, rect, text, ticks, x_axis, y_axis
from jointsky.tracking.bearings import bearing_fix_covariance_m2, ellipse

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
WIDE, TALL = 640.0, 340.0
LEFT, RIGHT, TOP, BOTTOM = 70.0, 620.0, 44.0, 280.0
Curve = tuple[str, Sequence[float], Sequence[float]]


def figure(name: str, title: str, across: str, up: str, curves: Sequence[Curve], low: float, high: float) -> None:
    """One chart with a legend; values outside `low..high` are left out."""
    xs = [x for _, given, _ in curves for x in given]
    at_x, at_y = ticks(min(xs), max(xs)), ticks(low, high)
    x, y = Scale(at_x[0], at_x[-1], LEFT, RIGHT), Scale(at_y[0], at_y[-1], BOTTOM, TOP)
    parts = [*y_axis(y, at_y, LEFT, RIGHT), *x_axis(x, at_x, TOP, BOTTOM)]
    parts += [text(LEFT, 20.0, title), text(LEFT, 36.0, up, "label"), text(RIGHT, 330.0, across, "label", "end")]
    for number, (label, right, height) in enumerate(curves):
        for run in _runs([(x(a), y(b)) if low <= b <= high else None for a, b in zip(right, height, strict=True)]):
            parts.append(path(run, f"curve s{number}"))
        if len(curves) > 1:
            parts += [rect(LEFT + 145.0 * number, 308.0, 12.0, 4.0, f"s{number}"),
                      text(LEFT + 18.0 + 145.0 * number, 314.0, label)]  # fmt: skip
    style = (files("jointsky.report") / "style" / "picture.css").read_text("utf-8")
    IMAGES.joinpath(f"model-{name}.svg").write_text(picture(WIDE, TALL, title, parts, style) + "\n")


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if len(run) > 1]


def curve(label: str, right: Sequence[float], height: Callable[[float], float]) -> Curve:
    """A curve of a function."""
    return label, list(right), [float(height(x)) for x in right]


def detection() -> None:
    """Pd of one look of ten pulses by Swerling case."""
    snr = np.linspace(-5.0, 20.0, 126)
    curves = [(f"Swerling {s}", snr.tolist(), sensing.pd_exact(snr, 10, 1e-6, s).tolist()) for s in (0, 1, 2, 3)]
    figure("detection", "Detection of ten pulses, Pfa 1e-6", "signal to noise per pulse, dB", "Pd", curves, 0.0, 1.0)


def refraction() -> None:
    """By how much the 4/3 earth reports height too low."""
    ranges = np.arange(20.0, 401.0, 20.0)
    curves = [
        curve(f"{el:g} deg", ranges, lambda r, el=el: sensing.ray_height_crpl_m(r * 1e3, math.radians(el))
              - sensing.ray_height_m(r * 1e3, math.radians(el), 0.0)) for el in (0.5, 1.0, 3.0)
    ]  # fmt: skip
    figure("refraction", "Height by the exponential atmosphere less height by the 4/3 earth", "range, km", "m", curves,
           -50.0, 800.0)  # fmt: skip


def attenuation() -> None:
    """Gas and rain against frequency."""
    ghz = np.geomspace(0.4, 40.0, 200)
    decades = np.log10(ghz)
    curves = [
        ("gas", decades.tolist(), [math.log10(sensing.gas_attenuation_db_km(f * 1e9)) for f in ghz]),
        ("rain 5 mm/h", decades.tolist(), [math.log10(sensing.rain_attenuation_db_km(f * 1e9, 5.0)) for f in ghz]),
        ("rain 25 mm/h", decades.tolist(), [math.log10(sensing.rain_attenuation_db_km(f * 1e9, 25.0)) for f in ghz]),
    ]
    figure("attenuation", "One-way attenuation by air and by rain", "log10 of the frequency in GHz",
           "log10 of dB/km", curves, -5.0, 1.0)  # fmt: skip


def lobing() -> None:
    """A radar's gain by lobing over range: flat smooth ground, and the same with heights that deviate by 2 m."""
    km = np.linspace(5.0, 60.0, 500)
    curves = [curve(f"target {h:g} m", km, lambda r, h=h: sensing.multipath_gain_db(15.0, h, r * 1e3, 1.3e9, -0.9))
              for h in (50.0, 300.0)]  # fmt: skip
    curves.append(curve("target 300 m, rough", km, lambda r: _rough_gain_db(300.0, r * 1e3)))
    figure("lobing", "Lobing at 1.3 GHz, antenna 15 m", "range, km", "dB on the echo", curves, -40.0, 12.0)


def _rough_gain_db(target_m: float, range_m: float) -> float:
    """Lobing over ground whose heights deviate by 2 m."""
    grazing = math.atan((15.0 + target_m) / range_m)
    reflection = sensing.rough_reflection(-0.9, 2.0, grazing, 1.3e9)
    return sensing.multipath_gain_db(15.0, target_m, range_m, 1.3e9, reflection)


def clutter() -> None:
    """Cancellers against radial speed."""
    speeds = np.linspace(0.5, 120.0, 500)
    curves = [curve(f"{n} delay{'s' if n > 1 else ''}", speeds,
                    lambda v, n=n: sensing.canceller_response_db(v, 3e9, 800.0, n)) for n in (1, 2, 3)]  # fmt: skip
    figure("clutter", "Cancellers at 3 GHz, PRF 800 Hz: blind every 40 m/s", "radial speed, m/s", "dB over the mean",
           curves, -50.0, 10.0)  # fmt: skip


def terrain() -> None:
    """What a ridge hides."""
    km = np.linspace(20.0, 100.0, 161)
    curves = [curve("smooth earth", km, lambda r: sensing.shadow_height_m(r * 1e3, 20.0))]
    curves += [curve(f"ridge {h:g} m", km, lambda r, h=h: sensing.ridge_shadow_m(20.0, h, 20e3, r * 1e3))
               for h in (150.0, 300.0)]  # fmt: skip
    figure("terrain", "Hidden below this height: antenna 20 m, ridge at 20 km", "range, km", "m", curves, 0.0, 3000.0)


def jamming() -> None:
    """Long half axis of a fix by two strobes against the distance between two radars."""
    apart = np.linspace(10.0, 300.0, 146)
    curves = [
        curve(f"jammer at {far:g} km", apart, lambda b, far=far: ellipse(bearing_fix_covariance_m2(
            [[-500.0 * b, 0.0], [500.0 * b, 0.0]], [0.0, far * 1e3], math.radians(0.2))).major_m / 1e3)
        for far in (100.0, 200.0, 300.0)
    ]  # fmt: skip
    title = "Strobes of 0.2 deg from two radars: long half axis of the fix"
    figure("bearings", title, "radars apart, km", "km", curves, 0.0, 20.0)


def main() -> None:
    """Write every figure."""
    for draw in (detection, refraction, attenuation, lobing, clutter, terrain, jamming):
        draw()


if __name__ == "__main__":
    main()
