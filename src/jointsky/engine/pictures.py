"""What each post makes pictures from: its own picture from all it may ever get, and one picture for each choice of its
own sensors whose tracks some clause gives to others.
"""

import numpy as np
from numpy.typing import NDArray

from jointsky.links.agreements import viewing_nation
from jointsky.links.arrangement import Arrangement
from jointsky.picture.border import BorderWatch
from jointsky.picture.identification import Criteria, Identifier
from jointsky.picture.plans import PlanBook
from jointsky.post import Offer
from jointsky.tracking.frames import Frame
from jointsky.tracking.params import TrackerParams
from jointsky.tracking.tracker import Tracker
from jointsky.vocab.codes import SensorKind, Share
from jointsky.vocab.records import Rows
from jointsky.world.world import Model

Bools = NDArray[np.bool_]

MAKES_PLOTS = frozenset((Share.PLOTS, Share.FIRE_CONTROL))
"""What is shared as plots."""
TRACKING = TrackerParams(preview=False, lateness_s=6.0, blind=0.7, window_s=1.0, unknown=0.0)
"""How posts of a simulation track: the cheaper of the two ways of the tracker; plots may come six seconds late, which
covers the own network and the links. Targets that nobody has looked for yet are not reckoned with: by which sensors
have been heard by then, a track that is released would tell of plots that are not.
"""


def own_tracker(arrangement: Arrangement, post: str, frame: Frame, sensors: Rows) -> Tracker:
    """The tracker of a post that sits with nobody; `sensors` are the SENSOR rows of all."""
    heard = _heard_by(arrangement, viewing_nation(arrangement, post))
    return Tracker(frame, sensors, TRACKING, heard)


def commanders_of(arrangement: Arrangement, post: str) -> tuple[str, ...]:
    """The nations with whose eyes the commanders see of whom some clause makes this post a delegate."""
    above = {name for grant in arrangement.orders if post in grant.posts - grant.to for name in grant.to}
    return tuple(sorted({viewing_nation(arrangement, name) for name in above}))


def _heard_by(arrangement: Arrangement, nation: str) -> Bools:
    """A nation's own sensors, and those of which a clause ever gives it plots."""
    heard = np.array([thing.nation == nation for thing in arrangement.sensors], np.bool_)
    for grant in arrangement.shares:
        if grant.receiver == nation and grant.shares & MAKES_PLOTS:
            heard |= grant.sensors
    return heard


def tracking_sensors(mask: Bools, sensors: Rows) -> Bools:
    """Those of a mask of sensors whose plots make tracks; early-warning radars look for what flies faster than aircraft
    and only warn."""
    return mask & (sensors["kind"] != SensorKind.EARLY_WARNING)


def offers(
    arrangement: Arrangement, post: str, frame: Frame, sensors: Rows, model: Model, border: BorderWatch
) -> tuple[Offer, ...]:
    """The pictures a post makes for others, in order of clauses."""
    filed, waypoints, nations = model.flight_plans, model.plan_waypoints, model.names.nations
    nation = arrangement.posts[post].nation
    mine = filed[filed["nation"] == nations.index(nation)]
    tells = any(grant.giver == nation and Share.IDENTITY in grant.shares for grant in arrangement.shares)
    masks: dict[bytes, Bools] = {}
    warning: set[bytes] = set()
    for grant in arrangement.shares:
        mask = tracking_sensors(grant.sensors, sensors) if Share.WARNING in grant.shares else grant.sensors
        if grant.giver == nation and grant.shares & {Share.TRACKS, Share.WARNING} and mask.any():
            masks.setdefault(mask.tobytes(), mask)
            warning |= {mask.tobytes()} if Share.WARNING in grant.shares else set()
    return tuple(
        Offer(
            mask=mask,
            sensors=sensors[mask],
            tracker=Tracker(frame, sensors, TRACKING, mask),
            identifier=Identifier(Criteria(), PlanBook(filed[:0], waypoints), judges_codes=False),
            border=BorderWatch(border.fields),
            warns=key in warning,
            informed=Identifier(Criteria(), PlanBook(mine, waypoints)) if tells else None,
        )
        for key, mask in masks.items()
    )
