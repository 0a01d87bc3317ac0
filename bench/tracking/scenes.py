"""Scenes for the tracking benches: many aircraft over a plane, radars of two nations, false plots, truth.

Airliners, climbers, fighters, formations and slow aircraft fly straight and turn by turns; a tenth of the airliners
meet another one at its height. Radars are of three kinds (transponder, 3-D, early warning), each with its own errors,
turn, latency and patches of clutter. The plane is flat, x east, y north, z up.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jointsky.measures.score import Recording
from jointsky.tracking.frames import FlatFrame
from jointsky.vocab.codes import Iff, SensorKind
from jointsky.vocab.records import PLOT, SENSOR, Rows

Floats = NDArray[np.float64]
Luck = np.random.Generator
GRAVITY_MPS2 = 9.80665


@dataclass(frozen=True, slots=True)
class Size:
    """Targets, side of the square (m), radars along both sides, their reach (m), length (s), scoring step (s), false
    plots a scan."""

    targets: int
    side_m: float
    radars: tuple[int, int]
    reach_m: float
    length_s: int
    step_s: int
    clutter: float


SIZES = {
    "S": Size(20, 120e3, (1, 3), 150e3, 300, 2, 100.0),
    "M": Size(500, 400e3, (2, 2), 330e3, 240, 4, 300.0),
    "XL": Size(20_000, 2500e3, (6, 6), 420e3, 120, 10, 500.0),
}
KINDS = ("airliner", "climber", "fighter", "formation", "slow")
SHARE = (0.5, 0.15, 0.17, 0.13, 0.05)
SPEED_MPS = ((200, 260), (120, 220), (200, 450), (180, 300), (30, 75))
HEIGHT_M = ((7000, 12000), (1000, 9000), (1500, 11000), (1500, 11000), (150, 2000))
TURN_G = ((0.3, 0.5), (0.3, 0.5), (1.5, 4.0), (0.5, 1.5), (0.3, 0.5))
TURNS = (0.12, 0.3, 0.7, 0.35, 0.3)
"""How likely the next leg is a turn."""
CLIMB_MPS = (0.0, 14.0, 30.0, 0.0, 0.0)

RADARS = (
    (SensorKind.RADAR_3D, 5.5, 40.0, 0.06, 30.0, 0.90, 0.1),
    (SensorKind.RADAR_3D, 6.5, 60.0, 0.10, 300.0, 0.85, 0.3),
    (SensorKind.RADAR_3D, 10.5, 150.0, 0.15, 600.0, 0.75, 0.8),
)
"""Kind, turn (s), sigma of range (m), azimuth (deg), height (m), detection, jitter of the latency (s)."""
BIAS = (80.0, 0.12, 0.08)
"""One sigma of a radar's bias in range (m), azimuth (deg) and clock (s)."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What a tracker gets (frame, SENSOR rows, PLOT rows by arrival, times asked) and what it must not see: truth,
    the target of each plot (-1: false), and each radar's bias (range m, azimuth deg, clock s)."""

    frame: FlatFrame
    sensors: Rows
    plots: Rows
    asked_s: Floats
    truth: Recording
    target: NDArray[np.int64]
    bias: Floats

    def of(self, keep: NDArray[np.bool_]) -> "Scene":
        """The scene with some of its plots."""
        return replace(self, plots=self.plots[keep], target=self.target[keep])

    def nation(self, *nations: int) -> "Scene":
        """The scene as radars of these nations see it."""
        return self.of(np.isin(self.sensors["nation"][self.plots["sensor"]], nations))


def scene(size: str, seed: int, biased: bool = False, length_s: int | None = None) -> Scene:
    """A scene of a size of `SIZES`; the same seed makes the same scene."""
    rng = np.random.default_rng([seed, len(size), ord(size[0])])
    what = SIZES[size]
    length = length_s or what.length_s
    state, alive = flights(rng, what, length)
    sensors, places = radars(rng, what)
    wrong = rng.normal(0.0, 1.0, (len(sensors), 3)) * BIAS * biased
    parts = [looks(rng, s, places[s], sensors[s], state, alive, wrong[s], length) for s in range(len(sensors))]
    plots, target = np.concatenate([p for p, _ in parts]), np.concatenate([t for _, t in parts])
    order = np.argsort(plots["t_seen_s"], kind="stable")
    asked = np.arange(what.step_s, length, what.step_s, dtype=np.float64)
    return Scene(FlatFrame(places), sensors, plots[order], asked, truth_of(state, alive, asked), target[order], wrong)


