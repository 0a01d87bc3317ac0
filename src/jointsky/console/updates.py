"""The tables of an update: what a seat's post knows now, from its SeatWatch alone; truth goes to control and nobody
else.
"""

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.console import wire
from jointsky.live.seats import SeatWatch
from jointsky.vocab.codes import Shooter, Shot
from jointsky.vocab.records import Rows, empty
from jointsky.world.world import World

Float = NDArray[np.float64]


def post_tables(watch: SeatWatch, t_s: float) -> dict[str, Rows]:
    """Tables 1 to 5 of a post's seat at `t_s`; empty while the post does not exist."""
    if not watch.exists:
        return {name: empty(wire.TABLES[name][1]) for name in ("tracks", "units", "engagements", "strobes", "sensors")}
    return {
        "tracks": _tracks(watch, t_s),
        "units": _units(watch, t_s),
        "engagements": _engagements(watch, t_s),
        "strobes": _strobes(watch, t_s),
        "sensors": _sensors(watch, t_s),
    }


def truth_tables(world: World) -> dict[str, Rows]:
    """Tables 16 and 17, for control."""
    return {"truth": _truth(world), "shots": _shots(world)}


def _tracks(watch: SeatWatch, t_s: float) -> Rows:
    picture = watch.post.picture(t_s)
    rows = empty(wire.TRACKS, len(picture))
    for name in (
        "sigma_pos_m",
        "sigma_height_m",
        "existence",
        "code",
        "origin",
        "sensors",
        "identity",
        "kind",
        "iff",
        "fire_control",
    ):
        rows[name] = picture[name]
    rows["clause"] = watch.clause(picture["clause"])
    rows["track"], rows["first_s"] = picture["track_id"], t_s - picture["t_first_s"]
    rows["age_s"], rows["own_age_s"] = t_s - picture["t_update_s"], t_s - picture["t_own_s"]
    rows["released_age_s"] = t_s - picture["t_released_s"]
    _place(rows, picture["pos_ecef_m"], picture["vel_ecef_mps"])
    rows["reasons"] = [watch.eyes.reasons.get(int(number), 0) for number in picture["track_id"]]
    if watch.post.planner is not None:
        aimed = [item.track_id for item in watch.post.planner.ledger.open.values()]
        rows["engaged"] = [min(aimed.count(int(number)), 255) for number in picture["track_id"]]
    return rows


def _units(watch: SeatWatch, t_s: float) -> Rows:
    planner = watch.post.planner
    if planner is None:
        return empty(wire.UNITS)
    told = np.flatnonzero(np.isfinite(planner.status["t_valid_s"][watch.known.shooters]))
    places = watch.known.shooters[told]
    status = planner.status[places]
    rows = empty(wire.UNITS, len(places))
    for name in ("shots_left", "channels_free", "status", "fuel_s"):
        rows[name] = status[name]
    rows["shooter"], rows["age_s"] = told, t_s - status["t_valid_s"]
    rows["ready_in_s"] = np.maximum(status["t_ready_s"] - t_s, 0.0)
    _place(rows, status["pos_ecef_m"], status["vel_ecef_mps"])
    mine = np.array([int(number) in planner.ledger.open for number in status["order_id"]], np.bool_)
    rows["order"], rows["track"] = np.where(mine, status["order_id"], 0), np.where(mine, status["track_id"], 0)
    usual = planner.config.roe[watch.post.situation.phase].weapons
    assets = zip(status["shooter"].tolist(), status["row"].tolist(), strict=True)
    rows["weapons"] = [planner.weapons.get(asset, usual) for asset in assets]
    return rows


