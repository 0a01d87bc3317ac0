"""Sensors that radiate nothing, in a run: listening stations, ADS-B receivers, observers.

Each reports once every period of its own, at a moment that its name sets, whatever the tick. Luck is drawn by the names
of sensor and aircraft and the number of the report. A listening station hears ERP G (lambda / 4 pi R)^2 above its
sensitivity (Adamy, "EW 101", 2001, chapter 4; `electronic_war.esm_range_m`), the main beam where it is scanned across,
first sidelobes elsewhere. People tell where they saw something a while ago, so their error grows with the time it took.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jointsky.catalogue import WatcherType
from jointsky.geo.angles import atan2
from jointsky.kernels.elementary import db_to_ratio, ratio_to_db
from jointsky.kernels.jamming import EFFECTIVE_EARTH_M, LIGHT_MPS
from jointsky.kernels.sweep import MODE_C_SIGMA_M
from jointsky.rng import Stream, draws, normals
from jointsky.sensing.masks import mask_reach_m
from jointsky.vocab.codes import Iff, PlotKind, SensorKind
from jointsky.vocab.records import PLOT, Rows, empty
from jointsky.world.world import World

Float = NDArray[np.float64]
Indices = NDArray[np.int64]

ADSB_SIGMA_M = 60.0
"""Notional error of a broadcast position, one axis: a navigation accuracy category of 8, and the age of the fix."""
SEEN_SPEED_MPS = 250.0
"""Speed that people are taken to misjudge by one sigma, while what they saw is on its way."""
REFERENCE_RCS_M2 = 3.0
"""People see something of this cross-section out to the stated range, smaller things nearer by the fourth root."""
_FOUR_PI = 12.566370614359172


class View:
    """All aircraft as one sensor has them at one moment: `range_m`, `az_rad`, `height_m` and whether each is `clear` of
    horizon and ground, all (n,); `away_m` (n, 3) from the sensor, ECEF; `velocity_mps` (n, 3)."""

    def __init__(self, world: World, sensor: int, ago_s: float) -> None:
        crafts, radar = world.state.aircraft, world.state.radars[sensor]
        self.velocity_mps = crafts["vel_ecef_mps"]
        self.away_m = crafts["pos_ecef_m"] - ago_s * self.velocity_mps - radar["pos_ecef_m"]
        east, north, up = (_along(self.away_m, axis) for axis in radar["enu"])
        self.range_m = np.sqrt(east * east + north * north + up * up)
        self.az_rad, self.height_m = atan2(east, north), crafts["alt_m"]
        reach = _horizon_m(float(radar["alt_m"])) + _horizon_m(self.height_m)
        self.clear = (crafts["alive"] == 1) & (self.range_m <= np.minimum(reach, radar["max_range_m"]))
        masks = world.model.around.masks
        if len(masks) > sensor:
            self.clear &= self.range_m <= mask_reach_m(masks[sensor], east, north, self.height_m)


def _along(vectors: Float, axis: Float) -> Float:
    """Component of (n, 3) along one axis; written out, so that no library sums in an order of its own."""
    return vectors[:, 0] * axis[0] + vectors[:, 1] * axis[1] + vectors[:, 2] * axis[2]


def _horizon_m(height_m: Any) -> Any:
    return np.sqrt(2.0 * EFFECTIVE_EARTH_M * np.maximum(height_m, 0.0))


def watch(world: World, tick: int) -> tuple[Rows, NDArray[np.int32]]:
    """PLOT rows of what watchers report in [tick dt, (tick + 1) dt), and the aircraft row behind each; call while
    positions are those of the tick's end."""
    plots, truth = [empty(PLOT)], [np.zeros(0, np.int32)]
    t0_s, t1_s = tick * world.model.dt_s, (tick + 1) * world.model.dt_s
    for sensor, kind in world.model.emissions.watchers:
        radar = world.state.radars[sensor]
        first, last = (math.ceil((t + radar["phase_s"]) / radar["period_s"]) for t in (t0_s, t1_s))
        for number in range(first, last) if radar["alive"] else ():
            t_s = number * float(radar["period_s"]) - float(radar["phase_s"])
            rows, found = _TELLING[kind.sensor](world, sensor, kind, number, t1_s - t_s)
            found["t_valid_s"], found["sensor"] = t_s, sensor
            found["t_seen_s"] = t_s + (1.0 if kind.sensor == "observer" else kind.latency)
            plots.append(found)
            truth.append(rows.astype(np.int32))
    return np.concatenate(plots), np.concatenate(truth)


