"""What a run's page needs, read from its folder alone: the recording, the summary, and the scenario in the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from jointsky.links.days import agreements_on
from jointsky.measures.association import track_of
from jointsky.record.kinds import Kind
from jointsky.record.reading import Recording, read_recording
from jointsky.record.runs import Summary, read_summary
from jointsky.report.words import STAGES
from jointsky.scenario.agreement import ClauseSection
from jointsky.scenario.load import Scenario, reload
from jointsky.vocab.codes import Act, Identity, Shot, Side
from jointsky.vocab.records import Rows

Float = NDArray[np.float64]
NEEDED = (
    Kind.PLOT_TRUTH,
    Kind.PICTURE,
    Kind.ORDERS,
    Kind.DECISIONS,
    Kind.ALERTS,
    Kind.SHOTS,
    Kind.PHASES,
    Kind.EVENTS,
    Kind.TRUTH,
    Kind.DETECTABLE,
    Kind.TICK,
    Kind.INPUTS,
    Kind.AIRCRAFT,
    Kind.RADARS,
    Kind.LAUNCHERS,
    Kind.AIRFIELDS,
    Kind.ASSETS,
    Kind.ENGAGEMENTS,
)
MEMORY_S = 60.0
"""A track that own data have not touched for so long, and released data have, is held by release alone (as in the
measures)."""
STALE_S = 15.0
"""A picture older than this does not stand for a post's picture of a moment."""
_EVER = -1e12


@dataclass(frozen=True)
class RunFacts:
    """A recorded run with the questions its page asks of it. Times are seconds since scenario start; raiders are rows
    of truth."""

    recording: Recording
    summary: Summary
    scenario: Scenario

    @cached_property
    def aircraft(self) -> Rows:
        """AIRCRAFT rows at the end of the run."""
        return self.recording.last(Kind.AIRCRAFT)

    @cached_property
    def raiders(self) -> NDArray[np.int64]:
        """Rows of the raiders."""
        return np.nonzero(self.aircraft["side"] == Side.RAIDER)[0]

    @cached_property
    def posts(self) -> tuple[str, ...]:
        """Posts that sent a picture."""
        return tuple(sorted({note.sender for note in self.recording.notes(Kind.PICTURE)}))

    @cached_property
    def clauses(self) -> tuple[tuple[str, ClauseSection], ...]:
        """(agreement, clause) by the index that tracks carry: those in force on the day of the run."""
        day = None if self.scenario.start is None else self.scenario.start.date()
        agreements = agreements_on(self.scenario, day)
        named = [(agreement.name, clause) for agreement in agreements for clause in agreement.clauses]
        return tuple(sorted(named, key=lambda pair: (pair[0], pair[1].id)))

    @cached_property
    def truth(self) -> list[tuple[float, Rows]]:
        """(time, TRUTH rows of the aircraft in the air), every ten seconds."""
        return [(note.tick * self.recording.dt_s, note.rows) for note in self.recording.notes(Kind.TRUTH)]

    @cached_property
    def pictures(self) -> Mapping[str, tuple[Float, list[Rows]]]:
        """For each post the times of its pictures and their TRACK rows."""
        found: dict[str, tuple[list[float], list[Rows]]] = {post: ([], []) for post in self.posts}
        for note in self.recording.notes(Kind.PICTURE):
            found[note.sender][0].append(note.tick * self.recording.dt_s)
            found[note.sender][1].append(note.rows)
        return {post: (np.array(times), rows) for post, (times, rows) in found.items()}

    def picture(self, post: str, t_s: float) -> Rows | None:
        """A post's picture at a time, carried straight on from its last one; None when the post had none lately."""
        times, rows = self.pictures[post]
        index = int(np.searchsorted(times, t_s + 1e-6)) - 1
        if index < 0 or t_s - times[index] > STALE_S:
            return None
        moved = rows[index].copy()
        speed = np.nan_to_num(moved["vel_ecef_mps"])
        moved["pos_ecef_m"] += speed * (t_s - moved["t_valid_s"])[:, None]
        return moved

    @cached_property
    def readings(self) -> Mapping[str, list["Reading"]]:
        """For each post, every ten seconds: which aircraft in the air it held."""
        found: dict[str, list[Reading]] = {post: [] for post in self.posts}
        for t_s, rows in self.truth:
            for post in self.posts:
                tracks = self.picture(post, t_s)
                if tracks is not None:
                    found[post].append(Reading(t_s, rows, tracks, track_of(rows["pos_ecef_m"], tracks)))
        return found

    @cached_property
    def chain(self) -> dict[str, Float]:
        """For each stage the time at which each raider first reached it, inf where it never did."""
        index = np.full(len(self.aircraft), -1)
        index[self.raiders] = np.arange(len(self.raiders))
        first = {stage: np.full(len(self.raiders), np.inf) for stage in STAGES}
        self._seen(first, index)
        meant = self._held(first, index)
        self._ordered(first, meant)
        self._acted(first, index)
        return first

    def _seen(self, first: dict[str, Float], index: NDArray[np.int64]) -> None:
        for tick, seen in self.recording.detectable().items():
            could = seen[:, self.raiders].any(axis=0)
            first["detectable"][could] = np.minimum(first["detectable"][could], tick * self.recording.dt_s)
        table = self.recording.table(Kind.PLOT_TRUTH)
        real = table.rows["aircraft"] >= 0
        place, t_s = index[table.rows["aircraft"][real]], self.recording.t_s(table.tick[real])
        np.minimum.at(first["detected"], place[place >= 0], t_s[place >= 0])

    def _held(
        self, first: dict[str, Float], index: NDArray[np.int64]
    ) -> dict[tuple[str, int], list[tuple[float, int]]]:
        """Note reports and identifications; which raider each track of each post stood for, and since when."""
        meant: dict[tuple[str, int], list[tuple[float, int]]] = {}
        for post, readings in self.readings.items():
            for reading in readings:
                raider = index[reading.truth["row"]]
                held = (raider >= 0) & (reading.match >= 0)
                tracks = reading.tracks[reading.match[held]]
                hostile = tracks["identity"] == Identity.HOSTILE
                first["reported"][raider[held]] = np.minimum(first["reported"][raider[held]], reading.t_s)
                first["identified"][raider[held][hostile]] = np.minimum(
                    first["identified"][raider[held][hostile]], reading.t_s
                )
                for number, who in zip(tracks["track_id"].tolist(), raider[held].tolist(), strict=True):
                    known = meant.setdefault((post, number), [])
                    if not known or known[-1][1] != who:
                        known.append((reading.t_s, who))
        return meant

    def _ordered(self, first: dict[str, Float], meant: Mapping[tuple[str, int], list[tuple[float, int]]]) -> None:
        table = self.recording.table(Kind.ORDERS)
        for order, sender in zip(table.rows, table.sender, strict=True):
            if order["act"] != Act.ENGAGE:
                continue
            known = meant.get((table.senders[int(sender)], int(order["track_id"])), [])
            who = next((raider for since, raider in reversed(known) if since <= order["t_issued_s"] + 1e-6), None)
            if who is not None:
                first["decided"][who] = min(first["decided"][who], order["t_issued_s"])
                if np.isfinite(order["t_approved_s"]):
                    first["authorised"][who] = min(first["authorised"][who], order["t_approved_s"])

    def _acted(self, first: dict[str, Float], index: NDArray[np.int64]) -> None:
        for shot in self.engagements:
            if shot["target"] >= 0 and is_away(shot) and index[shot["target"]] >= 0:
                who = index[shot["target"]]
                first["acted"][who] = min(first["acted"][who], shot["t_launch_s"])

    @cached_property
    def engagements(self) -> Rows:
        """ENGAGEMENT rows at the end of the run."""
        return self.recording.last(Kind.ENGAGEMENTS)

    @cached_property
    def clauses_of_orders(self) -> Mapping[int, tuple[str, ...]]:
        """The clause ids that allowed an order, by order number."""
        numbers = self.recording.table(Kind.ORDERS).rows["order_id"].tolist()
        return dict(zip(numbers, self.recording.order_clauses(), strict=True))

    @cached_property
    def groups(self) -> Mapping[str, NDArray[np.int64]]:
        """Raiders (places in `raiders`) by group: the part of the name before its number."""
        names = [self.recording.names.aircraft[int(row)] for row in self.raiders]
        found: dict[str, list[int]] = {}
        for place, name in enumerate(names):
            found.setdefault(group_of(name), []).append(place)
        return {group: np.array(places) for group, places in sorted(found.items())}


