"""Rows as canonical bytes: padding between fields is zero, and where asked every NaN is the same NaN.

A copy or a buffer that was used before may leave anything in the padding; it is in no field, and must be in no log and
no digest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky.vocab.records import Rows

_QUIET_NAN_8 = np.uint64(0x7FF8000000000000)
_QUIET_NAN_4 = np.uint32(0x7FC00000)


@dataclass(frozen=True, slots=True)
class Canon:
    """How rows of one dtype become canonical: the bits of its fields as 8-byte words, and which words hold 8-byte and
    4-byte floats.
    """

    dtype: np.dtype[np.void]
    bits: NDArray[np.uint64]
    floats_8: NDArray[np.bool_]
    floats_4: NDArray[np.bool_]
    has_floats_4: bool

    @classmethod
    def of(cls, dtype: np.dtype[np.void]) -> "Canon":
        """The canon of one dtype. Raises ValueError when its size is no multiple of 8 bytes (aligned records with an
        8-byte field are).
        """
        if dtype.itemsize % 8:
            raise ValueError(f"records of {dtype.itemsize} bytes, expected a multiple of 8: {dtype}")
        bits = np.zeros(dtype.itemsize, np.uint8)
        floats = {8: np.zeros(dtype.itemsize // 8, np.bool_), 4: np.zeros(dtype.itemsize // 4, np.bool_)}
        for field, offset, *_ in (dtype.fields or {}).values():
            end = offset + field.itemsize
            bits[offset:end] = 0xFF
            if field.base.kind == "f":
                size = field.base.itemsize
                floats[size][offset // size : end // size] = True
        return cls(dtype, bits.view(np.uint64), floats[8], floats[4], bool(floats[4].any()))

    def padded(self, rows: Rows) -> NDArray[np.uint64]:
        """`rows` as words of shape (rows, words), a copy whose padding is zero. Raises TypeError for rows of another
        dtype.
        """
        if rows.dtype != self.dtype:
            raise TypeError(f"rows of {rows.dtype}, expected {self.dtype}")
        return np.ascontiguousarray(rows).view(np.uint64).reshape(len(rows), len(self.bits)) & self.bits

    def words(self, rows: Rows) -> NDArray[np.uint64]:
        """The same, every NaN the quiet one without sign or payload: which NaN an operation makes differs between
        processors.
        """
        words = self.padded(rows)
        values = words.view(np.float64)
        np.copyto(words, _QUIET_NAN_8, where=(values != values) & self.floats_8)
        if self.has_floats_4:
            halves, singles = words.view(np.uint32), words.view(np.float32)
            np.copyto(halves, _QUIET_NAN_4, where=(singles != singles) & self.floats_4)
        return words
