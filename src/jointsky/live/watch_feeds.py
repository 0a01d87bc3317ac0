"""`jointsky watch SOURCES.yaml --out`: many feeds into one post without a console: what it was told as it happens, and
what it saw as tables.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from jointsky.clock import WallClock
from jointsky.feeds.tables import GEODETIC_TRACK, write_tracks
from jointsky.live.feed import Recording, Source
from jointsky.live.feeds import Feeds
from jointsky.live.reception import Reception
from jointsky.live.seats import Notice
from jointsky.live.showing import State
from jointsky.live.transponders import Transponders
from jointsky.live.watch import track_rows
from jointsky.live.watching import POST, Watching, watching
from jointsky.record.atomic import write_whole
from jointsky.vocab.messages import Tracks
from jointsky.vocab.records import Rows


@dataclass(slots=True)
class Followed:
    """What came of watching: seconds by the senders' clock, tracks, and what each feed gave."""

    seconds: float
    tracks: int
    feeds: dict[str, dict[str, Any]]

    def rows(self) -> list[dict[str, object]]:
        """One row for each feed."""
        return [{"feed": name, **{key: str(value) for key, value in told.items()}} for name, told in self.feeds.items()]


def follow(feeds: Feeds, out: Path, seconds: float | None) -> Followed:
    """Watch feeds until they end, or for so many seconds of their clock, and write `notices.log` (as it happens),
    `tracks.csv` and, last, `summary.json` into `out`. An interruption ends it as well, with all that was seen."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "summary.json").unlink(missing_ok=True)
    shown = watching(feeds)
    wall = WallClock()
    shown.pace.anchor(wall.now_s(), shown.next_tick)
    seen: list[Rows] = [np.zeros(0, GEODETIC_TRACK)]
    with (out / "notices.log").open("w", encoding="utf-8") as log:
        try:
            told = 0
            while shown.state != State.ENDED and (seconds is None or shown.t_s < seconds):
                if not np.isfinite(feeds.end_s):
                    wall.sleep(shown.pace.wait_s(wall.now_s(), shown.next_tick))
                seen += _pictures(shown)
                told = _tell(shown, told, log)
        except KeyboardInterrupt:
            log.write(f"{shown.t_s:.1f} s: interrupted\n")
        finally:
            shown.close()
    write_tracks(out / "tracks.csv", np.concatenate(seen))
    found = Followed(shown.t_s, len(shown.tracks), {name: _of(member) for name, member in feeds.members.items()})
    summary = {"start_utc_s": feeds.start_s, **{name: getattr(found, name) for name in found.__slots__}}
    write_whole(out / "summary.json", lambda file: file.write(json.dumps(summary, indent=2).encode()))
    return found


def _pictures(shown: Watching) -> list[Rows]:
    tick = shown.step()
    sent = [] if tick is None else tick.sent[POST]
    return [track_rows(message.rows, shown.t_s) for message in sent if isinstance(message, Tracks)]


def _tell(shown: Watching, after: int, log: TextIO) -> int:
    """Write what was told after an event, and return the number of the last one."""
    for event in shown.watches[POST].since(after):
        after = event.n
        if isinstance(event.what, Notice):
            log.write(f"{event.t_s:.1f} s: {event.what.text}\n")
            log.flush()
    return after


def _of(member: Source) -> dict[str, Any]:
    """What one feed gave."""
    match member:
        case Reception():
            lost = {"lost": member.source.dropped, "of strangers": member.source.strangers}
            return {"plots": member.plots, "left out": member.dropped, "records": member.counters.records} | lost
        case Transponders():
            return {"plots": member.plots, "left out": member.left_out, "broken": member.squitters.broken}
        case Recording():
            return {
                "plots": len(member.plots),
                "left out": member.dropped,
                "records": member.counters.records,
            }
        case _:
            return {}
