"""An append log that survives: what was acknowledged stays readable after a kill, a full disk or a flipped bit.

`LogWriter.append` returns only when the operating system has taken every octet (a kill of the process loses nothing
acknowledged), with `durable` only when the disk has (a power cut neither). A log that was not closed has no seal, and
its reader says so.
"""

import errno
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import BinaryIO, NamedTuple, Protocol, Self

from jointsky.errors import LogError
from jointsky.record.frames import (
    FILE_HEAD_BYTES,
    HEAD_BYTES,
    MARK,
    SEAL,
    VERSION,
    Head,
    Position,
    decode_head,
    encode,
    file_head,
    link,
    start,
    version_of,
)

_COUNT = struct.Struct("<Q")
_CHUNK_BYTES = 1 << 16


class Frame(NamedTuple):
    """One whole frame of a log: its kind, its payload, and where it stands."""

    kind: int
    payload: bytes
    sequence: int
    offset: int


class Damage(NamedTuple):
    """A place in a log that could not be trusted, and why. `end` says that the file only stops short there, as that of
    a killed run may.
    """

    offset: int
    why: str
    end: bool = False


class Storage(Protocol):
    """Where a log is kept. All methods raise OSError; `write` may take fewer octets than it is given, and says how
    many.
    """

    def write(self, data: bytes, offset: int) -> int:
        """Write at `offset`; the number of octets taken."""
        ...

    def sync(self) -> None:
        """Wait until the disk has everything."""
        ...

    def cut(self, offset: int) -> None:
        """Drop what stands behind `offset`."""
        ...

    def close(self) -> None:
        """Give it back."""
        ...


