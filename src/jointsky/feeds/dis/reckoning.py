"""Dead reckoning: where an entity is between two PDUs, and when the next one is due (IEEE 1278.1-2012, annex E).

World-coordinate algorithms: 1 static; 2 FPW place by velocity; 3 RPW the same and turning; 4 RVW place by velocity and
acceleration, and turning; 5 FVW the same without turning. ECEF metres; angles in radians, about z (psi), y (theta) and
x (phi) from the world's axes to the body's.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

STATIC, FPW, RPW, RVW, FVW = 1, 2, 3, 4, 5
ALGORITHMS = (STATIC, FPW, RPW, RVW, FVW)
HEARTBEAT_S = 5.0
"""An entity state is sent at least so often (5.3.3)."""
TIME_OUT = 2.4
"""After so many heartbeats without a word an entity is gone (5.3.3.3)."""
THRESHOLD_M = 1.0
THRESHOLD_RAD = float(np.deg2rad(3.0))
"""How far the truth may be from what others reckon before they are told (E.2.3)."""


class Motion(NamedTuple):
    """How entities move, n of each: `algorithm` (n,), place, velocity, acceleration (n, 3) in the world, orientation
    (n, 3: psi, theta, phi), angular velocity (n, 3) about the body's own axes in rad/s."""

    algorithm: NDArray[np.integer]
    location_ecef_m: Float
    velocity_mps: Float
    acceleration_mps2: Float
    orientation_rad: Float
    angular_velocity_radps: Float


def reckoned_m(motion: Motion, age_s: Float) -> Float:
    """Where entities are `age_s` (n,) after their last word, (n, 3)."""
    t = age_s[:, None]
    moves = (motion.algorithm >= FPW)[:, None]
    speeds_up = np.isin(motion.algorithm, (RVW, FVW))[:, None]
    return (
        motion.location_ecef_m
        + np.where(moves, motion.velocity_mps * t, 0.0)
        + np.where(speeds_up, 0.5 * motion.acceleration_mps2 * t * t, 0.0)
    )


def reckoned_mps(motion: Motion, age_s: Float) -> Float:
    """Velocities then, (n, 3)."""
    moves = (motion.algorithm >= FPW)[:, None]
    speeds_up = np.isin(motion.algorithm, (RVW, FVW))[:, None]
    return np.where(moves, motion.velocity_mps, 0.0) + np.where(
        speeds_up, motion.acceleration_mps2 * age_s[:, None], 0.0
    )


def reckoned_rad(motion: Motion, age_s: Float) -> Float:
    """Orientations then, (n, 3): a steady turn about the body's axis for algorithms 3 and 4."""
    turns = np.isin(motion.algorithm, (RPW, RVW)) & (np.abs(motion.angular_velocity_radps).sum(axis=1) > 0.0)
    found = motion.orientation_rad.copy()
    if turns.any():
        turned = _rotation(motion.angular_velocity_radps[turns], age_s[turns]) @ matrices(motion.orientation_rad[turns])
        found[turns] = angles(turned)
    return found


def matrices(orientation_rad: Float) -> Float:
    """The matrices (n, 3, 3) that take the world's axes to the body's, for angles (n, 3)."""
    (s, sin_theta, sin_phi), (c, cos_theta, cos_phi) = np.sin(orientation_rad).T, np.cos(orientation_rad).T
    rows = [
        [cos_theta * c, cos_theta * s, -sin_theta],
        [sin_phi * sin_theta * c - cos_phi * s, sin_phi * sin_theta * s + cos_phi * c, sin_phi * cos_theta],
        [cos_phi * sin_theta * c + sin_phi * s, cos_phi * sin_theta * s - sin_phi * c, cos_phi * cos_theta],
    ]
    return np.moveaxis(np.array(rows), 2, 0)


def angles(matrix: Float) -> Float:
    """The angles (n, 3) of matrices (n, 3, 3); undoes `matrices` for theta within a quarter turn."""
    psi = np.arctan2(matrix[:, 0, 1], matrix[:, 0, 0])
    theta = np.arcsin(np.clip(-matrix[:, 0, 2], -1.0, 1.0))
    phi = np.arctan2(matrix[:, 1, 2], matrix[:, 2, 2])
    return np.stack([psi, theta, phi], axis=1)


def level_rad(location_ecef_m: Float, velocity_mps: Float, enu: Float) -> Float:
    """The orientation (n, 3) of entities that fly along their velocity, wings level; `enu` (n, 3, 3) are the rows east,
    north, up at each place. North where they stand still."""
    speed = np.linalg.norm(velocity_mps, axis=1, keepdims=True)
    ahead = np.where(speed > 1e-3, velocity_mps / np.maximum(speed, 1e-3), enu[:, 1])
    right = np.cross(ahead, enu[:, 2])
    size = np.linalg.norm(right, axis=1, keepdims=True)
    right = np.where(size > 1e-6, right / np.maximum(size, 1e-6), enu[:, 0])
    return angles(np.stack([ahead, right, np.cross(ahead, right)], axis=1))


def is_due(
    told: Motion, age_s: Float, location_ecef_m: Float, orientation_rad: Float, heartbeat_s: float = HEARTBEAT_S
) -> NDArray[np.bool_]:
    """Which entities others must be told of again: the last word `told` is a heartbeat old, or reckoned from it they
    are farther off than the thresholds."""
    off_m = np.linalg.norm(reckoned_m(told, age_s) - location_ecef_m, axis=1)
    between = matrices(reckoned_rad(told, age_s)) @ np.swapaxes(matrices(orientation_rad), 1, 2)
    cosine = np.clip((np.trace(between, axis1=1, axis2=2) - 1.0) / 2.0, -1.0, 1.0)
    return (age_s >= heartbeat_s) | (off_m > THRESHOLD_M) | (np.arccos(cosine) > THRESHOLD_RAD)


def _rotation(angular_velocity_radps: Float, age_s: Float) -> Float:
    """The matrices (n, 3, 3) of a steady turn of the body's axes (Rodrigues' formula; E.8.2 of the standard)."""
    rate = np.linalg.norm(angular_velocity_radps, axis=1)
    axis = angular_velocity_radps / np.maximum(rate, 1e-300)[:, None]
    angle = (rate * age_s)[:, None, None]
    x, y, z = axis.T
    zero = np.zeros_like(x)
    skew = np.moveaxis(np.array([[zero, -z, y], [z, zero, -x], [-y, x, zero]]), 2, 0)
    outer = axis[:, :, None] * axis[:, None, :]
    return (1.0 - np.cos(angle)) * outer + np.cos(angle) * np.eye(3) - np.sin(angle) * skew
