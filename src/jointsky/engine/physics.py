"""The physics that `world.build` is handed: radar equation, detection statistics, fly-out and site errors from their
rooms.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jointsky import sensing, truth
from jointsky.catalogue import RadarType
from jointsky.sensing.radar import range_for_pd_m, snr_ref_db
from jointsky.sensing.surroundings import surround
from jointsky.truth import ballistic
from jointsky.truth.missiles import NOTIONAL
from jointsky.world.physics import Physics, Place
from jointsky.world.world import Flyout

REFERENCE_SWERLING = 1
"""Fluctuation that stated ranges of fire-control radars assume."""


def type_snr_ref_db(radar: RadarType) -> float:
    """Single-look signal-to-noise ratio (dB) of 1 m2 at 1 km for a catalogue radar."""
    return snr_ref_db(
        peak_power_w=radar.peak_power,
        pulse_s=radar.pulse,
        gain_db=radar.gain,
        freq_hz=radar.frequency,
        loss_db=radar.loss,
        noise_temp_k=radar.noise_temperature,
        coherent_pulses=radar.coherent_pulses,
    )


def type_range_m(radar: RadarType, rcs_m2: float, pd: float) -> float:
    """Free-space range (m) at which one look of a catalogue radar detects with probability `pd` (Swerling 1)."""
    return range_for_pd_m(type_snr_ref_db(radar), rcs_m2, pd, radar.pulses, radar.pfa, REFERENCE_SWERLING)


def flyout(names: Sequence[str]) -> Flyout:
    """Fly-out tables of named missiles; a scene without missiles gets those of all, which nobody reads. Raises KeyError
    for an unknown name.
    """
    return truth.build_flyout([NOTIONAL[name] for name in names or tuple(NOTIONAL)])


def rocket(name: str, start: Place, goal: Place, elevation_m: float) -> NDArray[np.float64]:
    """Knots of a named rocket's flight to a goal. Raises KeyError for an unknown name, ValueError out of its reach."""
    return ballistic.aim(ballistic.NOTIONAL[name], start, goal, elevation_m).knots


PHYSICS = Physics(
    snr_ref_db=type_snr_ref_db,
    range_m=type_range_m,
    detection=sensing.build_detection,
    flyout=flyout,
    rocket=rocket,
    draw_biases=sensing.draw_biases,
    surround=surround,
)
"""The built-in physics."""