class FileStorage:
    """A new file as Storage. Raises OSError (FileExistsError when there is one)."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)

    def write(self, data: bytes, offset: int) -> int:
        """Write at `offset`; the number of octets taken."""
        return os.pwrite(self._file, data, offset)

    def sync(self) -> None:
        """Wait until the disk has everything."""
        os.fdatasync(self._file)

    def cut(self, offset: int) -> None:
        """Drop what stands behind `offset`."""
        os.ftruncate(self._file, offset)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._file)


class LogWriter:
    """Writes a new log at `path`. As a context manager it seals the log on a normal exit and leaves it unsealed on an
    error or Ctrl-C.

    Raises LogError naming the file and what is safe when the disk refuses. After a refused write (a full disk) the log
    stands as before, and the append may be tried again; after a failed sync nothing more can be acknowledged, and every
    append raises.
    """

    def __init__(self, path: str | os.PathLike[str], *, durable: bool = False, storage: Storage | None = None) -> None:
        self.path = os.fspath(path)
        self.durable = durable
        self._end = Position(0, 0, b"")
        self._refusal = ""
        self._storage: Storage | None = storage or self._created()
        try:
            self._put(file_head(), start())
            if durable:
                self._sync_folder()
        except BaseException:
            self.close()
            raise

    @property
    def frames(self) -> int:
        """How many frames are acknowledged."""
        return self._end.sequence

    @property
    def size_bytes(self) -> int:
        """How many octets are acknowledged."""
        return self._end.offset

    def append(self, kind: int, payload: bytes) -> int:
        """Write one frame; its sequence number once it is safe. Raises LogError."""
        return self.append_all([(kind, payload)])

    def append_all(self, frames: Iterable[tuple[int, bytes]]) -> int:
        """Write frames (kind, payload) in one go, all or none acknowledged; the sequence number of the last. Raises
        LogError.
        """
        parts: list[bytes] = []
        end = self._end
        for kind, payload in frames:
            head, end = encode(kind, payload, end)
            parts += (head, payload)
        self._put(b"".join(parts), end)
        return end.sequence - 1

    def seal(self) -> str:
        """Close the log with a seal and wait for the disk; the chain of the seal in hexadecimal. Raises LogError."""
        head, end = encode(SEAL, payload := _COUNT.pack(self._end.sequence), self._end)
        self._put(head + payload, end)
        self._sync()
        self._refusal = f"{self.path}: this log is sealed; nothing can be added"
        return end.chain.hex()

    def close(self) -> None:
        """Give the file back, without a seal if there is none yet. Safe to call twice."""
        self._refusal = self._refusal or f"{self.path}: this log is closed"
        storage, self._storage = self._storage, None
        if storage is not None:
            try:
                storage.cut(self._end.offset)
            finally:
                storage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None and not self._refusal:
                self.seal()
        finally:
            self.close()

    def _created(self) -> Storage:
        try:
            return FileStorage(self.path)
        except OSError as error:
            raise LogError(f"{self.path}: cannot begin a log: {_reason(error)}") from error

    def _put(self, data: bytes, end: Position) -> None:
        """Write `data` at the end, and only then take `end` as the new one, in one assignment that an interrupt cannot
        split.
        """
        if self._refusal or self._storage is None:
            raise LogError(self._refusal)
        try:
            self._write_whole(self._storage, data)
            if self.durable:
                self._sync()
            self._end = end
        except OSError as error:
            self._cut_back(self._storage)
            raise LogError(f"{self.path}: {_reason(error)}; {self._safe()}") from error
        except BaseException:
            self._cut_back(self._storage)
            raise

    def _write_whole(self, storage: Storage, data: bytes) -> None:
        done = 0
        while done < len(data):
            taken = storage.write(data[done:] if done else data, self._end.offset + done)
            if taken <= 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            done += taken

    def _sync(self) -> None:
        """After a failed sync the system may have dropped what it had taken, so nothing later can be believed."""
        if self._storage is None:
            raise LogError(self._refusal)
        try:
            self._storage.sync()
        except OSError as error:
            self._refusal = f"{self.path}: the disk failed to keep what it took ({_reason(error)}); {self._safe()}"
            raise LogError(self._refusal) from error

    def _cut_back(self, storage: Storage) -> None:
        """Drop a part-written frame. Where even that fails, the next frame is written over it, or the reader tells of a
        cut-off end.
        """
        try:
            storage.cut(self._end.offset)
        except OSError:
            return

    def _safe(self) -> str:
        return f"{self._end.sequence} frames ({self._end.offset} octets) are safe"

    def _sync_folder(self) -> None:
        folder = os.open(os.path.dirname(os.path.abspath(self.path)), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class LogReader:
    """Reads a log: iterating yields exactly the whole and sound frames in order; `damage` then lists what was wrong,
    and `sealed` says whether the log was closed and nothing stands behind the seal. Iterating again reads again.

    Raises LogError for a file that cannot be read, is no log, or is of another version.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        self.damage: list[Damage] = []
        self.sealed = False
        self.chain = b""
        """The chain of the last frame read; with a seal, that of the seal."""

    def __iter__(self) -> Iterator[Frame]:
        self.damage, self.sealed = [], False
        try:
            with open(self.path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                self._check_file_head(file, size)
                yield from self._frames(file, size)
        except OSError as error:
            raise LogError(f"{self.path}: cannot read this log: {_reason(error)}") from error

    def _check_file_head(self, file: BinaryIO, size: int) -> None:
        head = file.read(FILE_HEAD_BYTES)
        version = version_of(head)
        if version == VERSION:
            return
        if version is not None:
            raise LogError(f"{self.path}: a log of version {version}; this program reads version {VERSION}")
        if file_head().startswith(head):
            self.damage.append(Damage(0, f"the file ends after {size} octets, inside its head", end=True))
        elif _next_head(file, 0, size) < size:
            self.damage.append(Damage(0, "the head of the file is damaged"))
        else:
            raise LogError(
                f"{self.path}: this is not a log of jointsky (found {head[:8]!r}, expected {file_head()[:8]!r})"
            )

    def _frames(self, file: BinaryIO, size: int) -> Iterator[Frame]:
        offset, self.chain = start().offset, start().chain
        while offset < size:
            file.seek(offset)
            head = decode_head(raw := file.read(HEAD_BYTES), offset)
            if head is None:
                found = _next_head(file, offset + 1, size)
                self._note_gap(offset, found, size, raw)
                offset = found
                continue
            payload = file.read(head.length)
            if len(payload) < head.length:
                self.damage.append(
                    Damage(
                        offset, f"cut off: {len(payload)} of {head.length} octets of its payload are there", end=True
                    )
                )
                return
            why = self._fault(head, payload)
            self.chain = head.chain
            if why:
                self.damage.append(Damage(offset, why))
            elif head.kind == SEAL:
                self.sealed = offset + HEAD_BYTES + head.length == size
                if not self.sealed:
                    self.damage.append(Damage(offset, "octets stand behind this seal"))
            else:
                yield Frame(head.kind, payload, head.sequence, offset)
            offset += HEAD_BYTES + head.length

    def _note_gap(self, offset: int, found: int, size: int, raw: bytes) -> None:
        if size - offset < HEAD_BYTES and raw[: len(MARK)] == MARK[: len(raw)]:
            self.damage.append(
                Damage(offset, f"cut off: {len(raw)} of {HEAD_BYTES} octets of its head are there", end=True)
            )
        else:
            self.damage.append(Damage(offset, f"no sound frame head; {found - offset} octets passed over"))
        self.chain = b""

    def _fault(self, head: Head, payload: bytes) -> str:
        """Why a frame cannot be trusted, empty when it can. Behind an unreadable head there is no chain to compare
        with.
        """
        if zlib.crc32(payload) != head.payload_crc:
            return "its payload is damaged"
        if self.chain and head.chain != link(self.chain, head.length, head.sequence, head.kind, payload):
            return "it does not continue the frame before: something was edited, removed, moved or spliced here"
        if head.kind == SEAL and payload != _COUNT.pack(head.sequence):
            return "the seal counts other frames than stand before it"
        return ""


def _next_head(file: BinaryIO, offset: int, size: int) -> int:
    """The offset of the first sound frame head at or behind `offset`; `size` when there is none."""
    while offset < size:
        file.seek(offset)
        chunk = file.read(_CHUNK_BYTES + HEAD_BYTES - 1)
        place = chunk.find(MARK)
        while 0 <= place < _CHUNK_BYTES:
            if decode_head(chunk[place : place + HEAD_BYTES], offset + place) is not None:
                return offset + place
            place = chunk.find(MARK, place + 1)
        offset += _CHUNK_BYTES
    return size


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
