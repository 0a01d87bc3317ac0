"""A run in ASTERIX: radars send 034 and 048, posts send 062, 065 and 004, each when it would have come."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from jointsky.feeds.asterix.encode import encode_block
from jointsky.feeds.asterix.spoken import (
    Record,
    Speaker,
    alive,
    area_warning,
    jam_strobe,
    north_mark,
    says,
    service_status,
    system_track,
    target_report,
    track_end,
)
from jointsky.geo.frames import ecef2geodetic
from jointsky.live.emitting.told import Emission, Told
from jointsky.record.kinds import Kind
from jointsky.vocab.codes import Alert, PlotKind
from jointsky.vocab.records import Rows

GATHERED_S = 0.1
"""Reports of a radar that are ready within so long go into one datagram, as a sector's do."""
_MOST_RECORDS, _MOST_TRACKS = 40, 25
"""Reports and tracks in a datagram: some 1,400 octets."""
_NUMBERS = 65_535


def asterix(run: Told) -> Iterator[Emission]:
    """Every datagram, in order of time; those of one time in the order of senders."""
    found = [*_radars(run)]
    for number, post in enumerate(run.posts):
        found += _post(run, len(run.sensors) + number, post)
    yield from sorted(found, key=lambda emission: emission[:2])


def _radars(run: Told) -> Iterator[Emission]:
    plots = run.recording.table(Kind.PLOTS).rows
    for sensor in range(len(run.sensors)):
        mine = plots[plots["sensor"] == sensor]
        mine = mine[np.argsort(mine["t_seen_s"], kind="stable")]
        yield from _north_marks(run, sensor, mine)
        yield from _reports(run, sensor, mine)


def _north_marks(run: Told, sensor: int, plots: Rows) -> Iterator[Emission]:
    """One a turn, while the radar works: one that flies, from its first plot to its last; one that was put out of
    action, until its last."""
    row = run.sensors[sensor]
    period_s, phase_s = float(row["period_s"]), float(row["phase_s"])
    first_s, last_s = 0.0, run.end_s
    if run.flying[sensor] or not run.lasting[sensor]:
        if not len(plots):
            return
        last_s = float(plots["t_valid_s"].max())
        first_s = float(plots["t_valid_s"].min()) - period_s if run.flying[sensor] else 0.0
    turns = np.arange(np.ceil((first_s + phase_s) / period_s), (last_s + phase_s) / period_s)
    for t_s in (turns * period_s - phase_s).tolist():
        if t_s >= 0.0:
            yield Emission(t_s, sensor, partial(_mark, run, sensor, plots, t_s))


def _mark(run: Told, sensor: int, plots: Rows, t_s: float) -> bytes:
    period_s = float(run.sensors["period_s"][sensor])
    return encode_block(34, [north_mark(run.speaker(sensor), t_s, period_s, _site(run, sensor, plots, t_s))])


def _site(run: Told, sensor: int, plots: Rows, t_s: float) -> tuple[float, float, float]:
    """Where the radar believes to stand; one that flies, between the places that its plots tell."""
    row = run.sensors[sensor]
    if not run.flying[sensor]:
        return float(row["lat_deg"]), float(row["lon_deg"]), float(row["alt_m"])
    order = np.argsort(plots["t_valid_s"], kind="stable")
    times, places = plots["t_valid_s"][order], plots["site_ecef_m"][order]
    lat, lon, alt = ecef2geodetic([np.interp(t_s, times, places[:, axis]) for axis in range(3)])
    return float(lat), float(lon), float(alt)


def _reports(run: Told, sensor: int, plots: Rows) -> Iterator[Emission]:
    """Plots, and strobes of jammers, when they are ready."""
    ready = np.ceil(plots["t_seen_s"] / GATHERED_S)
    starts = np.flatnonzero(np.diff(ready, prepend=-1.0)).tolist()
    for start, end in zip(starts, [*starts[1:], len(plots)], strict=False):
        for first in range(start, end, _MOST_RECORDS):
            some = plots[first : min(first + _MOST_RECORDS, end)]
            for kind, encode in ((some["kind"] == PlotKind.STROBE, _strobes), (says(some), _targets)):
                if kind.any():
                    yield Emission(float(some["t_seen_s"][-1]), sensor, partial(encode, run, sensor, some[kind]))


