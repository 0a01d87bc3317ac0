"""Where numba keeps the compiled kernels: one folder per content of the kernel sources."""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

PREFIX = "numba-"
KEPT_FOLDERS = 12
"""How many folders of other contents stay: developers switch branches, and a rebuild costs tens of seconds."""


def settle_cache_folder() -> None:
    """Point numba at a folder named after the kernels' content, unless the user chose NUMBA_CACHE_DIR.

    A value that an earlier jointsky process left in the environment does not count as the user's choice: its content
    may differ from ours.
    """
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen and not _is_ours(Path(chosen)):
        return
    folder = _usable_folder(PREFIX + content_key())
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    numba_config = sys.modules.get("numba.core.config")
    if numba_config is not None:  # numba read the environment when it was imported, before us
        vars(numba_config)["CACHE_DIR"] = str(folder)
    _prune(folder)


def content_key() -> str:
    """Return 16 hex digits over the sources that compiled code draws from: `kernels` and the constants in `vocab`."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.blake2b(digest_size=8)
    for room in ("kernels", "vocab"):
        for source in sorted((package / room).rglob("*.py")):
            digest.update(source.relative_to(package).as_posix().encode() + b"\0")
            digest.update(source.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_ours(folder: Path) -> bool:
    return folder.name.startswith(PREFIX) and folder.parent.name.startswith("jointsky")


def _usable_folder(name: str) -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    home_cache = Path(base) if base else Path("~/.cache").expanduser()
    folder = home_cache / "jointsky" / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    except OSError:
        pass
    return _private_temporary_folder(name)


def _private_temporary_folder(name: str) -> Path:
    """Return a folder under the temporary directory that no other user can plant files in (numba unpickles them)."""
    owner = os.getuid() if hasattr(os, "getuid") else 0
    parent = Path(tempfile.gettempdir()) / f"jointsky-{owner}"
    try:
        parent.mkdir(mode=0o700, exist_ok=True)
        status = parent.lstat()
        if status.st_uid != owner or status.st_mode & 0o077 or parent.is_symlink():
            raise PermissionError(parent)
    except OSError:
        parent = Path(tempfile.mkdtemp(prefix="jointsky-"))
    folder = parent / name
    folder.mkdir(exist_ok=True)
    return folder


def _prune(current: Path) -> None:
    """Remove the longest unused folders beyond `KEPT_FOLDERS`; a folder another process removes first is no error."""
    others: list[tuple[float, Path]] = []
    for folder in current.parent.glob(PREFIX + "*"):
        try:
            if folder != current:
                others.append((folder.stat().st_mtime, folder))
        except OSError:
            continue
    for _, folder in sorted(others, reverse=True)[KEPT_FOLDERS:]:
        shutil.rmtree(folder, ignore_errors=True)