def flights(rng: Luck, what: Size, length: int) -> tuple[Floats, NDArray[np.bool_]]:
    """States (n, seconds, 6) and whether each flies then and is in the square (n, seconds)."""
    n = what.targets
    kind = rng.choice(len(KINDS), n, p=SHARE)

    def drawn(table: tuple[tuple[float, float], ...]) -> Floats:
        low, high = np.array(table, dtype=np.float64)[kind].T
        return rng.uniform(low, high)

    place = np.column_stack((rng.uniform(0.04, 0.96, (n, 2)) * what.side_m, drawn(HEIGHT_M)))
    speed, heading = drawn(SPEED_MPS), rng.uniform(0.0, 2.0 * np.pi, n)
    meet(rng, np.flatnonzero(kind == 0), place, speed, heading, length)
    state = np.zeros((n, length + 1, 6))
    rate, climb, left = np.zeros(n), np.zeros(n), np.zeros(n)
    for second in range(length + 1):
        new = np.flatnonzero(left <= 0.0)
        turns = rng.random(len(new)) < np.array(TURNS)[kind[new]]
        pull = rng.uniform(*np.array(TURN_G)[kind[new]].T) * GRAVITY_MPS2 / speed[new]
        rate[new] = np.where(turns, pull * rng.choice((-1.0, 1.0), len(new)), 0.0)
        climb[new] = rng.choice((-1.0, 0.0, 1.0), len(new)) * np.array(CLIMB_MPS)[kind[new]]
        left[new] = np.where(turns, rng.uniform(8, 35, len(new)), rng.uniform(20, 90, len(new)))
        climb = np.where((place[:, 2] < 100.0) & (climb < 0.0) | (place[:, 2] > 14e3) & (climb > 0.0), 0.0, climb)
        v = np.column_stack((speed * np.sin(heading), speed * np.cos(heading), climb))
        state[:, second] = np.hstack((place, v))
        middle = heading + 0.5 * rate
        place = place + np.column_stack((speed * np.sin(middle), speed * np.cos(middle), climb))
        heading, left = heading + rate, left - 1.0
    join(rng, np.flatnonzero(kind == 3), state)
    return state, lives(rng, state, what.side_m, length)


