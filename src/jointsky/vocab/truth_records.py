"""Record dtypes of truth: models (read-only) and state of what is really there. No post ever holds one of these rows.

Conventions as in `jointsky.vocab.records`: unit and frame in the name, ECEF (WGS84) unless named otherwise, seconds
since scenario start, -1 in an index field that points nowhere.
"""

import numpy as np

AIRCRAFT_TYPE = np.dtype(
    [
        ("kind", "u1"),
        ("swerling", "u1"),
        ("rcs_m2", "f8"),
        ("cruise_mps", "f8"),
        ("dash_mps", "f8"),
        ("climb_mps", "f8"),
        ("ceiling_m", "f8"),
        ("max_g", "f8"),
        ("endurance_s", "f8"),
        ("dash_fuel_factor", "f8"),
        ("turnround_s", "f8"),
        ("missiles", "i2"),
        ("aam_speed_mps", "f8"),
        ("aam_range_m", "f8"),
        ("aam_pk", "f8", (9,)),
        ("radar_range_m", "f8"),
        ("jam_power_w", "f8"),
        ("jam_gain_db", "f8"),
        ("jam_bandwidth_hz", "f8"),
        ("damage", "f8"),
        ("jam_freq_hz", "f8"),
        ("jam_pause", "f8"),
    ],
    align=True,
)
"""A type of aircraft. `aam_pk` is indexed by AircraftKind of the target; `radar_range_m` is the fighter radar's Pd 0.5
range against 1 m2 (range grows with the fourth root of the cross-section); `jam_freq_hz` is the centre of a jammer's
band, 0 for one that follows every victim; `jam_pause` the share of time in which a pulsed one is quiet;
`damage` is what one such raider does to an asset it reaches, in asset value units."""

AIRCRAFT = np.dtype(
    [
        ("entity", "u8"),
        ("generation", "u4"),
        ("alive", "u1"),
        ("state", "u1"),
        ("side", "u1"),
        ("kind", "u1"),
        ("iff_group", "i2"),
        ("nation", "i2"),
        ("type", "i2"),
        ("code", "i2"),
        ("unit", "i4"),
        ("parent", "i4"),
        ("pos_ecef_m", "f8", (3,)),
        ("vel_ecef_mps", "f8", (3,)),
        ("lat_rad", "f8"),
        ("lon_rad", "f8"),
        ("alt_m", "f8"),
        ("t_start_s", "f8"),
        ("fuel_s", "f8"),
        ("first_waypoint", "i4"),
        ("waypoints", "i4"),
        ("leg", "i4"),
        ("airfield", "i4"),
        ("asset", "i4"),
        ("missiles", "i2"),
        ("jamming", "u1"),
        ("order", "u1"),
        ("order_id", "u4"),
        ("track_id", "u4"),
        ("goal_ecef_m", "f8", (3,)),
        ("goal_vel_mps", "f8", (3,)),
        ("goal_sigma_m", "f8"),
        ("t_goal_s", "f8"),
        ("t_ready_s", "f8"),
        ("readiness_s", "f8"),
        ("t_next_shot_s", "f8"),
        ("target", "i4"),
        ("t_end_s", "f8"),
        ("killer", "i4"),
        ("swept_ecef_m", "f8", (3,)),
    ],
    align=True,
)
"""One aircraft, cruise missile or drone of truth. `alive` means it can be seen and hit (airborne). `goal_*` is the
ordered target as the post told it (position and velocity at `t_goal_s`); `target` the row of truth its own radar has
found (-1: none). `t_end_s` is when it leaked, was killed or landed for good; `killer` the engagement row that killed
it. `swept_ecef_m` is where it was when the last tick of sensing ended: sensing writes it, so that a beam meets a moving
target once per scan whatever the tick."""

OUTSIDE = np.dtype(
    [
        ("row", "i4"),
        ("algorithm", "i4"),
        ("t_s", "f8"),
        ("pos_ecef_m", "f8", (3,)),
        ("vel_ecef_mps", "f8", (3,)),
        ("acc_ecef_mps2", "f8", (3,)),
    ],
    align=True,
)
"""The last word of its owner on an aircraft that is flown outside (DIS): its row of AIRCRAFT, and from where and how it
is reckoned (`algorithm` 0: nothing was said yet)."""

