"""Aircraft that somebody outside flies: told of by their owners (DIS), reckoned on between two words.

States: PARKED until first told of, then OUTSIDE; GONE when the owner says so or is silent too long, and OUTSIDE again
when it is told of again. What was KILLED here stays so: weapons are simulated here, and the owner hears of the
detonation.
"""

import numpy as np

from jointsky import geo
from jointsky.feeds.dis.reckoning import Motion, reckoned_m, reckoned_mps
from jointsky.vocab.codes import Flight
from jointsky.vocab.messages import Outside
from jointsky.world.world import World


def tell(world: World, said: Outside) -> None:
    """Take in what the owner of a row says; of a row that was killed, or that is kept for nobody, nothing."""
    told = world.state.outside
    places = np.nonzero(told["row"] == said.row)[0]
    row = world.state.aircraft[said.row]
    if not len(places) or row["state"] == Flight.KILLED or not 0 <= said.kind < len(world.model.aircraft_types):
        return
    if not said.alive:
        if row["state"] == Flight.OUTSIDE:
            row["alive"], row["state"], row["t_end_s"] = 0, Flight.GONE, world.t_s
        return
    if row["state"] != Flight.OUTSIDE:
        row["alive"], row["state"], row["t_end_s"] = 1, Flight.OUTSIDE, np.inf
        row["generation"] += 1
    row["type"], row["kind"] = said.kind, world.model.aircraft_types["kind"][said.kind]
    row["side"], row["code"] = said.side, said.code
    one = told[int(places[0])]
    one["algorithm"], one["t_s"] = said.algorithm, said.t_s
    for name in ("pos_ecef_m", "vel_ecef_mps", "acc_ecef_mps2"):
        one[name] = getattr(said, name)


def reckon(world: World, end_s: float) -> None:
    """Bring every row that is flown outside to `end_s` by its owner's last word."""
    told = world.state.outside
    if not len(told):
        return
    aircraft = world.state.aircraft
    told = told[aircraft["state"][told["row"]] == Flight.OUTSIDE]
    rows, age_s = told["row"], end_s - told["t_s"]
    still = np.zeros((len(told), 3))
    motion = Motion(told["algorithm"], told["pos_ecef_m"], told["vel_ecef_mps"], told["acc_ecef_mps2"], still, still)
    pos_ecef_m = reckoned_m(motion, age_s)
    lat_deg, lon_deg, alt_m = geo.ecef2geodetic(pos_ecef_m)
    aircraft["pos_ecef_m"][rows], aircraft["vel_ecef_mps"][rows] = pos_ecef_m, reckoned_mps(motion, age_s)
    aircraft["lat_rad"][rows], aircraft["lon_rad"][rows] = np.deg2rad(lat_deg), np.deg2rad(lon_deg)
    aircraft["alt_m"][rows] = alt_m
