"""The desks of a post, air policing and missile defence, as its scenario has them."""

from collections.abc import Mapping

from jointsky.command.missile_defence import MissileDesk
from jointsky.command.policing.desk import Desk
from jointsky.command.policing.procedure import Law, Procedure
from jointsky.picture.border import BorderField
from jointsky.picture.missiles import MissilePicture
from jointsky.picture.plans import PlanBook
from jointsky.scenario.load import Scenario
from jointsky.scenario.policing import Policing
from jointsky.scenario.schema import Post as PostSpec
from jointsky.vocab.codes import SensorKind
from jointsky.vocab.records import Rows
from jointsky.world.world import World


def desk_of(
    scenario: Scenario, spec: PostSpec, lines: Mapping[str, BorderField], plans: PlanBook, places: Rows
) -> Desk | None:
    """The desk of a national post that makes a picture and commands units; None for others, and where the nation has
    written down no procedure."""
    if spec.host is not None or not spec.commands or scenario.nations[spec.nation].policing is None:
        return None
    written = {name: nation.policing for name, nation in sorted(scenario.nations.items())}
    procedures = {name: _procedure(name, rules) for name, rules in written.items() if rules is not None}
    places = places.copy()
    places["damage"] = 0.0
    return Desk(spec.nation, procedures, lines, plans, places)


def missile_desk_of(world: World, spec: PostSpec, lines: tuple[BorderField, ...]) -> MissileDesk | None:
    """The missile defence of a post that makes a picture; None where no missile flies or nobody warns."""
    warned = bool((world.state.radars["kind"] == SensorKind.EARLY_WARNING).any())
    if spec.host is not None or not len(world.model.ballistics.row) or not warned:
        return None
    nations, names = world.state.assets["nation"], world.model.names
    own = nations == names.nations.index(spec.nation)
    places = world.state.assets[own]
    places["damage"] = 0.0
    found = tuple(name for name, mine in zip(names.assets, own, strict=True) if mine)
    return MissileDesk(MissilePicture(), lines, places, found)


def _procedure(nation: str, rules: Policing) -> Procedure:
    force = rules.force
    law = Law(nation) if force is None else Law(nation, force.decided_by, force.takes, force.against)
    return Procedure(
        nation, rules.phases, law, rules.silence, rules.plan, rules.radio, rules.neighbour, rules.order, rules.signals,
        rules.ahead,
    )  # fmt: skip