def _engagements(watch: SeatWatch, t_s: float) -> Rows:
    planner = watch.post.planner
    local = {} if planner is None else {int(place): i for i, place in enumerate(watch.known.shooters)}
    items = [] if planner is None else [(planner.place_of(item.asset), item) for item in planner.ledger.open.values()]
    shown = [(local[place], item) for place, item in items if place in local]
    rows = empty(wire.ENGAGEMENTS, len(shown))
    for row, (shooter, item) in zip(rows, shown, strict=True):
        row["order"], row["track"], row["shooter"] = item.order_id, item.track_id, shooter
        row["act"], row["shots"], row["chance"], row["since_s"] = (
            item.act,
            item.shots,
            item.chance,
            t_s - item.t_issued_s,
        )
    return rows


def _strobes(watch: SeatWatch, t_s: float) -> Rows:
    rows = empty(wire.STROBES, len(watch.strobes))
    rows["lat_deg"], rows["lon_deg"], _ = geo.ecef2geodetic(watch.strobes["site_ecef_m"])
    rows["az_deg"], rows["age_s"] = np.degrees(watch.strobes["az_rad"]), t_s - watch.strobes["t_valid_s"]
    rows["sensor"] = [watch.sensor(int(row)) for row in watch.strobes["sensor"]]
    return rows


def _sensors(watch: SeatWatch, t_s: float) -> Rows:
    rows = empty(wire.SENSORS, len(watch.heard_s))
    rows["sensor"], rows["heard_age_s"] = np.arange(len(rows)), t_s - watch.heard_s
    heard = np.isfinite(watch.heard_s)
    rows["lon_deg"], rows["lat_deg"] = np.nan, np.nan
    lat, lon, _ = geo.ecef2geodetic(watch.sites[heard])
    rows["lat_deg"][heard], rows["lon_deg"][heard] = lat, lon
    return rows


def _truth(world: World) -> Rows:
    flying = np.flatnonzero(world.state.aircraft["alive"])
    aircraft = world.state.aircraft[flying]
    rows = empty(wire.TRUTH, len(flying))
    for name in ("nation", "side", "kind", "state", "jamming"):
        rows[name] = aircraft[name]
    rows["row"] = flying
    _place(rows, aircraft["pos_ecef_m"], aircraft["vel_ecef_mps"])
    return rows


def _shots(world: World) -> Rows:
    used = world.state.engagements[: world.state.engagements_used]
    open_rows = np.flatnonzero((used["state"] == Shot.ACQUIRING) | (used["state"] == Shot.IN_FLIGHT))
    shots = used[open_rows]
    rows = empty(wire.SHOTS, len(shots))
    for name in ("target", "state", "shooter"):
        rows[name] = shots[name]
    rows["row"] = open_rows
    origin = np.array([_shooter_ecef_m(world, shot) for shot in shots]).reshape(-1, 3)
    flying = shots["state"] == Shot.IN_FLIGHT
    lat, lon, alt = geo.ecef2geodetic(np.where(flying[:, None], shots["pos_ecef_m"], origin))
    rows["lat_deg"], rows["lon_deg"], rows["alt_m"] = lat, lon, alt
    rows["launch_lat_deg"], rows["launch_lon_deg"], _ = geo.ecef2geodetic(origin)
    return rows


def _shooter_ecef_m(world: World, shot: np.void) -> Float:
    table = world.state.launchers if shot["shooter"] == Shooter.LAUNCHER else world.state.aircraft
    return table["pos_ecef_m"][int(shot["row"])]


def _place(rows: Rows, pos_ecef_m: Float, vel_ecef_mps: Float) -> None:
    """Fill position, speed, course and climb; a velocity that was not told leaves NaN."""
    lat, lon, alt = geo.ecef2geodetic(pos_ecef_m)
    rows["lat_deg"], rows["lon_deg"], rows["alt_m"] = lat, lon, alt
    east, north, up = np.moveaxis(geo.rotate2enu(vel_ecef_mps, lat, lon), -1, 0)
    rows["speed_mps"] = np.hypot(east, north)
    rows["course_deg"] = np.degrees(np.arctan2(east, north)) % 360.0
    if "climb_mps" in (rows.dtype.names or ()):
        rows["climb_mps"] = up