def _strobes(run: Told, sensor: int, plots: Rows) -> bytes:
    who, reach_m = run.speaker(sensor), float(run.sensors["max_range_m"][sensor])
    return encode_block(34, [jam_strobe(who, plot, reach_m) for plot in plots])


def _targets(run: Told, sensor: int, plots: Rows) -> bytes:
    who, kind = run.speaker(sensor), int(run.sensors["kind"][sensor])
    return encode_block(48, [target_report(who, plot, kind) for plot in plots])


class _Numbers:
    """Track numbers of a post on the wire: 1 to 65,535 in the order of first appearance, then from the start again."""

    def __init__(self) -> None:
        self._of: dict[int, int] = {}
        self._next = 0

    def of(self, track_id: int) -> tuple[int, bool]:
        """The number, and whether it is new."""
        is_new = track_id not in self._of
        if is_new:
            self._of[track_id] = self._next % _NUMBERS + 1
            self._next += 1
        return self._of[track_id], is_new

    def ended(self, present: set[int]) -> list[int]:
        """Numbers of tracks that are not there any more; they are forgotten."""
        gone = [track_id for track_id in self._of if track_id not in present]
        return [self._of.pop(track_id) for track_id in gone]


class _Numbered(NamedTuple):
    """A TRACK row, its number on the wire, and whether it is new."""

    track: np.void
    number: int
    is_new: bool


class _Cycle(NamedTuple):
    """What a post says in one cycle: tracks, numbers of those that ended, alerts, and how many came before."""

    t_s: float
    batch: int
    tracks: list[_Numbered]
    ended: list[int]
    alerts: Rows
    first_alert: int


def _post(run: Told, sender: int, post: str) -> Iterator[Emission]:
    """A post's picture and alerts, cycle by cycle."""
    numbers, alerts = _Numbers(), run.recording.table(Kind.ALERTS).of(post)
    before = 0
    for batch, (t_s, tracks) in enumerate(run.pictures(post)):
        numbered = [_Numbered(track, *numbers.of(int(track["track_id"]))) for track in tracks]
        ended = numbers.ended({int(track["track_id"]) for track in tracks})
        rows = alerts.at(round(t_s / run.recording.dt_s))
        cycle = _Cycle(t_s, batch, numbered, ended, rows, before)
        for first in range(0, len(numbered) + len(ended), _MOST_TRACKS):
            yield Emission(t_s, sender, partial(_tracks, run, sender, cycle, first))
        yield Emission(t_s, sender, partial(_service, run, sender, cycle))
        yield Emission(t_s, sender, partial(_alerts, run, sender, cycle))
        before += len(rows)


def _tracks(run: Told, sender: int, cycle: _Cycle, first: int) -> bytes:
    """Some of a cycle's tracks, from the one at `first` on."""
    who, last = run.speaker(sender), first + _MOST_TRACKS
    records = [system_track(who, *one) for one in cycle.tracks[first:last]]
    gone = cycle.ended[max(first - len(cycle.tracks), 0) : max(last - len(cycle.tracks), 0)]
    return encode_block(62, [*records, *(track_end(who, cycle.t_s, number) for number in gone)])


def _service(run: Told, sender: int, cycle: _Cycle) -> bytes:
    return encode_block(65, service_status(run.speaker(sender), cycle.t_s, cycle.batch))


def _alerts(run: Told, sender: int, cycle: _Cycle) -> bytes:
    who = run.speaker(sender)
    return encode_block(4, [alive(who, cycle.t_s), *_warnings(who, cycle)])


def _warnings(who: Speaker, cycle: _Cycle) -> Iterator[Record]:
    """Of tracks that are not in the picture nothing can be said."""
    known = {int(one.track["track_id"]): one for one in cycle.tracks}
    for k, alert in enumerate(cycle.alerts):
        about = known.get(int(alert["track_id"]))
        if alert["kind"] == Alert.BORDER and about is not None:
            height_m = float(about.track["alt_m"])
            yield area_warning(who, alert, about.number, cycle.first_alert + k, height_m)
