"""Where a ballistic missile comes from and goes to, from one radar's measurements alone.

Batch least squares fit the place and velocity of free flight (J2, turning WGS84 earth, drag of an assumed ballistic
coefficient) to ranges, azimuths and elevations; the ends are found by flying the fit on and back, their ellipses by
flying its neighbours. What a site's registration error may do is carried along as a consider covariance (Tapley, Schutz
& Born, "Statistical Orbit Determination", 2004, ch. 4 and 6).
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.geo.paths import between
from jointsky.kernels.ballistic import trajectory

Float = NDArray[np.float64]
CHI2_95 = 5.991464547107979
"""The 95 % point of chi-squared with two degrees of freedom, -2 ln 0.05."""
NO_AIR_KGM2 = 1e15
"""A ballistic coefficient that no air slows: for flying back to the launch, where the air was met under thrust."""
_STEPS = np.array([10.0, 10.0, 10.0, 0.1, 0.1, 0.1])
_KNOT_S = 1.0
_LONGEST_S = 7_200.0
_MOST_ROUNDS = 12
MARGIN_S = 6.0
"""Left out behind the first moment from which a free arc fits: a last bit of thrust hides in the noise."""
_SKIP = 2
_LEAST_S = 20.0
_DONE = 1e-4


@dataclass(frozen=True, slots=True)
class Looks:
    """Measurements of one missile by one radar: times (n,) s, and (n, 3) range m, azimuth rad, elevation rad with their
    standard deviations; the site in degrees and metres; `bias` the standard deviations of its registration error in the
    same three."""

    t_s: Float
    measured: Float
    sigma: Float
    lat_deg: float
    lon_deg: float
    alt_m: float
    bias: Float = field(default_factory=lambda: np.zeros(3))

    def within(self, begin_s: float, end_s: float) -> "Looks":
        """Those of a span of time, both ends included."""
        kept = (self.t_s >= begin_s) & (self.t_s <= end_s)
        return replace(self, t_s=self.t_s[kept], measured=self.measured[kept], sigma=self.sigma[kept])


@dataclass(frozen=True, slots=True)
class Arc:
    """A fitted free flight: ECEF place and velocity (6) at `t_s`, their covariance, the ballistic coefficient assumed,
    and the sum of squared normalised residuals with their degrees of freedom."""

    t_s: float
    state: Float
    covariance: Float
    ballistic_kgm2: float
    chi2: float
    freedom: int


@dataclass(frozen=True, slots=True)
class End:
    """A point on the ground: when (s), where (degrees), and the 2 x 2 covariance of east and north (m2)."""

    t_s: float
    lat_deg: float
    lon_deg: float
    covariance: Float

    def ellipse_m(self) -> tuple[float, float, float]:
        """Half axes (m) of the 95 % ellipse, the longer first, and the azimuth (rad) of the longer."""
        values, vectors = np.linalg.eigh(self.covariance)
        long, short = np.sqrt(CHI2_95 * np.maximum(values[::-1], 0.0))
        return float(long), float(short), float(np.arctan2(vectors[0, 1], vectors[1, 1]) % np.pi)

    def covers(self, lat_deg: float, lon_deg: float) -> bool:
        """Whether a place lies in the 95 % ellipse."""
        gap = _local(self.lat_deg, self.lon_deg, lat_deg, lon_deg)
        return bool(gap @ np.linalg.solve(self.covariance, gap) <= CHI2_95)


def fit(looks: Looks, ballistic_kgm2: float) -> Arc:
    """Return the free flight that fits the measurements best.

    Raises ValueError for fewer than three measurements or a fit that does not settle.
    """
    if len(looks.t_s) < 3:
        raise ValueError(f"found {len(looks.t_s)} measurements, expected three or more")
    begin = float(looks.t_s[0])
    state = _first_guess(looks)
    for _ in range(_MOST_ROUNDS):
        residual, slope = _linear(looks, state, begin, ballistic_kgm2)
        info = slope.T @ slope
        change = np.linalg.solve(info, slope.T @ residual)
        state = state + change
        if float(np.abs(change / _STEPS).max()) < _DONE:
            covariance = _with_bias(looks, slope, info)
            left, _ = _linear(looks, state, begin, ballistic_kgm2)
            return Arc(begin, state, covariance, ballistic_kgm2, float(left @ left), left.size - 6)
    raise ValueError("found measurements that no free flight fits")


def settled(looks: Looks, ballistic_kgm2: float, span_s: float) -> Arc | None:
    """Return the fit to the first `span_s` of free flight; None where there is none yet.

    A missile under thrust flies no free arc: the beginning is left out as long as the residuals are larger than chance
    allows (chi-squared above its 99.9 % point, normal approximation), and `MARGIN_S` more.
    """
    last = float(looks.t_s[-1]) if len(looks.t_s) else 0.0
    for begin in looks.t_s[::_SKIP]:
        if last - begin < _LEAST_S:
            return None
        arc = fit(looks.within(begin, begin + span_s), ballistic_kgm2)
        if arc.chi2 <= arc.freedom + 3.09 * np.sqrt(2.0 * arc.freedom):
            if begin == looks.t_s[0] or last - begin < _LEAST_S + MARGIN_S:
                return arc
            return fit(looks.within(begin + MARGIN_S, begin + MARGIN_S + span_s), ballistic_kgm2)
    return None


def impact(arc: Arc, ground_m: float = 0.0) -> End:
    """Return where and when the fitted missile comes down. Raises ValueError where it does not."""
    return _end(arc, ground_m, _KNOT_S, arc.ballistic_kgm2)


def foot(arc: Arc, ground_m: float = 0.0) -> End:
    """Return where the arc, flown back without air, meets the ground: beside the launch point by what the boost differs
    from free flight (see `launch`)."""
    return _end(arc, ground_m, -_KNOT_S, NO_AIR_KGM2)


def launch(arc: Arc, ahead_m: float, ground_m: float = 0.0) -> End:
    """Return the launch point: the foot moved on by `ahead_m` along the course there. `ahead_m` comes from a model
    flight of the type (negative: the launch lies behind the foot)."""
    back = foot(arc, ground_m)
    down = impact(arc, ground_m)
    _, course = geo.geodesic(back.lat_deg, back.lon_deg, down.lat_deg, down.lon_deg)
    lat, lon = geo.geodesic_end(back.lat_deg, back.lon_deg, course, ahead_m)
    return End(back.t_s, float(lat), float(lon), back.covariance)


def free_fall(state: Float, begin_s: float, ballistic_kgm2: float, ground_m: float = 0.0, knot_s: float = 1.0) -> Float:
    """Return knots (n, 7: time, ECEF place and velocity) of a body without thrust from an ECEF state (6) to the ground;
    back in time with a negative `knot_s`. Raises ValueError where it does not reach the ground within two hours."""
    knots = _flown(state, begin_s, ballistic_kgm2, ground_m, knot_s, int(_LONGEST_S / abs(knot_s)))
    height = float(geo.ecef2geodetic(knots[-1, 1:4])[2])
    if not abs(height - ground_m) < 1.0:
        raise ValueError("found no impact within two hours")
    return knots


def _flown(state: Float, begin_s: float, ballistic_kgm2: float, ground_m: float, knot_s: float, room: int) -> Float:
    body = np.array([1.0, 1.0, ballistic_kgm2, ground_m])
    knots = np.empty((room + 2, 7))
    count = trajectory(
        np.zeros((0, 5)), np.zeros((1, 3)), np.zeros((1, 2)), body, np.zeros(6), np.ascontiguousarray(state), begin_s,
        knot_s, 0.1, knots,
    )  # fmt: skip
    return knots[:count]


def _first_guess(looks: Looks) -> Float:
    """A parabola through the measured places gives place and velocity at the first."""
    places = geo.rotate2ecef(geo.aer2enu(looks.measured[:, 1], looks.measured[:, 2], looks.measured[:, 0]), *_at(looks))
    places = places + geo.geodetic2ecef(looks.lat_deg, looks.lon_deg, looks.alt_m)
    since = looks.t_s - looks.t_s[0]
    design = np.stack([np.ones_like(since), since, since * since], axis=1)
    found = np.linalg.lstsq(design, places, rcond=None)[0]
    return np.concatenate([found[0], found[1]])


def _linear(looks: Looks, state: Float, begin_s: float, beta: float) -> tuple[Float, Float]:
    """Normalised residuals (3 n) and their slopes (3 n, 6) by flying the neighbours."""
    base = _seen(looks, state, begin_s, beta)
    slopes = [
        (_turned(_seen(looks, state + step, begin_s, beta) - base) / looks.sigma).ravel() / step[i]
        for i, step in enumerate(np.diag(_STEPS))
    ]
    return (_turned(looks.measured - base) / looks.sigma).ravel(), np.stack(slopes, axis=1)


def _seen(looks: Looks, state: Float, begin_s: float, beta: float) -> Float:
    """What the radar would measure (n, 3) of this flight."""
    room = int(looks.t_s[-1] - begin_s) + 2
    places = between(_flown(state, begin_s, beta, -1e5, _KNOT_S, room), looks.t_s)[:, :3]
    az, el, slant = geo.enu2aer(geo.ecef2enu(places, looks.lat_deg, looks.lon_deg, looks.alt_m))
    return np.stack([slant, az, el], axis=1)


def _with_bias(looks: Looks, slope: Float, info: Float) -> Float:
    """The covariance of the fit, with what the site's errors may add: P + S B S^T, S the fit's answer to a bias."""
    covariance = np.linalg.inv(info)
    pushes = np.tile(np.eye(3), (len(looks.t_s), 1)) / looks.sigma.reshape(-1, 1)
    answer = covariance @ slope.T @ pushes
    return covariance + answer * looks.bias**2 @ answer.T


def _end(arc: Arc, ground_m: float, knot_s: float, beta: float) -> End:
    """The end of the arc, and its covariance by flying the neighbours to the ground."""
    last = free_fall(arc.state, arc.t_s, beta, ground_m, knot_s)[-1]
    lat, lon, _ = (float(v) for v in geo.ecef2geodetic(last[1:4]))
    slopes = np.empty((2, 6))
    for i, step in enumerate(np.diag(_STEPS)):
        there = free_fall(arc.state + step, arc.t_s, beta, ground_m, knot_s)[-1]
        slopes[:, i] = geo.rotate2enu(there[1:4] - last[1:4], lat, lon)[:2] / step[i]
    return End(float(last[0]), lat, lon, slopes @ arc.covariance @ slopes.T)


def _local(lat_deg: float, lon_deg: float, to_lat_deg: float, to_lon_deg: float) -> Float:
    """East and north (m) of a place seen from another, along the geodesic."""
    far, azimuth = (float(v) for v in geo.geodesic(lat_deg, lon_deg, to_lat_deg, to_lon_deg))
    return far * np.array([np.sin(azimuth), np.cos(azimuth)])


def _turned(gaps: Float) -> Float:
    """Differences of measurements with the azimuth the short way round."""
    gaps[:, 1] = np.remainder(gaps[:, 1] + np.pi, 2.0 * np.pi) - np.pi
    return gaps


def _at(looks: Looks) -> tuple[float, float]:
    return looks.lat_deg, looks.lon_deg
