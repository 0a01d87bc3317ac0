"""The desk of air policing of a post, as its scenario has it."""

from collections.abc import Mapping

from jointsky.command.policing.desk import Desk
from jointsky.command.policing.procedure import Law, Procedure
from jointsky.picture.border import BorderField
from jointsky.picture.plans import PlanBook
from jointsky.scenario.load import Scenario
from jointsky.scenario.policing import Policing
from jointsky.scenario.schema import Post as PostSpec
from jointsky.vocab.records import Rows


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


def _procedure(nation: str, rules: Policing) -> Procedure:
    force = rules.force
    law = Law(nation) if force is None else Law(nation, force.decided_by, force.takes, force.against)
    return Procedure(
        nation, rules.phases, law, rules.silence, rules.plan, rules.radio, rules.neighbour, rules.order, rules.signals,
        rules.ahead,
    )  # fmt: skip
