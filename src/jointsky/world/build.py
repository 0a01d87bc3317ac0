"""The compiler: a scenario becomes flat rows once; nothing ever simulates the specification."""

from jointsky.catalogue import Catalogue
from jointsky.scenario.schema import Document
from jointsky.vocab.records import WAYPOINT, empty
from jointsky.vocab.truth_records import ENGAGEMENT
from jointsky.world.fliers import Fleet, type_rows
from jointsky.world.physics import Physics
from jointsky.world.register import register
from jointsky.world.sites import airfield_rows, asset_rows, launcher_rows, radar_rows, spoilers
from jointsky.world.world import Model, Names, State, World

ENGAGEMENT_CAPACITY = 4096
"""Engagements one run can hold; more end the run with an error, never silently."""


def build(document: Document, catalogue: Catalogue, physics: Physics, seed: int) -> World:
    """The world of a document that is ready to run. `seed` decides jitter and registration errors, each drawn by name, so that adding a unit
    changes nobody else's luck. Raises KeyError with advice for an unknown type; a loaded scenario has none."""
    names = register(document)
    airfields = airfield_rows(document, names)
    fleet = Fleet(document, catalogue, names, seed, airfields)
    fleet.gather()
    radars, radar_names, cases = radar_rows(document, catalogue, names, physics, fleet.aew_rows())
    physics.draw_biases(seed, radars)
    launchers, launcher_names, flyouts = launcher_rows(document, catalogue, names, physics)
    model = Model(
        seed=seed,
        dt_s=document.tick,
        names=Names(
            nations=names.nations,
            iff_groups=names.iff_groups,
            units=names.units,
            aircraft_types=names.aircraft_types,
            aircraft=tuple(fleet.labels),
            radars=radar_names,
            launchers=launcher_names,
            airfields=names.airfields,
            assets=names.assets,
            missiles=flyouts,
        ),
        aircraft_types=type_rows(catalogue, names, physics),
        waypoints=fleet.routes.table(),
        flight_plans=fleet.flight_plans(),
        plan_waypoints=fleet.plan_routes.table() if fleet.plans else empty(WAYPOINT),
        flyout=physics.flyout(flyouts),
        detection=physics.detection(cases),
        spoilers=spoilers(document, names),
    )
    state = State(
        tick=0,
        aircraft=fleet.aircraft(),
        radars=radars,
        launchers=launchers,
        engagements=empty(ENGAGEMENT, ENGAGEMENT_CAPACITY),
        engagements_used=0,
        airfields=airfields,
        assets=asset_rows(document, names),
    )
    return World(model, state)
