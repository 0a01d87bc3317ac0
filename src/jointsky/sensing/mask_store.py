"""Masks of sites kept on disk by their content: the ground's octets, the site, and how tables are laid out."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Masks = NDArray[np.float32]

LAYOUT = 1
"""Raise this when tables of the same ground and site would come out otherwise."""


def folder() -> Path:
    """Where masks are kept: `masks` beside the compiled kernels."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path("~/.cache").expanduser()) / "jointsky" / "masks"


def kept(ground_sha256: str, site: tuple[float, ...], shape: tuple[int, int], make: Callable[[], Masks]) -> Masks:
    """The table of a site on this ground: from disk where it is there and whole, else made and kept.

    A ground without a hash is not kept. A disk that refuses costs time and nothing else.
    """
    if not ground_sha256:
        return make()
    words = f"{LAYOUT} {ground_sha256} {shape} " + " ".join(f"{value!r}" for value in site)
    path = folder() / f"{hashlib.sha256(words.encode()).hexdigest()[:32]}.npy"
    found = _read(path, shape)
    if found is None:
        found = make()
        with contextlib.suppress(OSError):
            _write(path, found)
    return found


def _read(path: Path, shape: tuple[int, int]) -> Masks | None:
    try:
        found = np.asarray(np.load(path), np.float32)
    except (OSError, ValueError, EOFError):
        return None
    return found if found.shape == shape and bool((found > 0.0).all()) else None


def _write(path: Path, masks: Masks) -> None:
    """Write, fsync, rename: nobody ever reads half a table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        try:
            np.save(file, masks)
            file.flush()
            os.fsync(file.fileno())
            os.replace(file.name, path)
        except OSError:
            os.unlink(file.name)
            raise
