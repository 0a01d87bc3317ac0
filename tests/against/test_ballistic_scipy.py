"""The ballistic integrator against scipy: J2 coast in a frame that does not turn, boost, re-entry, and Kepler's arcs.

Tolerances: 50 m with J2, 2e-4 degrees of impact, 1 m and 0.5 m/s for steps that straddle nothing.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from jointsky import geo
from jointsky.kernels.ballistic import EARTH_RATE_RADPS, J2, MU_M3PS2, SEMI_MAJOR_M, advance, stages
from jointsky.picture.impact import NO_AIR_KGM2, free_fall
from jointsky.truth import ballistic
from jointsky.truth.arcs import minimum_energy

integrate = pytest.importorskip("scipy.integrate")


def inertial(state: np.ndarray, t: float, back: bool = False) -> np.ndarray:
    """An earth-fixed state seen from a frame that does not turn and coincides at t = 0 (or the way back)."""
    angle = EARTH_RATE_RADPS * t * (-1 if back else 1)
    turn = np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1.0]])
    spin = np.array([0.0, 0.0, EARTH_RATE_RADPS])
    if back:
        return np.concatenate([turn @ state[:3], turn @ (state[3:] - np.cross(spin, state[:3]))])
    place = turn @ state[:3]
    return np.concatenate([place, turn @ state[3:] + np.cross(spin, place)])


def pull(_t: float, s: np.ndarray) -> np.ndarray:
    """Two-body and J2, as the gradient of the potential written in Legendre form."""
    r = float(np.linalg.norm(s[:3]))
    sine = s[2] / r
    ratio = 1.5 * J2 * (SEMI_MAJOR_M / r) ** 2
    along = -MU_M3PS2 / r**3 * (1.0 + ratio * (1.0 - 5.0 * sine**2)) * s[:3]
    along[2] -= MU_M3PS2 / r**2 * ratio * 2.0 * sine
    return np.concatenate([s[3:], along])


@pytest.mark.parametrize(
    ("place", "speed", "course", "climb"),
    [((10.0, 20.0), 3000.0, 0.7, 0.75), ((62.0, -40.0), 5500.0, 4.0, 0.6), ((-35.0, 170.0), 6800.0, 5.8, 0.45)],
)
def test_coast_under_j2(place: tuple[float, float], speed: float, course: float, climb: float) -> None:
    rotation = geo.enu_rotation(*place)
    east, north, up = math.sin(course) * math.cos(climb), math.cos(course) * math.cos(climb), math.sin(climb)
    start = np.concatenate([geo.geodetic2ecef(*place, 130e3), speed * (rotation.T @ [east, north, up])])
    knots = free_fall(start, 0.0, NO_AIR_KGM2)

    def height(t: float, s: np.ndarray) -> float:
        return float(geo.ecef2geodetic(inertial(s, t, back=True)[:3])[2]) if t > 1.0 else 1.0

    height.terminal = True  # type: ignore[attr-defined]
    found = integrate.solve_ivp(
        pull, (0.0, 7000.0), inertial(start, 0.0), events=height, rtol=1e-11, atol=1e-5, method="DOP853"
    )
    t = float(found.t_events[0][0])
    end = inertial(found.y_events[0][0], t, back=True)
    assert knots[-1, 0] == pytest.approx(t, abs=1e-3)
    assert knots[-1, 1:4] == pytest.approx(end[:3], abs=50.0)
    assert np.linalg.norm(knots[-1, 1:4] - end[:3]) < 1.0, "far inside the tolerance"
    assert geo.ecef2geodetic(knots[-1, 1:4])[:2] == pytest.approx(geo.ecef2geodetic(end[:3])[:2], abs=2e-4)


def test_flying_back_undoes_flying_on() -> None:
    start = np.concatenate([geo.geodetic2ecef(45.0, 10.0, 200e3), [1000.0, 2500.0, 2000.0]])
    knots = free_fall(start, 0.0, NO_AIR_KGM2)
    middle = knots[len(knots) // 2]
    back = free_fall(middle[1:], float(middle[0]), NO_AIR_KGM2, knot_s=-1.0, ground_m=199_000.0)
    at = back[np.isclose(back[:, 0], 0.0)]
    assert at[0, 1:] == pytest.approx(start, abs=1e-3)


def test_range_is_near_kepler_over_the_pole() -> None:
    """Along a meridian the turning only shifts it sideways; J2 and the flattening leave a per cent or so."""
    arc = minimum_energy(3e6)
    rotation = geo.enu_rotation(10.0, 0.0)
    spin = EARTH_RATE_RADPS * np.cross([0.0, 0.0, 1.0], geo.geodetic2ecef(10.0, 0.0, 0.0))
    velocity = arc.speed_mps * (math.cos(arc.angle_rad) * rotation[1] + math.sin(arc.angle_rad) * rotation[2])
    knots = free_fall(np.concatenate([geo.geodetic2ecef(10.0, 0.0, 1.0), velocity - spin]), 0.0, NO_AIR_KGM2)
    lat, lon, _ = geo.ecef2geodetic(knots[-1, 1:4])
    assert float(geo.geodesic(10.0, 0.0, lat, lon)[0]) == pytest.approx(3e6, rel=0.02)
    assert knots[-1, 0] == pytest.approx(arc.time_s, rel=0.02)


@pytest.mark.parametrize("name", ballistic.NOTIONAL)
def test_a_whole_flight_against_scipy(name: str) -> None:
    """Boost, coast and re-entry with the same parameters, integrated piece by piece in the turning frame by scipy."""
    rocket = ballistic.NOTIONAL[name]
    flight = ballistic.fly(rocket, (50.0, 30.0), 4.7)
    burns, drag, pitch, body = ballistic.arrays(rocket)
    rotation = geo.enu_rotation(50.0, 30.0)
    along = math.sin(4.7) * rotation[0] + math.cos(4.7) * rotation[1]
    until = rocket.burn_out_s

    from jointsky.truth.air import isa

    def push(t: float, s: np.ndarray, coasting: bool) -> np.ndarray:
        thrust, mass, _ = stages(burns, body[0], min(t, until - 1e-9)) if not coasting else (0.0, 1.0, 0.0)
        spin = np.array([0.0, 0.0, EARTH_RATE_RADPS])
        gravity = pull(t, s)[3:]
        total = gravity - 2.0 * np.cross(spin, s[3:]) - np.cross(spin, np.cross(spin, s[:3]))
        height = float(geo.ecef2geodetic(s[:3])[2])
        speed = float(np.linalg.norm(s[3:]))
        if height < 120e3:
            air = isa(max(height, -100.0))
            slow = (
                1.0 / body[2] if coasting else np.interp(speed / air.sound_mps, drag[:, 0], drag[:, 1]) * body[1] / mass
            )
            total -= 0.5 * air.density_kgm3 * speed * slow * s[3:]
        if not coasting:
            elevation = np.interp(t, pitch[:, 0], pitch[:, 1])
            total += thrust / mass * (math.sin(elevation) * rotation[2] + math.cos(elevation) * along)
        return np.concatenate([s[3:], total])

    state, begin = flight.knots[0, 1:], 0.0
    breaks = sorted({*(t for t, _ in rocket.pitch if 0.0 < t < until), until})
    for end in breaks:
        state = integrate.solve_ivp(push, (begin, end), state, args=(False,), rtol=1e-9, atol=1e-4, max_step=2.0).y[
            :, -1
        ]
        begin = end
    burnt = flight.knots[int(until)]
    assert burnt[0] == until
    assert np.linalg.norm(state[3:] - burnt[4:]) < 0.5 and np.linalg.norm(state[:3] - burnt[1:4]) < 5.0

    def ground(_t: float, s: np.ndarray, _coasting: bool) -> float:
        return float(geo.ecef2geodetic(s[:3])[2])

    ground.terminal, ground.direction = True, -1  # type: ignore[attr-defined]
    found = integrate.solve_ivp(
        push, (until, 3000.0), state, args=(True,), events=ground, rtol=1e-8, atol=1e-3, max_step=5.0
    )
    assert flight.time_s == pytest.approx(float(found.t_events[0][0]), abs=0.05)
    assert np.linalg.norm(flight.knots[-1, 1:4] - found.y_events[0][0][:3]) < 50.0


def test_steps_do_not_matter_because_they_end_on_the_breaks() -> None:
    ends = [ballistic.fly(ballistic.TBM_250, (50.0, 30.0), 4.7, step_s=h).knots[-1] for h in (0.05, 0.02, 0.5)]
    assert ends[0][1:4] == pytest.approx(ends[1][1:4], abs=1.0)
    assert ends[0][1:4] == pytest.approx(ends[2][1:4], abs=50.0)


def test_rocket_equation_without_air_or_gravity_to_speak_of() -> None:
    """A very strong, short burn: what is gained is ve ln(m0/m1) less a second of gravity."""
    burns = np.array([[0.0, 0.1, 4e6, 1600.0, 0.0]])
    start = np.concatenate([geo.geodetic2ecef(0.0, 0.0, 150e3), [0.0, 0.0, 0.0]])
    axes = np.array([1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
    body = np.array([400.0, 0.1, 1e9, 0.0])
    end = tuple(start)
    for k in range(20):
        end = advance(burns, np.zeros((1, 3)), np.array([[0.0, math.pi / 2]]), body, axes, 0.005 * k, 0.005, *end)
    assert end[3] == pytest.approx(2500.0 * math.log(400.0 / 240.0) - 0.1 * 9.36, abs=0.02)
    assert stages(burns, 400.0, 0.1) == (0.0, 240.0, math.inf)


def test_aim_hits() -> None:
    for target in ((52.0, 22.0), (45.0, 31.0), (55.5, 34.0)):
        flight = ballistic.aim(ballistic.TBM_800, (50.0, 30.0), target)
        assert float(geo.geodesic(*flight.impact_deg, *target)[0]) < 1.5
    with pytest.raises(ValueError, match="expected .* km"):
        ballistic.aim(ballistic.TBM_250, (50.0, 30.0), (40.0, 30.0))


def test_impossible_rockets_are_refused() -> None:
    with pytest.raises(ValueError, match="kg left at burn-out, expected more than 0"):
        ballistic.Rocket("bad", 100.0, 0.3, ((0.0, 10.0, 1e4, 20.0, 0.0),), ((0.0, 1.0),), 5000.0)
    with pytest.raises(ValueError, match="expected it after 10"):
        ballistic.Rocket(
            "bad", 1e4, 0.3, ((0.0, 10.0, 1e4, 20.0, 0.0), (5.0, 12.0, 1e4, 2.0, 0.0)), ((0.0, 1.0),), 5000.0
        )
    weak = ballistic.Rocket("weak", 1e4, 0.3, ((0.0, 10.0, 1e4, 20.0, 0.0),), ((0.0, 1.5),), 5000.0)
    with pytest.raises(ValueError, match="no flight"):
        ballistic.fly(weak, (50.0, 30.0), 0.0)
