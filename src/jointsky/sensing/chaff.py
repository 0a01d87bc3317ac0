"""Chaff in a run: corridors of dipoles that fill the cells of targets inside them while they hang there."""

import numpy as np

from jointsky.kernels.surroundings import CLOUD_COLUMNS
from jointsky.world.world import Float, World


def clouds_now(world: World) -> Float:
    """The corridors that are there at the start of this tick: columns of `kernels.surroundings`."""
    clouds = world.model.clouds
    there = (clouds[:, CLOUD_COLUMNS] <= world.t_s) & (world.t_s < clouds[:, CLOUD_COLUMNS + 1])
    return np.ascontiguousarray(clouds[there, :CLOUD_COLUMNS])
