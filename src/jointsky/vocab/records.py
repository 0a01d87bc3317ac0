"""Record dtypes: one array per kind of thing, the same in kernels, messages, logs and tables.

Units and frame stand in the field names. Positions are earth-centred earth-fixed (ECEF, WGS84) unless named otherwise;
times are seconds since scenario start; `entity` is `rng.entity_key(name)`; an index field holds -1 where it points
nowhere.
"""

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.void]
"""A one-dimensional structured array; the dtype is named in the docstring of whatever returns it."""

PLOT = np.dtype(
    [
        ("t_valid_s", "f8"),
        ("t_seen_s", "f8"),
        ("sensor", "i4"),
        ("kind", "u1"),
        ("iff", "u1"),
        ("code", "i2"),
        ("clause", "i2"),
        ("range_m", "f8"),
        ("az_rad", "f8"),
        ("el_rad", "f8"),
        ("height_m", "f8"),
        ("range_rate_mps", "f8"),
        ("snr_db", "f4"),
        ("sigma_range_m", "f4"),
        ("sigma_az_rad", "f4"),
        ("sigma_height_m", "f4"),
        ("site_ecef_m", "f8", (3,)),
    ],
    align=True,
)
"""One radar report. `sensor` indexes the sensor table every post holds; `code` is Mode 3/A as an integer or -1;
`clause` is the index of the clause that released it to the holder, -1 for the holder's own. `range_m` is slant range,
`az_rad` clockwise from true north at the site, `height_m` above WGS84, `site_ecef_m` where the sensor believes it
stands. What was not measured is NaN. There is no truth in it."""

