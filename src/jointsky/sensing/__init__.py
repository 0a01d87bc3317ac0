"""What is seen of truth: radars (rotating, flying), transponders, false alarms and jamming, as plots; and the models
behind them as plain functions in SI units.

Every name is imported from its file when it is first asked for: closed forms come without compiled code.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jointsky.sensing.detection import assign_detection, build_detection, pd_exact, required_snr_db
    from jointsky.sensing.jamming import jam_factor
    from jointsky.sensing.sites import draw_biases, sensor_table
    from jointsky.sensing.sweep import Sensed, detectable, early_warning, step
    from jointsky.sensing.watchers import control_emissions

_NAMES = {
    "detection": "assign_detection build_detection detection_threshold pd_exact required_snr_db",
    "jamming": """free_space_loss_db jam_factor jam_to_noise jammed_range_m self_jammed_range_m self_screening_range_m
        strobe_sigma_rad""",
    "sites": "draw_biases sensor_table",
    "sweep": "Sensed detectable early_warning step",
    "radar": """beam_crossing_s echo_power_dbm effective_earth_radius_m elevation_rad first_blind_speed_mps horizon_m
        measurement_sigma pd_at_range range_for_pd_m range_for_snr_m range_resolution_m ray_height_m snr_db snr_ref_db
        unambiguous_range_m""",
    "antenna": """azimuth_pattern_db cfar_loss_db cfar_pd cosecant_squared_db cosecant_squared_loss_db gaussian_beam_db
        pulses_per_scan search_power_aperture_w_m2 search_snr_db sector_solid_angle_sr""",
    "attenuation": """gas_attenuation_db_km gas_loss_db gas_parts_db_km gas_profile rain_attenuation_db_km
        rain_coefficients rain_loss_db""",
    "refraction": """crpl_decay_per_km grazing_angle_rad ground_range_crpl_m is_masked_by_ridge range_for_height_crpl_m
        ray_height_crpl_m ridge_shadow_m shadow_height_m true_elevation_crpl_rad true_slant_range_crpl_m""",
    "multipath": """lobe_elevation_rad multipath_factor multipath_factor_exact multipath_gain_db null_elevation_rad
        rough_reflection""",
    "clutter": """blind_speeds_m_s canceller_response canceller_response_db clutter_cell_m2 clutter_notch_m_s doppler_hz
        is_blind is_in_clutter_notch main_beam_clutter_m_s mti_improvement_db rain_clutter_rcs_m2 signal_to_clutter_db
        staggered_blind_speed_m_s surface_clutter_rcs_m2 surface_reflectivity""",
    "electronic_war": """agility_gain_db blanked_share burn_through_range_m chaff_rcs_m2 esm_range_m jam_to_signal_db
        jammed_range_factor one_way_power_dbm target_gain_factor_db""",
    "masks": "mask_table table_directions table_heights_m terrain_shadow_m",
    "jointsky.tracking.bearings": "Bearing Fix bearing_fix_covariance_m2 bearing_fix_m ellipse triangulate",
    "watchers": "control_emissions watch",
}
_HOMES = {
    **{name: (home, name) for home, names in _NAMES.items() for name in names.split()},
    "detection_probability": ("detection", "pd_exact"),
    "horizon_range_m": ("radar", "horizon_m"),
}
"""Where each public name lives: (file, name there)."""

__all__ = [  # what the rooms above use; `dir()` lists all
    "Sensed",
    "assign_detection",
    "build_detection",
    "control_emissions",
    "detectable",
    "draw_biases",
    "early_warning",
    "jam_factor",
    "pd_exact",
    "required_snr_db",
    "sensor_table",
    "step",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its file. Raises AttributeError for a name that is none."""
    if name not in _HOMES:
        raise AttributeError(f"module 'jointsky.sensing' has no attribute '{name}'")
    home, there = _HOMES[name]
    found = globals()[name] = getattr(import_module(home if "." in home else f"jointsky.sensing.{home}"), there)
    return found  # kept: runs ask several times a tick


def __dir__() -> list[str]:
    """The public names, for those who explore."""
    return sorted(_HOMES)
