"""Where the text of a scenario comes from: files on disk, or a bundle of texts that a log carries."""

import errno
import hashlib
import json
import os
import posixpath
import stat
from dataclasses import dataclass, field
from typing import Any, Protocol

LARGEST = 100_000_000
"""Octets of the largest file that is read."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that is needed to read a scenario again without its files: texts by name relative to the main file, the
    arrangement that was asked for (a name in `texts`), overrides, and the hashes of the files of heights by name, which
    are too large to carry. Plain data, so that a log can carry it as JSON."""

    main: str
    texts: dict[str, str]
    agreement: str | None = None
    overrides: dict[str, Any] = field(default_factory=dict[str, Any])
    ground: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def sha256(self) -> str:
        """The hash of the whole bundle, the same on every machine."""
        whole = {"main": self.main, "texts": self.texts, "agreement": self.agreement, "overrides": self.overrides}
        if self.ground:
            whole["ground"] = self.ground
        text = json.dumps(whole, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


class Texts(Protocol):
    """A source of texts: `text` reads one by name (OSError or UnicodeDecodeError when it cannot), `shown` is what
    errors call it."""

    def text(self, name: str) -> str:
        """The text called `name`."""
        ...

    def shown(self, name: str) -> str:
        """What errors call `name`."""
        ...


@dataclass(frozen=True, slots=True)
class Folder:
    """Files on disk, named relative to `root`."""

    root: str

    def text(self, name: str) -> str:
        """The text of one file, or of a pipe that this process was started with; OSError for what is neither (a device
        would never end, and nobody may ever write into a pipe with a name), or too large for one."""
        path = os.path.join(self.root, name)
        if "\0" in path:
            raise OSError(errno.EINVAL, "a name cannot hold the character 0")
        found = os.stat(path)
        given = stat.S_ISFIFO(found.st_mode) and os.path.dirname(path) in ("/dev/fd", "/proc/self/fd")
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode) or given):
            raise OSError(errno.EINVAL, "this is not a file")
        with open(path, encoding="utf-8-sig") as file:
            text = "" if found.st_size > LARGEST else file.read(LARGEST + 1)
        if max(found.st_size, len(text)) > LARGEST:
            raise OSError(errno.EFBIG, f"it holds more than {LARGEST // 1_000_000} MB")
        return text

    def shown(self, name: str) -> str:
        """The path of a file as the user would type it."""
        return os.path.normpath(os.path.join(self.root, name))


@dataclass(frozen=True, slots=True)
class Carried:
    """The texts of a bundle."""

    texts: dict[str, str]

    def text(self, name: str) -> str:
        """The text of one file; FileNotFoundError when the bundle has none."""
        if name not in self.texts:
            raise FileNotFoundError(2, "not in this bundle", name)
        return self.texts[name]

    def shown(self, name: str) -> str:
        """The name itself."""
        return name


@dataclass(slots=True)
class Reading:
    """One reading of a scenario: where texts come from, and those that were read so far."""

    source: Texts
    texts: dict[str, str] = field(default_factory=dict[str, str])
    names: dict[str, str] = field(default_factory=dict[str, str])

    def text(self, name: str) -> str:
        """Read one text and remember it (OSError or UnicodeDecodeError when it cannot be read)."""
        if name not in self.texts:
            self.texts[name] = self.source.text(name)
        return self.texts[name]

    def shown(self, name: str) -> str:
        """What errors call `name`."""
        shown = self.source.shown(name)
        self.names[shown] = name
        return shown

    def beside(self, shown: str, reference: str) -> str:
        """The name of the file that `reference` means when it is written in the file shown as `shown`."""
        here = self.names.get(shown, "")
        return posixpath.normpath(posixpath.join(posixpath.dirname(here), reference.replace(os.sep, "/")))


def trouble(error: OSError | UnicodeDecodeError) -> str:
    """Why a file cannot be read, in words."""
    if isinstance(error, UnicodeDecodeError):
        return f"this is not UTF-8 text (octet {error.start}), expected a file that was saved as UTF-8"
    return f"cannot read this file: {(error.strerror or str(error)).lower()}, expected the path of a file"
