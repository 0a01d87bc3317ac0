"""The same bits on other processors: with newer instructions off, every ground function gives equal results."""

import os
import subprocess
import sys
from pathlib import Path

import jointsky.rng

PROGRAM = """
import hashlib
import numpy as np
from jointsky import geo, rng
from jointsky.kernels import areas, draws, elementary, frames

digest = hashlib.blake2b()
x = rng.draws(1, 1, np.arange(3000, dtype=np.uint64), 0) * 20.0 - 10.0
for function in ("sin", "cos", "tan", "exp", "pow10", "asin", "wrap_pi"):
    digest.update(np.array([getattr(elementary, function)(v) for v in x.tolist()]).tobytes())
for function in ("log", "log10", "normal_quantile"):
    digest.update(np.array([getattr(elementary, function)(abs(v) / 10.0) for v in x.tolist()]).tobytes())
digest.update(np.array([elementary.atan2(a, b) for a, b in zip(x.tolist(), x[::-1].tolist())]).tobytes())
digest.update(np.array([draws.normal4(1, 2, n, 3, 4) for n in range(500)]).tobytes())
digest.update(rng.normals(3, 2, np.arange(3000, dtype=np.uint64), 7).tobytes())
pos = geo.geodetic2ecef(50.0 + x / 3.0, 28.0 + x, 1000.0 * (x + 10.0))
digest.update(pos.tobytes())
for column in (*geo.ecef2geodetic(pos), *geo.enu2aer(geo.ecef2enu(pos, 53.0, 27.0, 0.0))):
    digest.update(column.tobytes())
ring = [[20, 50], [30, 50], [31, 56], [25, 54], [20, 56], [20, 50]]
land = geo.area_from_geojson({"type": "Polygon", "coordinates": [ring]})
digest.update(geo.distance_to_border_m(land, 50.0 + x / 3.0, 28.0 + x).tobytes())
columns = np.empty((3, x.size))
frames.ecef2geodetic_rows(pos, *columns)
digest.update(columns.tobytes())
within = np.empty(x.size, dtype=np.int64)
areas.border_distance_rows(columns[0], columns[1], land.vertices, land.ring_starts, columns[2], within)
digest.update(columns.tobytes() + within.tobytes())
print(digest.hexdigest())
"""

OLD_PROCESSOR = {
    "NUMBA_CPU_NAME": "generic",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 X86_V3 AVX512_ICL AVX512_SPR AVX512F AVX512_SKX AVX2 FMA3",  # new names and old
}


def digest(folder: Path, **environment: str) -> str:
    source = str(Path(jointsky.rng.__file__).parents[1])
    base = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": source,
        "NUMBA_CACHE_DIR": str(folder),
        "PYTHONWARNINGS": "ignore",
    }
    run = [sys.executable, "-c", PROGRAM]
    return subprocess.run(run, env=base | environment, capture_output=True, text=True, check=True).stdout


def test_newer_instructions_change_no_bit(tmp_path: Path) -> None:
    here = digest(tmp_path / "here")
    assert len(here.strip()) == 128
    assert digest(tmp_path / "old", **OLD_PROCESSOR) == here
