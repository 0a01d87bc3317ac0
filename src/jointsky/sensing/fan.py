"""An early-warning radar's fence: a fan of beams at one low elevation, and the tracking beams behind it.

A missile is looked for once every revisit while it is at or above the fan's elevation, inside the sector and the range;
each look detects with the exact chance of its signal-to-noise ratio. M detections in N looks confirm it; from then on
tracking beams follow it. Elevations are geometric: a fan is set above the ducts, where bending is under 0.1 degrees.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky import geo
from jointsky.catalogue import RadarType
from jointsky.rng import Stream, draws, entity_key, normals
from jointsky.sensing.detection import pd_exact
from jointsky.sensing.radar import measurement_sigma, range_resolution_m, ratio, snr_db, snr_ref_db

Float = NDArray[np.float64]
SWERLING = 1


@dataclass(frozen=True, slots=True)
class Fan:
    """A warning radar: where it stands (degrees, metres), its type, the elevation of its fan (rad), its sector (first
    and last azimuth clockwise, rad; None: all around), and how many of how many looks confirm."""

    name: str
    lat_deg: float
    lon_deg: float
    alt_m: float
    radar: RadarType
    elevation_rad: float = math.radians(3.0)
    sector_rad: tuple[float, float] | None = None
    hits: int = 2
    looks: int = 3

    def reference_db(self) -> float:
        """Signal-to-noise ratio (dB) of 1 m2 at 1 km."""
        r = self.radar
        return snr_ref_db(
            peak_power_w=r.peak_power, pulse_s=r.pulse, gain_db=r.gain, freq_hz=r.frequency, loss_db=r.loss,
            noise_temp_k=r.noise_temperature, coherent_pulses=r.coherent_pulses,
        )  # fmt: skip

    def polar(self, pos_ecef_m: Float) -> tuple[Float, Float, Float]:
        """Azimuth, elevation (rad) and range (m) of ECEF places (n, 3)."""
        return geo.enu2aer(geo.ecef2enu(pos_ecef_m, self.lat_deg, self.lon_deg, self.alt_m))

    def within(self, az_rad: Float, el_rad: Float, range_m: Float) -> NDArray[np.bool_]:
        """Whether places are inside the fence: at or above the fan, below the top, in the sector and the range."""
        inside = (el_rad >= self.elevation_rad) & (el_rad <= math.radians(self.radar.el_max))
        inside &= (range_m <= self.radar.max_range) & (range_m >= self.radar.min_range)
        if self.sector_rad is None:
            return inside
        first, last = self.sector_rad
        return inside & (np.mod(az_rad - first, 2.0 * math.pi) <= (last - first) % (2.0 * math.pi))


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a fan saw of one missile: when it crossed the fence, when it was confirmed (inf: never), and the
    measurements from the first hit on: times (n,), range m, azimuth rad, elevation rad (n, 3) and their sigmas."""

    crossed_s: float
    confirmed_s: float
    t_s: Float
    measured: Float
    sigma: Float


def watch(fan: Fan, t_s: Float, pos_ecef_m: Float, rcs_m2: float, seed: int, missile: str, bias: Float) -> Sighting:
    """Return what the fan sees of a missile that is at `pos_ecef_m` (n, 3) at the times of its looks `t_s` (n,), one
    every revisit.

    Luck is drawn by the names of radar and missile and the number of the look. `bias` (3) is added to all measurements.
    """
    az, el, slant = fan.polar(pos_ecef_m)
    inside = fan.within(az, el, slant)
    if not inside.any():
        return Sighting(math.inf, math.inf, np.zeros(0), np.zeros((0, 3)), np.zeros((0, 3)))
    snr = np.array([snr_db(fan.reference_db(), rcs_m2, float(r)) for r in slant])
    chance = pd_exact(snr, fan.radar.pulses, fan.radar.pfa, SWERLING)
    looks = np.array([entity_key(f"{fan.name}/{missile}/{k}") for k in range(len(t_s))], np.uint64)
    hit = inside & (draws(seed, Stream.DETECTION, looks, 0) < chance)
    confirmed = _confirmed(hit, fan.hits, fan.looks)
    at = np.flatnonzero(hit)
    sigma = np.array([sigmas(fan, float(snr[k])) for k in at]).reshape(-1, 3)
    noise = np.stack([normals(seed, Stream.MEASUREMENT, looks[at], 0, i) for i in range(3)], axis=1)
    measured = np.stack([slant[at], az[at], el[at]], axis=1) + sigma * noise + bias
    confirmed_s = float(t_s[confirmed]) if confirmed >= 0 else math.inf
    return Sighting(float(t_s[np.argmax(inside)]), confirmed_s, t_s[at], measured, sigma)


def sigmas(fan: Fan, look_db: float) -> tuple[float, float, float]:
    """Standard deviations of range (m), azimuth and elevation (rad) at a signal-to-noise ratio."""
    r, snr = fan.radar, ratio(look_db) * fan.radar.pulses
    el_beam, el_floor = r.el_beam or r.az_beam, r.el_floor or r.az_floor
    return (
        measurement_sigma(range_resolution_m(r.bandwidth), snr, r.range_floor, 1.0),
        measurement_sigma(math.radians(r.az_beam), snr, math.radians(r.az_floor)),
        measurement_sigma(math.radians(el_beam), snr, math.radians(el_floor)),
    )


def _confirmed(hit: NDArray[np.bool_], hits: int, looks: int) -> int:
    """The look at which `hits` of the last `looks` hit for the first time; -1: never."""
    recent = np.convolve(hit.astype(np.int64), np.ones(looks, np.int64))[: len(hit)]
    found = np.flatnonzero(recent >= hits)
    return int(found[0]) if len(found) else -1