def meet(rng: Luck, who: NDArray[np.int64], place: Floats, speed: Floats, heading: Floats, length: int) -> None:
    """Aim pairs of aircraft at each other, to meet on the way at one height."""
    pairs = rng.permutation(who)[: 2 * (len(who) // 10)].reshape(-1, 2)
    a, b = pairs.T
    when = rng.uniform(0.3, 0.7, len(a)) * length
    ahead = np.column_stack((np.sin(heading[a]), np.cos(heading[a])))
    point = place[a, :2] + (speed[a] * when)[:, None] * ahead + rng.normal(0.0, 150.0, (len(a), 2))
    heading[b] = heading[a] + rng.uniform(0.15, 2.8, len(a)) * rng.choice((-1.0, 1.0), len(a))
    back = np.column_stack((np.sin(heading[b]), np.cos(heading[b])))
    place[b, :2] = point - (speed[b] * when)[:, None] * back
    place[b, 2] = place[a, 2] + rng.choice((-300.0, 0.0, 300.0), len(a))


def join(rng: Luck, who: NDArray[np.int64], state: Floats) -> None:
    """Let aircraft fly in threes, 400 to 1,500 m from their leader."""
    for k, one in enumerate(who.tolist()):
        if k % 3:
            leader, turn, far = who[k - k % 3], rng.uniform(0.0, 2.0 * np.pi), rng.uniform(400.0, 1500.0)
            state[one] = state[leader]
            state[one, :, :3] += (far * np.cos(turn), far * np.sin(turn), rng.uniform(-150.0, 150.0))


def lives(rng: Luck, state: Floats, side_m: float, length: int) -> NDArray[np.bool_]:
    """A fifth come later, a fifth go earlier, and who has left the square does not come back."""
    n, seconds = len(state), np.arange(length + 1)
    comes = np.where(rng.random(n) < 0.2, rng.uniform(0.0, 0.6, n) * length, 0.0)
    goes = np.where(rng.random(n) < 0.2, rng.uniform(0.5, 1.0, n) * length, length + 1.0)
    inside = ((state[:, :, :2] > 0.0) & (state[:, :, :2] < side_m)).all(axis=2)
    before = seconds < comes[:, None]
    return ~before & (seconds < goes[:, None]) & np.logical_and.accumulate(inside | before, axis=1)


def radars(rng: Luck, what: Size) -> tuple[Rows, Floats]:
    """SENSOR rows on a shaken grid, the western half of nation 0, and their places."""
    columns, lines = what.radars
    rows, places = np.zeros(columns * lines, SENSOR), np.zeros((columns * lines, 3))
    for k in range(len(rows)):
        kind, turn_s, range_m, az_deg, height_m, pd, _ = RADARS[k % 3]
        grid = (np.array(divmod(k, lines)) + 0.5 + rng.uniform(-0.15, 0.15, 2)) / (columns, lines)
        places[k] = *(what.side_m * grid), rng.uniform(50.0, 600.0)
        row = rows[k]
        row["kind"], row["nation"] = kind, (k // lines) * 2 // columns if columns > 1 else k % 2
        row["period_s"], row["phase_s"] = turn_s + rng.uniform(-1.0, 1.5), rng.uniform(0.0, 6.0)
        row["sigma_range_m"], row["sigma_az_rad"], row["sigma_height_m"] = range_m, np.radians(az_deg), height_m
        row["sigma_el_rad"], row["pd"], row["latency_s"] = np.nan, pd, rng.uniform(0.1, 1.2)
        row["max_range_m"], row["clutter_per_scan"] = what.reach_m, what.clutter
    return rows, places


def looks(
    rng: Luck, s: int, site: Floats, radar: np.void, state: Floats, alive: NDArray[np.bool_], wrong: Floats, length: int
) -> tuple[Rows, NDArray[np.int64]]:
    """All plots of one radar with the target of each."""
    patches = rng.normal(0.0, 0.35 * radar["max_range_m"], (5, 2))
    found = []
    for start in np.arange(radar["phase_s"], length, radar["period_s"]):
        t, place, who = swept(site, radar, state, alive, float(start))
        seen = rng.random(len(t)) < radar["pd"]
        t, place, who = t[seen], place[seen], who[seen]
        off = rng.normal(size=(len(t), 3)) * (radar["sigma_range_m"], radar["sigma_az_rad"], radar["sigma_height_m"])
        true = polar(place - site, site) + off + (wrong[0], np.radians(wrong[1]), 0.0)
        false = false_plots(rng, radar, site, patches)
        when = start + radar["period_s"] * (false[:, 1] % (2.0 * np.pi)) / (2.0 * np.pi)
        times = np.concatenate((t, when))
        owner = np.concatenate((who, np.full(len(false), -1)))
        found.append(np.column_stack((times, np.concatenate((true, false)), owner)))
    every = np.concatenate(found)
    every = every[every[:, 0] < length]
    jitter = rng.exponential(RADARS[s % 3][6], len(every))
    return plots_of(every, s, float(radar["latency_s"]) + jitter, float(wrong[2])), every[:, 4].astype(np.int64)


def plots_of(every: Floats, s: int, late_s: Floats, clock_s: float) -> Rows:
    """PLOT rows of lines (time, range, azimuth, height, ..)."""
    rows = np.zeros(len(every), PLOT)
    for name in ("el_rad", "range_rate_mps", "snr_db", "sigma_range_m", "sigma_az_rad", "sigma_height_m"):
        rows[name] = np.nan
    rows["site_ecef_m"], rows["code"], rows["clause"], rows["iff"] = np.nan, -1, -1, Iff.NOT_ASKED
    rows["sensor"], rows["t_valid_s"], rows["t_seen_s"] = s, every[:, 0] + clock_s, every[:, 0] + late_s
    rows["range_m"], rows["az_rad"], rows["height_m"] = every[:, 1], every[:, 2] % (2.0 * np.pi), every[:, 3]
    return rows


def swept(
    site: Floats, radar: np.void, state: Floats, alive: NDArray[np.bool_], start_s: float
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """When the beam that starts north at `start_s` meets each target in reach, where, and who it is."""
    last = state.shape[1] - 1
    near = min(round(start_s + 0.5 * radar["period_s"]), last)
    gap = state[:, near, :2] - site[:2]
    who = np.flatnonzero(alive[:, near] & ((gap * gap).sum(axis=1) < (1.05 * radar["max_range_m"]) ** 2))
    t = np.full(len(who), start_s + 0.5 * radar["period_s"])
    for _ in range(3):
        place = at(state, who, t)
        turn = np.arctan2(place[:, 0] - site[0], place[:, 1] - site[1]) % (2.0 * np.pi)
        t = start_s + radar["period_s"] * turn / (2.0 * np.pi)
    place = at(state, who, t)
    there = alive[who, np.minimum(t.astype(np.int64), last)]
    there &= ((place - site)[:, :2] ** 2).sum(axis=1) < radar["max_range_m"] ** 2
    return t[there], place[there], who[there]


def at(state: Floats, who: NDArray[np.int64], t: Floats) -> Floats:
    """Places at `t` between the seconds: from either side straight on, weighed by nearness."""
    low = np.clip(np.floor(t).astype(np.int64), 0, state.shape[1] - 2)
    share = np.clip(t - low, 0.0, 1.0)[:, None]
    one, other = state[who, low], state[who, low + 1]
    forth, back = one[:, :3] + share * one[:, 3:], other[:, :3] - (1.0 - share) * other[:, 3:]
    return (1.0 - share) * forth + share * back


def polar(gap: Floats, site: Floats) -> Floats:
    """Slant range, azimuth and height above the plane of offsets from a site."""
    return np.column_stack((np.sqrt((gap * gap).sum(axis=1)), np.arctan2(gap[:, 0], gap[:, 1]), gap[:, 2] + site[2]))


def false_plots(rng: Luck, radar: np.void, site: Floats, patches: Floats) -> Floats:
    """False plots of one turn, half of them in patches 8 km wide."""
    n = rng.poisson(radar["clutter_per_scan"])
    far, turn = np.sqrt(rng.random(n)) * radar["max_range_m"], rng.uniform(0.0, 2.0 * np.pi, n)
    even = np.column_stack((far * np.sin(turn), far * np.cos(turn)))
    lumps = patches[rng.integers(0, len(patches), n)] + rng.normal(0.0, 8000.0, (n, 2))
    ground = np.where((rng.random(n) < 0.5)[:, None], even, lumps)
    found = polar(np.column_stack((ground, rng.uniform(0.0, 12e3, n) - site[2])), site)
    return found[(found[:, 0] < radar["max_range_m"]) & (found[:, 0] > 2000.0)]


def truth_of(state: Floats, alive: NDArray[np.bool_], asked_s: Floats) -> Recording:
    """Where everybody is at the scoring times."""
    parts = [(np.flatnonzero(alive[:, int(t)]), int(t)) for t in asked_s]
    who = np.concatenate([w for w, _ in parts])
    rows = np.concatenate([state[w, t] for w, t in parts])
    times = np.concatenate([np.full(len(w), float(t)) for w, t in parts])
    up = np.tile((0.0, 0.0, 1.0), (len(who), 1))
    return Recording(times, who.astype(np.int64), rows[:, :3], rows[:, 3:], up, np.full(len(who), np.nan))
