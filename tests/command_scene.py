"""Launchers and fighters by hand for tests of command: capabilities and states at a place, everything else
harmless."""

from __future__ import annotations

from typing import Any

import numpy as np

from jointsky.geo.frames import geodetic2ecef
from jointsky.rng import entity_key
from jointsky.vocab.codes import Flight, Shooter
from jointsky.vocab.records import ASSET, CAPABILITY, UNIT_STATUS, Rows, empty


def launcher(lat_deg: float = 54.0, lon_deg: float = 28.0, **more: Any) -> dict[str, Any]:
    """A battery that reaches from 3 km to 80 km at 1000 m/s after 10 s with a kill probability of 0.7."""
    return {
        "shooter": Shooter.LAUNCHER, "place": (lat_deg, lon_deg, 200.0), "channels": 4, "range_min_m": 3e3,
        "range_max_m": 80e3, "alt_min_m": 20.0, "alt_max_m": 25e3, "mast_m": 20.0, "speed_mps": 1000.0,
        "delay_s": 10.0, "reliability": 1.0, "pk": 0.7, "status": 1, "shots_left": 8, "fuel_s": np.inf,
    } | more  # fmt: skip


def fighter(lat_deg: float = 54.0, lon_deg: float = 28.0, **more: Any) -> dict[str, Any]:
    """An aircraft ready in 300 s that dashes at 450 m/s for two hours."""
    return {
        "shooter": Shooter.FIGHTER, "place": (lat_deg, lon_deg, 200.0), "channels": 1, "range_max_m": 40e3,
        "alt_max_m": 16e3, "speed_mps": 800.0, "dash_mps": 450.0, "delay_s": 300.0, "reliability": 1.0, "pk": 0.8,
        "status": Flight.PARKED, "shots_left": 4, "fuel_s": 7200.0,
    } | more  # fmt: skip


def forces(*assets: dict[str, Any], unit: list[int] | None = None) -> tuple[Rows, Rows]:
    """CAPABILITY and UNIT_STATUS rows of assets; each is a unit of its own unless `unit` says otherwise."""
    cap, status = empty(CAPABILITY, len(assets)), empty(UNIT_STATUS, len(assets))
    for i, asset in enumerate(assets):
        for name, value in {"row": i, "unit": i if unit is None else unit[i], **asset}.items():
            for rows in (cap, status):
                if name in (rows.dtype.names or ()):
                    rows[name][i] = value
        status["pos_ecef_m"][i] = geodetic2ecef(*asset["place"])
        cap["entity"][i] = entity_key(f"asset {i}")
    return cap, status


def town(lat_deg: float, lon_deg: float, value: float = 10.0, radius_m: float = 1000.0) -> Rows:
    """One ASSET row."""
    row = empty(ASSET, 1)
    row["lat_deg"], row["lon_deg"], row["value"], row["radius_m"] = lat_deg, lon_deg, value, radius_m
    row["pos_ecef_m"] = geodetic2ecef(lat_deg, lon_deg, 0.0)
    return row