def _keys(world: World, sensor: int, rows: Indices) -> NDArray[np.uint64]:
    """Keys of pairs of sensor and aircraft: the finaliser of SplitMix64, as in `kernels.sweep.mix`."""
    key = world.state.aircraft["entity"][rows]
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return world.state.radars["entity"][sensor] ^ key ^ (key >> np.uint64(31))


def _noticed(world: World, sensor: int, kind: WatcherType, number: int, could: NDArray[np.bool_]) -> Indices:
    """Those that are noticed among those that could be."""
    rows = np.flatnonzero(could)
    return rows[draws(world.model.seed, Stream.DETECTION, _keys(world, sensor, rows), number) < kind.chance]


def _blank(world: World, sensor: int, rows: Indices) -> Rows:
    """Plots in which nothing is measured yet."""
    plots = empty(PLOT, len(rows))
    plots["iff"], plots["code"], plots["clause"] = Iff.NOT_ASKED, -1, -1
    for name in ("range_m", "el_rad", "height_m", "range_rate_mps", "snr_db", "sigma_range_m", "sigma_height_m"):
        plots[name] = np.nan
    plots["site_ecef_m"] = world.state.radars["pos_ecef_m"][sensor]
    return plots


def _luck(world: World, sensor: int, rows: Indices, number: int, k: int) -> Float:
    return normals(world.model.seed, Stream.MEASUREMENT, _keys(world, sensor, rows), number, k)


def heard_w(world: World, view: View, kind: WatcherType) -> Float:
    """The power (W) that a listening station receives from each aircraft; 0 where it radiates nothing in the band."""
    emitters, power = world.model.emissions.emitters, np.zeros(len(view.range_m))
    crafts = world.state.aircraft[emitters["aircraft"]]
    low, high = kind.band_from or 0.0, kind.band_to or math.inf
    middle = np.where(emitters["freq_hz"] > 0.0, emitters["freq_hz"], max(low, min(high, 3e9)))
    radiates = (crafts["alive"] == 1) & ((emitters["jammer"] == 0) | (crafts["jamming"] == 1))
    radiates &= (middle >= low) & (middle <= high)
    for i in np.flatnonzero(radiates).tolist():
        a = int(emitters["aircraft"][i])
        far = max(float(view.range_m[a]), 1.0)
        spread = LIGHT_MPS / (float(middle[i]) * _FOUR_PI * far)
        lobe_db = 0.0 if _is_scanned(view, a, emitters[i]) else float(emitters["sidelobe_db"][i])
        gain = db_to_ratio((kind.gain or 0.0) + lobe_db)
        power[a] = max(power[a], float(emitters["erp_w"][i]) * gain * spread * spread)
    return power


def _is_scanned(view: View, aircraft: int, emitter: np.void) -> bool:
    """Whether the emitter's beam sweeps across the listener: within its sector about the heading."""
    ahead = view.velocity_mps[aircraft]
    speed = math.sqrt(float(ahead[0] ** 2 + ahead[1] ** 2 + ahead[2] ** 2))
    towards = -float(_along(view.away_m[aircraft : aircraft + 1], ahead)[0])
    return towards >= float(emitter["sector_cos"]) * speed * float(view.range_m[aircraft])


def _esm(world: World, sensor: int, kind: WatcherType, number: int, ago_s: float) -> tuple[Indices, Rows]:
    """Bearings of what radiates and is not of the station's own identification group."""
    view, radar = View(world, sensor, ago_s), world.state.radars[sensor]
    power, least = heard_w(world, view, kind), db_to_ratio(kind.sensitivity or 0.0)
    could = view.clear & (power >= least) & (world.state.aircraft["iff_group"] != radar["iff_group"])
    rows = _noticed(world, sensor, kind, number, could)
    plots = _blank(world, sensor, rows)
    sigma = float(radar["sigma_az_floor_rad"])
    plots["kind"], plots["sigma_az_rad"] = PlotKind.STROBE, sigma
    plots["az_rad"] = _turned(view.az_rad[rows] + radar["bias_az_rad"] + sigma * _luck(world, sensor, rows, number, 0))
    plots["snr_db"] = [ratio_to_db(float(value) / least) for value in power[rows]]
    return rows, plots


