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
from jointsky.vocab.codes import Share
from jointsky.vocab.records import Rows

Bools = NDArray[np.bool_]

TRACKING = TrackerParams(preview=False, lateness_s=6.0, blind=0.7, window_s=1.0)
"""How posts of a simulation track: the cheaper of the two ways of the tracker; plots may come six seconds late, which
covers the own network and the links.
"""


def own_tracker(arrangement: Arrangement, post: str, frame: Frame, sensors: Rows) -> Tracker:
    """The tracker of a post that sits with nobody; `sensors` are the SENSOR rows of all."""
    nation = viewing_nation(arrangement, post)
    heard = np.array([thing.nation == nation for thing in arrangement.sensors], np.bool_)
    for grant in arrangement.shares:
        if grant.receiver == nation and grant.shares - {Share.TRACKS}:
            heard |= grant.sensors
    return Tracker(frame, sensors, TRACKING, heard)


def offers(
    arrangement: Arrangement, post: str, frame: Frame, sensors: Rows, plans: PlanBook, border: BorderWatch
) -> tuple[Offer, ...]:
    """The pictures a post makes for others, in order of clauses."""
    nation = arrangement.posts[post].nation
    masks: dict[bytes, Bools] = {}
    for grant in arrangement.shares:
        if grant.giver == nation and Share.TRACKS in grant.shares and grant.sensors.any():
            masks.setdefault(grant.sensors.tobytes(), grant.sensors)
    return tuple(
        Offer(
            mask=mask,
            sensors=sensors[mask],
            tracker=Tracker(frame, sensors, TRACKING, mask),
            identifier=Identifier(Criteria(), PlanBook(plans.plans, plans.waypoints)),
            border=BorderWatch(border.fields),
        )
        for mask in masks.values()
    )
