"""Outcome of a raid: stopped, leaked, damage, and what it cost in missiles, own aircraft and airliners."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from jointsky.vocab.codes import Flight, Shot, Side
from jointsky.vocab.records import Rows
from jointsky.world.tick import Tick
from jointsky.world.world import World

IN_THE_AIR_OR_AFTER = (Shot.IN_FLIGHT, Shot.HIT, Shot.MISS, Shot.LOST)


class RaidOutcome:
    """The outcome of the raid as a measure: everything is read from the world when the run ends."""

    def on_tick(self, world: World, tick: Tick) -> None:
        """Nothing needs following."""

    def result(self, world: World) -> dict[str, float]:
        """See `outcome`."""
        return outcome(world)


def outcome(world: World) -> dict[str, float]:
    """Counts at the end of a run: raiders stopped (killed, or lost with the aircraft that carried them), leaked, still
    flying; damage of each nation.
    """
    aircraft, names = world.state.aircraft, world.model.names.nations
    raiders = aircraft[aircraft["side"] == Side.RAIDER]
    total = max(len(raiders), 1)
    killed = int((raiders["state"] == Flight.KILLED).sum())
    leaked = int((raiders["state"] == Flight.LEAKED).sum())
    result = {
        "raiders": float(len(raiders)),
        "stopped": float(killed),
        "stopped_share": killed / total,
        "leakers": float(leaked),
        "leaked_share": leaked / total,
        "damage": float(world.state.assets["damage"].sum()),
        "damage_share": float(world.state.assets["damage"].sum() / max(world.state.assets["value"].sum(), 1e-9)),
    }
    for nation in np.unique(world.state.assets["nation"]):
        hurt = world.state.assets["damage"][world.state.assets["nation"] == nation].sum()
        result[f"damage_{names[nation]}"] = float(hurt)
    return result | losses(world) | shots(world)


def losses(world: World) -> dict[str, float]:
    """Defending aircraft and civil aircraft shot down, by the defenders' own missiles or not."""
    aircraft = world.state.aircraft
    lost = aircraft["state"] == Flight.KILLED
    return {
        "civil_lost": float((lost & (aircraft["side"] == Side.NEUTRAL)).sum()),
        "friends_lost": float((lost & (aircraft["side"] == Side.DEFENDER)).sum()),
    }


def shots(world: World) -> dict[str, float]:
    """Missiles fired, missiles a kill, and engagements that hit one raider twice over (see `double_shots`)."""
    rows = world.state.engagements[: world.state.engagements_used]
    fired = rows[np.isin(rows["state"], IN_THE_AIR_OR_AFTER)]
    count = float(fired["shots"].sum())
    hits = float((fired["state"] == Shot.HIT).sum())
    return {
        "missiles": count,
        "missiles_per_kill": count / hits if hits else float("nan"),
        "double_shots": float(sum(1 for _ in double_shots(fired))),
        "first_launch_s": float(fired["t_launch_s"].min()) if len(fired) else float("nan"),
    }


def double_shots(fired: Rows) -> Iterator[tuple[int, int]]:
    """Pairs of ENGAGEMENT rows (indices into `fired`) of different posts with missiles in the air at one known target
    at the same time: shots a common plan would have spared.
    """
    order = np.argsort(fired["t_launch_s"], kind="stable")
    for target in np.unique(fired["target"][fired["target"] >= 0]):
        for first, second in combinations(order[fired["target"][order] == target].tolist(), 2):
            a, b = fired[first], fired[second]
            if a["post"] != b["post"] and b["t_launch_s"] < a["t_end_s"]:
                yield first, second
