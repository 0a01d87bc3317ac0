"""Tables to the records that a post or a tracker receives: SENSOR and PLOT rows out of sensor and plot files."""

import numpy as np
from numpy.typing import NDArray

from jointsky.feeds.sensors import GEODETIC, POSITIONS, SensorTable
from jointsky.geo.frames import geodetic2ecef
from jointsky.rng import entity_key
from jointsky.vocab.codes import NONE, Iff, PlotKind, SensorKind
from jointsky.vocab.records import PLOT, SENSOR, Rows


def sites_m(sensors: SensorTable) -> NDArray[np.float64]:
    """Where the sensors stand [n, 3]: ECEF for a geodetic table, the plane's own x, y, z for a flat one."""
    x, y, z = (sensors.rows[name] for name in POSITIONS[sensors.frame])
    return geodetic2ecef(x, y, z) if sensors.frame == GEODETIC else np.stack([x, y, z], axis=-1)


def nations(sensors: SensorTable) -> list[str]:
    """The nations of a table in the order of their first sensor; SENSOR rows count in this list."""
    return list(dict.fromkeys(sensors.nations))


def sensor_records(sensors: SensorTable) -> Rows:
    """What a post may know of each sensor (SENSOR) [n], in the order of the table. Latitude and longitude of a flat
    table are NaN."""
    rows = np.zeros(len(sensors.names), dtype=SENSOR)
    shared = set(SENSOR.names or ()) & set(sensors.rows.dtype.names or ())
    for name in shared:
        rows[name] = sensors.rows[name]
    number = {nation: place for place, nation in enumerate(nations(sensors))}
    rows["entity"] = [entity_key(name) for name in sensors.names]
    rows["nation"] = [number[nation] for nation in sensors.nations]
    rows["unit"] = NONE
    rows["sigma_el_rad"] = np.nan
    return rows


def plot_records(plots: Rows, sensors: SensorTable) -> Rows:
    """Plots of a table (PLOT_ROW) as PLOT records [n] in the same order, each with its sensor's accuracy and site (as
    `sites_m`).

    A plot of a sensor of kind xy has no range and azimuth: those stay NaN, and `x_m, y_m` of the table say where it
    was.
    """
    row = plots["sensor"]
    found = np.zeros(len(plots), dtype=PLOT)
    found["t_valid_s"], found["t_seen_s"] = plots["t_s"], plots["t_arrival_s"]
    for name in ("sensor", "code", "range_m", "az_rad", "el_rad", "height_m"):
        found[name] = plots[name]
    for name in ("sigma_range_m", "sigma_az_rad", "sigma_height_m"):
        found[name] = sensors.rows[name][row]
    secondary = sensors.rows["kind"][row] == SensorKind.SSR
    found["kind"] = np.where(secondary, PlotKind.SECONDARY, PlotKind.PRIMARY)
    found["iff"], found["clause"] = Iff.NOT_ASKED, NONE
    found["range_rate_mps"] = found["snr_db"] = np.nan
    found["site_ecef_m"] = sites_m(sensors)[row]
    return found