@dataclass(frozen=True, slots=True)
class Reading:
    """One post's picture against truth at one time: `match[i]` is the track that stands for truth row i, -1 for
    none."""

    t_s: float
    truth: Rows
    tracks: Rows
    match: NDArray[np.int64]

    @property
    def by_release(self) -> NDArray[np.bool_]:
        """Which tracks were alive on released data alone."""
        return (self.t_s - self.tracks["t_own_s"] > MEMORY_S) & (self.tracks["t_released_s"] > _EVER)


def read_run(run_dir: str | PathLike[str]) -> RunFacts:
    """The facts of the run in a folder. Raises LogError when there is no finished run, ScenarioErrors when this version
    no longer reads its scenario."""
    recording = read_recording(run_dir, NEEDED)
    return RunFacts(recording, read_summary(run_dir), reload(recording.recipe.bundle))


def is_away(shot: np.void) -> bool:
    """Whether an engagement came to a launch."""
    return bool(np.isfinite(shot["t_launch_s"])) and shot["state"] not in (
        Shot.ACQUIRING,
        Shot.NO_ACQUISITION,
        Shot.OUT_OF_ENVELOPE,
    )


def group_of(name: str) -> str:
    """The group of an aircraft: its name without the last numbered part."""
    head, _, _ = name.rpartition(".")
    return head or name


def names_at(names: Sequence[str], row: int) -> str:
    """The name of a row, or a dash where there is none."""
    return names[row] if 0 <= row < len(names) else "\u2013"
