"""What this post may order now, asked of the agreement for all its units and targets at once."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jointsky.links.agreements import Target, Verdict, may_order
from jointsky.links.arrangement import Arrangement, Situation, in_force
from jointsky.links.tables import Permits, permits
from jointsky.vocab.codes import Act, Identity
from jointsky.vocab.records import Rows

Bools = NDArray[np.bool_]


@dataclass(slots=True)
class Authority:
    """The authority of one post over rows of the arrangement's unit table. `situation` is what the post knows of phase and links."""

    arrangement: Arrangement
    post: str
    situation: Situation
    _ceded: dict[tuple[str, frozenset[int]], Bools] = field(default_factory=dict[tuple[str, frozenset[int]], Bools])

    @property
    def phase_index(self) -> int:
        """Index of the phase in force."""
        return self.arrangement.phases.index(self.situation.phase)

    def exists(self) -> bool:
        """Whether this post exists in the phase in force."""
        role = self.arrangement.posts.get(self.post)
        return role is not None and self.situation.phase in role.phases

    def permits(self, act: Act, units: NDArray[np.int32], tracks: Rows) -> Permits:
        """`may_order` for unit rows x TRACK rows, with units that another post commands now taken out: nobody has two commanders."""
        neutral = tracks["identity"] == Identity.NEUTRAL
        table = permits(
            self.arrangement, self.post, act, units, tracks["identity"], neutral,
            tracks["lat_deg"], tracks["lon_deg"], self.situation,
        )  # fmt: skip
        table.allowed[self.ceded()[units]] = False
        return table

    def verdict(self, act: Act, unit: int, track: np.void) -> Verdict:
        """The same for one unit and one TRACK row, in words."""
        name = self.arrangement.units[unit].name
        if self.exists() and self.ceded()[unit]:
            return Verdict(False, (), f"{name} is commanded by {' and '.join(self._commanders())} now")
        neutral = int(track["identity"]) == Identity.NEUTRAL
        target = Target(int(track["identity"]), neutral, float(track["lat_deg"]), float(track["lon_deg"]))
        return may_order(self.arrangement, self.post, act, name, target, self.situation)

    def ceded(self) -> Bools:
        """Units that this post leaves to a common commander: another post, existing in this phase, that an order clause in force gives them without asking."""
        key = (self.situation.phase, in_force(self.arrangement, self.situation))
        known = self._ceded.get(key)
        if known is None:
            known = np.zeros(len(self.arrangement.units), np.bool_)
            for grant in self._common_grants(key[1]):
                known |= grant
            self._ceded[key] = known
        return known

    def _common_grants(self, force: frozenset[int]) -> list[Bools]:
        others = [name for name in self._commanders() if name != self.post]
        return [
            grant.units
            for grant in self.arrangement.orders
            if grant.clause.index in force
            and grant.clause.approval_by is None
            and Act.ENGAGE in grant.acts
            and grant.posts & set(others)
        ]

    def _commanders(self) -> list[str]:
        """Common commanders: posts that sit with a host and exist in this phase."""
        roles = self.arrangement.posts.values()
        return [role.name for role in roles if role.host is not None and self.situation.phase in role.phases]