SENSOR = np.dtype(
    [
        ("entity", "u8"),
        ("nation", "i2"),
        ("unit", "i4"),
        ("kind", "u1"),
        ("moving", "u1"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("alt_m", "f8"),
        ("period_s", "f8"),
        ("phase_s", "f8"),
        ("max_range_m", "f8"),
        ("sigma_range_m", "f8"),
        ("sigma_az_rad", "f8"),
        ("sigma_el_rad", "f8"),
        ("sigma_height_m", "f8"),
        ("pd", "f8"),
        ("clutter_per_scan", "f8"),
        ("latency_s", "f8"),
    ],
    align=True,
)
"""What a post may know of a sensor: site, nominal accuracy and detection. `sigma_height_m` is NaN for a radar without
height.
"""

TRACK = np.dtype(
    [
        ("t_valid_s", "f8"),
        ("t_seen_s", "f8"),
        ("track_id", "u4"),
        ("origin", "i2"),
        ("clause", "i2"),
        ("pos_ecef_m", "f8", (3,)),
        ("vel_ecef_mps", "f8", (3,)),
        ("sigma_pos_m", "f8"),
        ("sigma_vel_mps", "f8"),
        ("sigma_height_m", "f8"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("alt_m", "f8"),
        ("existence", "f8"),
        ("t_update_s", "f8"),
        ("t_own_s", "f8"),
        ("t_released_s", "f8"),
        ("t_first_s", "f8"),
        ("sensors", "u2"),
        ("identity", "u1"),
        ("kind", "u1"),
        ("iff", "u1"),
        ("fire_control", "u1"),
        ("code", "i2"),
    ],
    align=True,
)
"""One confirmed track in a post's picture, predicted to `t_valid_s`. `origin` is the nation whose post made it,
`clause` the clause that released it (-1: made here). `t_own_s` and `t_released_s` are the times of the last update from
own and from released data (-inf: never), so that a track a nation holds only because of a clause can be told.
`sigma_pos_m` is the root of the mean horizontal position variance (1 sigma, one axis). `kind` is the post's guess
(AircraftKind, 255 unknown). `fire_control` is 1 when its accuracy serves to launch on without own acquisition.
`lat_deg, lon_deg, alt_m` repeat the position for readers who draw; they are computed once by the picture."""

FLIGHT_PLAN = np.dtype(
    [
        ("code", "i2"),
        ("nation", "i2"),
        ("t_start_s", "f8"),
        ("t_end_s", "f8"),
        ("first_waypoint", "i4"),
        ("waypoints", "i4"),
    ],
    align=True,
)
"""A filed flight plan: transponder code, who holds it, and a slice of a table of WAYPOINT rows."""

FILED_POINT = np.dtype(
    [
        ("t_start_s", "f8"),
        ("t_end_s", "f8"),
        ("code", "i2"),
        ("clause", "i2"),
        ("point", "i4"),
        ("pos_ecef_m", "f8", (3,)),
    ],
    align=True,
)
"""One point of a flight plan that is told: a plan is its points in order, `point` counting from 0, each with the plan's
transponder code and times. `clause` let it out (-1: not told yet)."""

TOLD_IDENTITY = np.dtype(
    [
        ("t_valid_s", "f8"),
        ("t_seen_s", "f8"),
        ("track_id", "u4"),
        ("origin", "i2"),
        ("clause", "i2"),
        ("reasons", "u2"),
        ("identity", "u1"),
    ],
    align=True,
)
"""What a nation (`origin`) takes one of the tracks for that it has told under this number: the facts it found (bits of
`picture.evidence.Evidence`) and what it made of them. There is no place in it: whoever has not been told the track
learns nothing."""

WAYPOINT = np.dtype(
    [("lat_deg", "f8"), ("lon_deg", "f8"), ("alt_m", "f8"), ("speed_mps", "f8"), ("pos_ecef_m", "f8", (3,))], align=True
)
"""One point of a route: where, how high, and the true airspeed flown towards it."""

ORDER = np.dtype(
    [
        ("order_id", "u4"),
        ("t_issued_s", "f8"),
        ("t_approved_s", "f8"),
        ("t_effective_s", "f8"),
        ("post", "i2"),
        ("act", "u1"),
        ("shooter", "u1"),
        ("row", "i4"),
        ("unit", "i4"),
        ("track_id", "u4"),
        ("shots", "u1"),
        ("weapons", "u1"),
        ("phase", "u1"),
        ("fire_control", "u1"),
        ("pos_ecef_m", "f8", (3,)),
        ("vel_ecef_mps", "f8", (3,)),
        ("t_valid_s", "f8"),
        ("sigma_pos_m", "f8"),
        ("airfield", "i4"),
    ],
    align=True,
)
"""One order of a post to one launcher or aircraft (`shooter`, `row`). The target is the post's own track, never a row
of truth. `t_approved_s` is when the last needed approval was given, `t_effective_s` when it reaches the unit."""

UNIT_STATUS = np.dtype(
    [
        ("t_valid_s", "f8"),
        ("shooter", "u1"),
        ("status", "u1"),
        ("nation", "i2"),
        ("row", "i4"),
        ("unit", "i4"),
        ("order_id", "u4"),
        ("track_id", "u4"),
        ("shots_left", "i2"),
        ("channels_free", "i2"),
        ("t_ready_s", "f8"),
        ("fuel_s", "f8"),
        ("pos_ecef_m", "f8", (3,)),
        ("vel_ecef_mps", "f8", (3,)),
    ],
    align=True,
)
"""What one launcher or fighter reports to the posts that may command it. `status` is a Flight code for fighters, 1/0
alive for launchers.
"""

CAPABILITY = np.dtype(
    [
        ("shooter", "u1"),
        ("nation", "i2"),
        ("row", "i4"),
        ("unit", "i4"),
        ("entity", "u8"),
        ("channels", "i2"),
        ("range_min_m", "f8"),
        ("range_max_m", "f8"),
        ("alt_min_m", "f8"),
        ("alt_max_m", "f8"),
        ("mast_m", "f8"),
        ("speed_mps", "f8"),
        ("dash_mps", "f8"),
        ("delay_s", "f8"),
        ("reliability", "f8"),
        ("pk", "f8", (9,)),
    ],
    align=True,
)
"""What a post knows a launcher or fighter can do: missile speed (`speed_mps`), for a fighter its own `dash_mps` (0 for
a launcher) and missile range, delay from order to launch or take-off, and single-shot kill probability by AircraftKind.
The numbers are the type's, not the row's state."""

LOOK = np.dtype(
    [
        ("t_valid_s", "f8"),
        ("sensor", "i4"),
        ("beam", "i4"),
        ("range_m", "f8"),
        ("az_rad", "f8"),
        ("el_rad", "f8"),
        ("sigma_range_m", "f8"),
        ("sigma_az_rad", "f8"),
        ("sigma_el_rad", "f8"),
        ("bias_range_m", "f8"),
        ("bias_az_rad", "f8"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("alt_m", "f8"),
    ],
    align=True,
)
"""One look of a tracking beam of a warning radar at a missile: `beam` numbers the radar's beams, `bias_*` are the
standard deviations of its registration error, the place is the radar's. There is no truth in it."""

SHOT_REPORT = np.dtype(
    [
        ("t_valid_s", "f8"),
        ("order_id", "u4"),
        ("track_id", "u4"),
        ("shooter", "u1"),
        ("row", "i4"),
        ("result", "u1"),
        ("shots", "u1"),
    ],
    align=True,
)
"""What a unit reports after an engagement ended (`result` is a Shot code)."""

ALERT = np.dtype(
    [
        ("t_s", "f8"),
        ("kind", "u1"),
        ("track_id", "u4"),
        ("nation", "i2"),
        ("segment", "i4"),
        ("probability", "f8"),
        ("distance_m", "f8"),
        ("t_cross_s", "f8"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
    ],
    align=True,
)
"""One alert: for BORDER `probability` that the track is inside, signed `distance_m` to the line (negative inside),
border `segment`, and `t_cross_s` until it crosses.
"""

ASSET = np.dtype(
    [
        ("entity", "u8"),
        ("nation", "i2"),
        ("lat_deg", "f8"),
        ("lon_deg", "f8"),
        ("pos_ecef_m", "f8", (3,)),
        ("radius_m", "f8"),
        ("value", "f8"),
        ("damage", "f8"),
    ],
    align=True,
)
"""One defended asset; `damage` (0 .. value) is truth, and no post reads it."""


def empty(dtype: np.dtype[np.void], rows: int = 0) -> Rows:
    """A zeroed structured array of `rows` rows of `dtype`."""
    return np.zeros(rows, dtype=dtype)