RADAR = np.dtype(
    [
        ("entity", "u8"),
        ("alive", "u1"),
        ("on", "u1"),
        ("kind", "u1"),
        ("ssr", "u1"),
        ("iff_group", "i2"),
        ("nation", "i2"),
        ("unit", "i4"),
        ("platform", "i4"),
        ("pos_ecef_m", "f8", (3,)),
        ("enu", "f8", (3, 3)),
        ("alt_m", "f8"),
        ("period_s", "f8"),
        ("phase_s", "f8"),
        ("freq_hz", "f8"),
        ("snr_ref_db", "f8"),
        ("pulses", "i4"),
        ("pfa", "f8"),
        ("bandwidth_hz", "f8"),
        ("noise_temp_k", "f8"),
        ("gain_db", "f8"),
        ("loss_db", "f8"),
        ("sidelobe_db", "f8"),
        ("az_beam_rad", "f8"),
        ("el_min_rad", "f8"),
        ("el_max_rad", "f8"),
        ("min_range_m", "f8"),
        ("max_range_m", "f8"),
        ("range_res_m", "f8"),
        ("mdv_mps", "f8"),
        ("sigma_range_floor_m", "f8"),
        ("sigma_az_floor_rad", "f8"),
        ("sigma_el_floor_rad", "f8"),
        ("bias_range_m", "f8"),
        ("bias_az_rad", "f8"),
        ("bias_t_s", "f8"),
        ("false_per_scan", "f8"),
        ("latency_s", "f8"),
        ("pd_table", "i4", (5,)),
        ("el_beam_rad", "f8"),
        ("agile_hz", "f8"),
        ("blanks", "u1"),
    ],
    align=True,
)
"""One radar of truth. `snr_ref_db` is the single-look signal-to-noise ratio of 1 m2 at 1 km in free space (all of the
radar equation but target and range); `platform` the aircraft row that carries it (-1: on the ground); `bias_*` the
registration error drawn once per run; `enu` the rows east, north, up at the site; `pd_table` the row of the detection
tables for Swerling 0 to 4; `el_beam_rad` NaN for a fan; `agile_hz` the band over which it changes its frequency (0: it
does not); `blanks` 1 where it blanks what comes through sidelobes."""

EMITTER = np.dtype(
    [
        ("aircraft", "i4"),
        ("jammer", "u1"),
        ("freq_hz", "f8"),
        ("erp_w", "f8"),
        ("sidelobe_db", "f8"),
        ("sector_cos", "f8"),
    ],
    align=True,
)
"""What one aircraft radiates while it flies (a `jammer`: while it jams): effective power in the main beam, first
sidelobes `sidelobe_db` below it, and the cosine of the angle off the heading up to which the beam scans. A jammer
without a centre frequency has `freq_hz` 0: it is on everybody's."""

LAUNCHER = np.dtype(
    [
        ("entity", "u8"),
        ("alive", "u1"),
        ("weapons", "u1"),
        ("nation", "i2"),
        ("unit", "i4"),
        ("missile", "i2"),
        ("pos_ecef_m", "f8", (3,)),
        ("enu", "f8", (3, 3)),
        ("alt_m", "f8"),
        ("range_min_m", "f8"),
        ("range_max_m", "f8"),
        ("alt_min_m", "f8"),
        ("alt_max_m", "f8"),
        ("mast_m", "f8"),
        ("channels", "i2"),
        ("channels_busy", "i2"),
        ("ready", "i2"),
        ("capacity", "i2"),
        ("stock", "i4"),
        ("interval_s", "f8"),
        ("reaction_s", "f8"),
        ("reload_s", "f8"),
        ("t_next_shot_s", "f8"),
        ("t_reloaded_s", "f8"),
        ("reliability", "f8"),
        ("pk", "f8", (9,)),
        ("radar_range_m", "f8"),
        ("radar_band", "f8", (2,)),
        ("iff_group", "i2"),
    ],
    align=True,
)
"""One missile battery. `pk` is the single-shot kill probability by AircraftKind of the target, `radar_range_m` the
engagement radar's Pd 0.5 range against 1 m2; `radar_band` its centre frequency and bandwidth in Hz; `missile` a row of
the fly-out tables; `ready` missiles on the rails, `stock` reloads behind; `iff_group` whose answer keeps an aircraft
from being taken as target (-1: it does not ask)."""

ENGAGEMENT = np.dtype(
    [
        ("state", "u1"),
        ("shooter", "u1"),
        ("shots", "u1"),
        ("phase", "u1"),
        ("row", "i4"),
        ("target", "i4"),
        ("generation", "u4"),
        ("order_id", "u4"),
        ("track_id", "u4"),
        ("post", "i2"),
        ("t_order_s", "f8"),
        ("t_approved_s", "f8"),
        ("t_launch_s", "f8"),
        ("t_impact_s", "f8"),
        ("t_end_s", "f8"),
        ("pk", "f8"),
        ("pos_ecef_m", "f8", (3,)),
        ("vel_ecef_mps", "f8", (3,)),
        ("impact_ecef_m", "f8", (3,)),
        ("goal_ecef_m", "f8", (3,)),
        ("goal_vel_mps", "f8", (3,)),
        ("t_goal_s", "f8"),
        ("goal_sigma_m", "f8"),
        ("fire_control", "u1"),
    ],
    align=True,
)
"""One engagement from order to result; rows are appended and never reused within a run (`state` is a Shot code).
`pos_ecef_m` follows the missile for displays. `target` is the row of truth the engagement radar found, which need not
be the one the post meant."""

AIRFIELD = np.dtype(
    [
        ("entity", "u8"),
        ("nation", "i2"),
        ("open", "u1"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("alt_m", "f8"),
        ("pos_ecef_m", "f8", (3,)),
        ("parking", "i4"),
        ("parked", "i4"),
        ("slot_s", "f8"),
        ("t_runway_free_s", "f8"),
    ],
    align=True,
)
"""One airfield: runway movements keep `slot_s` apart."""
