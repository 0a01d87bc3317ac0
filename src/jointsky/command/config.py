"""What a planner is told for a whole run, and what it answers with each cycle."""

from dataclasses import dataclass

from jointsky.command.airspace import Airspace
from jointsky.command.policies import PolicyParams
from jointsky.vocab.codes import Identity, Weapons
from jointsky.vocab.messages import Decision
from jointsky.vocab.records import Rows


@dataclass(frozen=True, slots=True)
class Roe:
    """Rules of engagement of a nation in one phase: weapons status, identities that may be engaged, and how long its
    own approval takes.
    """

    weapons: Weapons = Weapons.TIGHT
    identities: tuple[Identity, ...] = (Identity.HOSTILE,)
    approval_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PlannerConfig:
    """What a post's planner knows for the whole run. `capability` rows are CAPABILITY, `assets` ASSET (damage unknown,
    zero).
    """

    post: str
    post_index: int
    seed: int
    policy: str
    params: PolicyParams
    decision_s: float
    capability: Rows
    unit_names: tuple[str, ...]
    assets: Rows
    asset_names: tuple[str, ...]
    roe: dict[str, Roe]
    first_order_id: int
    airspace: Airspace = Airspace()


@dataclass(frozen=True, slots=True)
class Plan:
    """Orders of one cycle (ORDER rows), the clause ids of each, and the decisions taken."""

    orders: Rows
    clauses: tuple[tuple[str, ...], ...]
    decisions: tuple[Decision, ...]
