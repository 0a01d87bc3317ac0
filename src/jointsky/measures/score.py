"""A whole recording scored: truth and tracks at the same times, to one set of numbers."""

from dataclasses import dataclass

import numpy as np

from jointsky.measures.consistency import nees_of_sigma
from jointsky.measures.gospa import Gospa, gospa, ospa
from jointsky.measures.matching import Floats, Indices, best_match
from jointsky.measures.siap import SiapSet


@dataclass(frozen=True, eq=False)
class Recording:
    """Rows of truth or tracks: time [n] (s), number [n], place (n, 3) (m), velocity (n, 3) (m/s), the unit vector up
    (n, 3) at each place, and the horizontal sigma [n] a track claims (NaN where none)."""

    t_s: Floats
    number: Indices
    place_m: Floats
    velocity_mps: Floats
    up: Floats
    sigma_m: Floats

    def at(self, t_s: float) -> "Recording":
        """The rows of one time (rows are in order of time)."""
        low, high = np.searchsorted(self.t_s, (t_s - 1e-6, t_s + 1e-6))
        return self._rows(slice(int(low), int(high)))

    def _rows(self, one: slice | Indices) -> "Recording":
        return Recording(
            self.t_s[one], self.number[one], self.place_m[one], self.velocity_mps[one], self.up[one], self.sigma_m[one]
        )

    def sorted(self) -> "Recording":
        """The same rows in order of time."""
        return self._rows(np.argsort(self.t_s, kind="stable"))


def score(truth: Recording, tracks: Recording, cutoff_m: float = 2000.0) -> dict[str, float]:
    """GOSPA with parts, OSPA, the SIAP set, errors (RMS over matched pairs) and NEES, over the times of truth."""
    truth, tracks = truth.sorted(), tracks.sorted()
    times = np.unique(truth.t_s)
    siap, parts, plain, errors = SiapSet(cutoff_m), list[Gospa](), list[float](), list[Floats]()
    for t in times.tolist():
        true, shown = truth.at(t), tracks.at(t)
        match = best_match(true.place_m, shown.place_m, cutoff_m)
        parts.append(gospa(true.place_m, shown.place_m, cutoff_m, match=match))
        plain.append(ospa(true.place_m, shown.place_m, cutoff_m, match=match))
        siap.take(t, true.number, true.place_m, shown.number, shown.place_m, match)
        errors.append(_errors(true, shown, match.first, match.second))
    step_s = float(np.median(np.diff(times))) if len(times) > 1 else 1.0
    return {
        "times": float(len(times)),
        "objects": siap.objects / len(times),
        "tracks": siap.tracks / len(times),
        **_distances(parts, plain, siap.objects / len(times)),
        **_root_means(np.concatenate(errors)),
        **siap.result(step_s),
    }


def _distances(parts: list[Gospa], plain: list[float], objects: float) -> dict[str, float]:
    squares = np.array([(g.localisation, g.missed, g.false) for g in parts]).mean(axis=0)
    names = ("gospa_localisation_m", "gospa_missed_m", "gospa_false_m")
    return {
        "gospa_m": float(np.sqrt(squares.sum())),
        "gospa_per_object_m": float(np.sqrt(squares.sum() / max(objects, 1.0))),
        **dict(zip(names, np.sqrt(squares).tolist(), strict=True)),
        "missed": float(np.mean([g.missed_count for g in parts])),
        "false": float(np.mean([g.false_count for g in parts])),
        "ospa_m": float(np.mean(plain)),
    }


def _errors(true: Recording, shown: Recording, first: Indices, second: Indices) -> Floats:
    """Per matched pair: squared errors of place, over ground, in height and of velocity, and horizontal NEES / 2."""
    gap = shown.place_m[second] - true.place_m[first]
    rise = (gap * true.up[first]).sum(axis=1)
    level = gap - rise[:, None] * true.up[first]
    slip = shown.velocity_mps[second] - true.velocity_mps[first]
    normal = nees_of_sigma(level, shown.sigma_m[second]) / 2.0
    squares = [(vector * vector).sum(axis=1) for vector in (gap, level)]
    return np.stack([*squares, rise * rise, (slip * slip).sum(axis=1), normal], axis=1)


def _root_means(errors: Floats) -> dict[str, float]:
    names = ("rms_place_m", "rms_horizontal_m", "rms_height_m", "rms_velocity_mps")
    if len(errors) == 0:
        return dict.fromkeys((*names, "under_500_m", "nees"), float("nan"))
    told = errors[np.isfinite(errors[:, 4]), 4]
    return {
        **dict(zip(names, np.sqrt(errors[:, :4].mean(axis=0)).tolist(), strict=True)),
        "under_500_m": float((errors[:, 1] < 500.0**2).mean()),
        "nees": float(told.mean()) if len(told) else float("nan"),
    }
