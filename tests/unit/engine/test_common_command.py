"""One command over two nations' batteries in whole runs: no target is fired at by two posts, none is left to nobody."""

import numpy as np
from small_raid import END_S, scenario

from jointsky.engine.assemble import assemble
from jointsky.links.tables import heard_sensors
from jointsky.measures.raid import outcome

SEEDS = range(1, 6)


def test_a_common_command_spares_double_shots_and_stops_no_fewer() -> None:
    """Paired runs, same luck: two nations alone fire twice at raiders between them, one command hardly ever."""
    runs: dict[bool, list[dict[str, float]]] = {False: [], True: []}
    for joint, found in runs.items():
        case = scenario(joint)
        for seed in SEEDS:
            engine = assemble(case, seed)
            for _ in engine.run(END_S):
                pass
            found.append(outcome(engine.world))
    doubles = {joint: sum(run["double_shots"] for run in found) for joint, found in runs.items()}
    stopped = {joint: sum(run["stopped"] for run in found) for joint, found in runs.items()}
    assert doubles[False] > 5 and doubles[True] <= 0.2 * doubles[False], doubles
    assert stopped[True] >= stopped[False], stopped


def test_a_delegate_knows_what_its_commander_cannot_hold() -> None:
    """Where only warning radars report to the commander, east's post finds tracks that others see now and none of these
    does."""
    engine = assemble(scenario(True, ("*.radar.*",)), 1)
    (east,) = (post for name, post in engine.posts.items() if name == "east.cp")
    found = 0
    for tick in engine.run(300.0):
        assert east.planner is not None and east.tracker is not None and east.commanders == ("west",)
        arrangement, anywhere = east.planner.authority.arrangement, (np.array([54.0]), np.array([28.0]))
        (heard,) = heard_sensors(arrangement, "west", east.situation.at(tick.t_s), *anywhere)
        for number in east.planner.delegation.unshown:
            hit_s = east.tracker.hits_s(np.array([number], np.uint32))[0]
            late = tick.t_s - hit_s[heard].max(initial=-np.inf)
            others = tick.t_s - hit_s[~heard].max(initial=-np.inf)
            assert late > 10.0 and (others < late), (number, tick.t_s, hit_s)
            found += 1
    assert found > 0
