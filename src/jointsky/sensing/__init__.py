"""What is seen of truth: radars (rotating, flying), transponders, false alarms and jamming, as plots."""

from jointsky.sensing.detection import assign_detection, build_detection, pd_exact, required_snr_db
from jointsky.sensing.jamming import jam_factor
from jointsky.sensing.sites import draw_biases, sensor_table
from jointsky.sensing.sweep import Sensed, detectable, early_warning, step

__all__ = [
    "Sensed",
    "assign_detection",
    "build_detection",
    "detectable",
    "draw_biases",
    "early_warning",
    "jam_factor",
    "pd_exact",
    "required_snr_db",
    "sensor_table",
    "step",
]
