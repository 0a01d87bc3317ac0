"""Files that are there whole or not at all."""

import os
from collections.abc import Callable
from typing import BinaryIO

from jointsky.errors import LogError


def write_whole(path: str | os.PathLike[str], write: Callable[[BinaryIO], object]) -> None:
    """Let `write` fill a new file beside `path`, wait for the disk, and only then put it in place. On any error the old
    file stands as before and nothing is left over. Raises LogError when the disk refuses."""
    target = os.fspath(path)
    beside = f"{target}.partial"
    try:
        try:
            with open(beside, "wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, target)
            sync_folder(os.path.dirname(target))
        except BaseException:
            if os.path.exists(beside):
                os.unlink(beside)
            raise
    except OSError as error:
        raise LogError(f"{target}: cannot write this file: {(error.strerror or str(error)).lower()}") from error


def sync_folder(folder: str) -> None:
    """Wait until the disk knows the names in a folder. Raises OSError."""
    handle = os.open(folder or ".", os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