def _adsb(world: World, sensor: int, kind: WatcherType, number: int, ago_s: float) -> tuple[Indices, Rows]:
    """Places and codes of those that broadcast: whoever has a transponder on."""
    view, crafts = View(world, sensor, ago_s), world.state.aircraft
    rows = _noticed(world, sensor, kind, number, view.clear & (crafts["code"] >= 0))
    plots, range_m = _blank(world, sensor, rows), view.range_m[rows]
    across = ADSB_SIGMA_M / np.maximum(range_m, ADSB_SIGMA_M)
    plots["kind"], plots["code"] = PlotKind.SECONDARY, crafts["code"][rows]
    plots["range_m"] = range_m + ADSB_SIGMA_M * _luck(world, sensor, rows, number, 0)
    plots["az_rad"] = _turned(view.az_rad[rows] + across * _luck(world, sensor, rows, number, 1))
    plots["height_m"] = view.height_m[rows] + MODE_C_SIGMA_M * _luck(world, sensor, rows, number, 2)
    plots["sigma_range_m"], plots["sigma_az_rad"], plots["sigma_height_m"] = ADSB_SIGMA_M, across, MODE_C_SIGMA_M
    return rows, plots


def _observer(world: World, sensor: int, kind: WatcherType, number: int, ago_s: float) -> tuple[Indices, Rows]:
    """What people saw `latency` ago and tell as if it were there now."""
    view, radar = View(world, sensor, ago_s + kind.latency), world.state.radars[sensor]
    size = np.sqrt(np.sqrt(world.model.aircraft_types["rcs_m2"][world.state.aircraft["type"]] / REFERENCE_RCS_M2))
    rows = _noticed(world, sensor, kind, number, view.clear & (view.range_m <= kind.max_range * size))
    plots, range_m = _blank(world, sensor, rows), view.range_m[rows]
    moved = SEEN_SPEED_MPS * kind.latency
    sigma, turn = (kind.range_sigma or 0.0) * range_m, float(radar["sigma_az_floor_rad"])
    plots["kind"] = PlotKind.PRIMARY
    plots["range_m"] = np.maximum(range_m + sigma * _luck(world, sensor, rows, number, 0), 100.0)
    plots["az_rad"] = _turned(view.az_rad[rows] + radar["bias_az_rad"] + turn * _luck(world, sensor, rows, number, 1))
    plots["sigma_range_m"] = np.sqrt(sigma * sigma + moved * moved)
    plots["sigma_az_rad"] = np.minimum(np.sqrt(turn * turn + (moved / np.maximum(range_m, moved)) ** 2), math.pi / 2.0)
    return rows, plots


_TELLING = {"esm": _esm, "adsb": _adsb, "observer": _observer}


def _turned(angle: Float) -> Float:
    """Azimuths in [0, 2 pi)."""
    return angle - 2.0 * math.pi * np.floor(angle / (2.0 * math.pi))


def control_emissions(world: World) -> None:
    """Switch radars off and on at the start of this tick, as the scenario's times of silence and hiding from
    anti-radiation missiles have it."""
    times, radars = world.model.emissions.silences, world.state.radars
    if len(times) or len(world.model.emissions.answers):
        rows = np.unique(np.concatenate([times[:, 0], world.model.emissions.answers[:, 0]]).astype(np.int64))
        rows = rows[radars["kind"][rows] != SensorKind.EARLY_WARNING]  # their beams are looked at apart
        radars["on"][rows] = ~is_silent(world)[rows]


def is_silent(world: World) -> NDArray[np.bool_]:
    """Which radars are silent now (radars,)."""
    times, silent = world.model.emissions.silences, np.zeros(world.state.radars.size, np.bool_)
    now = times[(times[:, 1] <= world.t_s) & (world.t_s < times[:, 2])]
    silent[now[:, 0].astype(np.int64)] = True
    silent[[row for row, until_s in world.state.quiet_until_s.items() if world.t_s < until_s]] = True
    return silent
