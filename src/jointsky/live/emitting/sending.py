"""Emissions to where they go: a capture, written whole, or a live receiver, at the pace of the run."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from jointsky.clock import WallClock, utc_now_us
from jointsky.feeds.pcap import write_capture
from jointsky.feeds.sensors import GEODETIC, SENSOR_ROW, SensorTable, write_sensors
from jointsky.feeds.sources.senders import Sender
from jointsky.live.emitting.told import Emission, Told
from jointsky.record.atomic import write_whole
from jointsky.vocab.codes import SensorKind

_KINDS = {SensorKind.AEW: SensorKind.RADAR_3D}
"""Kinds that sensor files have no word for, as what they are nearest to."""


def capture(file: Path, run: Told, emissions: Iterable[Emission], port: int, spread: bool) -> int:
    """Write emissions of a run as a pcap file, whole or not at all, and return how many; with `spread` each sender has
    a port of its own, counted from `port`."""
    start_ns = round(run.start_utc_s * 1e9)
    found = [(start_ns + round(one.t_s * 1e9), one.encode(), port + one.sender * spread) for one in emissions]
    ports = [number for _, _, number in found]
    write_whole(file, lambda target: target.write(write_capture([one[:2] for one in found], ports)))
    return len(found)


def play(run: Told, emissions: Iterable[Emission], sender: Sender, rate: float, spread: bool) -> int:
    """Send emissions of a run as if it began now, `rate` seconds of it a second, and return how many; with `spread`
    each sender's to a port of its own."""
    clock = WallClock()
    begun_s, count = clock.now_s(), 0
    run.start_utc_s = utc_now_us() / 1e6
    for one in emissions:
        clock.sleep(begun_s + one.t_s / rate - clock.now_s())
        sender.send(one.encode(), one.sender if spread else 0)
        count += 1
    return count


def sensor_table(run: Told) -> SensorTable:
    """The sensors of a run as a sensor file tells them: under their names, with site, accuracy and codes."""
    rows = np.zeros(len(run.sensors), SENSOR_ROW)
    for name in SENSOR_ROW.names or ():
        known = name in (run.sensors.dtype.names or ())
        rows[name] = run.sensors[name] if known else np.nan if SENSOR_ROW[name].kind == "f" else -1
    rows["kind"] = [_KINDS.get(kind, kind) for kind in run.sensors["kind"].tolist()]
    rows["sac"], rows["sic"] = np.array(run.codes[: len(rows)], dtype=np.int16).reshape(-1, 2).T
    owners: list[int] = run.sensors["nation"].tolist()
    nations = [run.recording.names.nations[nation] for nation in owners]
    return SensorTable(GEODETIC, [*run.senders[: len(rows)]], nations, rows)


def write_sites(file: Path, run: Told) -> None:
    """Write the sensor file that a receiver of the run needs, whole or not at all."""
    write_sensors(file, sensor_table(run))
