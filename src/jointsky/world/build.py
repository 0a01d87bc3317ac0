"""The compiler: a scenario becomes flat rows once; nothing ever simulates the specification."""

import os
from dataclasses import dataclass

import numpy as np

from jointsky.atlas.elevation import Elevation, content_sha256, open_elevation
from jointsky.catalogue import Catalogue
from jointsky.errors import TableError
from jointsky.scenario.load import Scenario
from jointsky.scenario.schema import Document
from jointsky.vocab.records import WAYPOINT, Rows, empty
from jointsky.vocab.truth_records import ENGAGEMENT
from jointsky.world.fliers import Fleet, outside_rows, type_rows
from jointsky.world.physics import Physics
from jointsky.world.register import Register, register
from jointsky.world.rockets import add_rockets
from jointsky.world.sites import airfield_rows, asset_rows, launcher_rows, radar_rows, spoilers
from jointsky.world.watchers import answers, corridors, emitter_rows, hunt_rows, silences, watcher_rows
from jointsky.world.winds import wind_rows
from jointsky.world.world import Emissions, Flyout, Model, Names, State, World

ENGAGEMENT_CAPACITY = 4096
"""Engagements one run can hold; more end the run with an error, never silently."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What no seed decides, so that many runs of one scenario can share it; `build` copies every row that a run
    changes.
    """

    names: Register
    airfields: Rows
    assets: Rows
    launchers: Rows
    launcher_names: tuple[str, ...]
    missiles: tuple[str, ...]
    flyout: Flyout
    aircraft_types: Rows


def terrain_of(document: Document) -> Elevation | None:
    """The ground that hides, None where none is asked for; files lie beside the scenario's file, those of a recorded
    run in the present folder. Raises TableError for other heights than the recorded ones, and TableError and OSError
    as `atlas.elevation.open_elevation`.
    """
    asked = document.surroundings
    if asked is None or not asked.terrain:
        return None
    folder = os.path.dirname(document.path or "") if isinstance(document, Scenario) else ""
    known = document.bundle.ground if isinstance(document, Scenario) else {}
    for name in asked.terrain:
        found = content_sha256(None if name == "coarse" else os.path.join(folder, name))
        if found != known.get(name, found):
            words = f"found {found[:12]}, expected {known[name][:12]}: other heights than when this was recorded"
            raise TableError(name, 0, "sha256", words)
    return open_elevation([os.path.join(folder, name) for name in asked.terrain if name != "coarse"])


def survey(document: Document, catalogue: Catalogue, physics: Physics) -> Ground:
    """The ground of a document that is ready to run. Raises KeyError with advice for an unknown type; a loaded scenario
    has none.
    """
    flown = [name for name in catalogue.names("aircraft") if catalogue.aircraft(name).is_a != "ballistic"]
    names = register(document, flown if document.outside else ())
    launchers, launcher_names, missiles = launcher_rows(document, catalogue, names, physics, terrain_of(document))
    return Ground(
        names=names,
        airfields=airfield_rows(document, names),
        assets=asset_rows(document, names),
        launchers=launchers,
        launcher_names=launcher_names,
        missiles=missiles,
        flyout=physics.flyout(missiles),
        aircraft_types=type_rows(catalogue, names, physics),
    )


def build(document: Document, catalogue: Catalogue, physics: Physics, seed: int, ground: Ground | None = None) -> World:
    """The world of a document that is ready to run. `seed` decides jitter and registration errors, each drawn by name,
    so that adding a unit changes nobody else's luck. `ground` is the document's own `survey`, made here when left out.
    Raises KeyError as `survey` does."""
    ground = survey(document, catalogue, physics) if ground is None else ground
    names, airfields = ground.names, ground.airfields.copy()
    terrain = terrain_of(document)
    fleet = Fleet(document, catalogue, names, seed, airfields, terrain)
    fleet.gather()
    ballistics = add_rockets(fleet, physics)
    radars, radar_names, cases, kinds = radar_rows(document, catalogue, names, physics, fleet.aew_rows(), terrain)
    watch, watch_names, watchers = watcher_rows(document, catalogue, names, len(radars), terrain)
    radars, radar_names = np.concatenate([radars, watch]), (*radar_names, *watch_names)
    around = physics.surround(document.surroundings, radars, [*kinds, *([None] * len(watch))], terrain)
    emissions = Emissions(
        emitter_rows(fleet), watchers, silences(document, radar_names), answers(document, radar_names),
        hunt_rows(fleet, radar_names),
    )  # fmt: skip
    physics.draw_biases(seed, radars)
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
            launchers=ground.launcher_names,
            airfields=names.airfields,
            assets=names.assets,
            missiles=ground.missiles,
        ),
        aircraft_types=ground.aircraft_types,
        waypoints=fleet.routes.table(),
        flight_plans=fleet.flight_plans(),
        plan_waypoints=fleet.plan_routes.table() if fleet.plans else empty(WAYPOINT),
        flyout=ground.flyout,
        detection=physics.detection(cases),
        spoilers=spoilers(document, names),
        around=around,
        ballistics=ballistics,
        winds=wind_rows(document.wind),
        drifting=frozenset(k for k, name in enumerate(names.aircraft_types) if catalogue.aircraft(name).drifts),
        emissions=emissions,
        clouds=corridors(document),
    )
    state = State(
        tick=0,
        aircraft=fleet.aircraft(),
        radars=radars,
        launchers=ground.launchers.copy(),
        engagements=empty(ENGAGEMENT, ENGAGEMENT_CAPACITY),
        engagements_used=0,
        airfields=airfields,
        assets=ground.assets.copy(),
        outside=outside_rows(fleet),
    )
    return World(model, state)
