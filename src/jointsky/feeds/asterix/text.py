"""Codings of fields that people read as text: transponder codes in octal, 6-bit characters, octets, plain hexadecimal.

The 6-bit set is that of ICAO Annex 10, volume IV, table 3-9: letters from 1, space 32, digits from 48. An undefined
character reads as nothing.
"""

import numpy as np
from numpy.typing import NDArray

_ALPHABET = "".join(
    chr(64 + code) if 1 <= code <= 26 else chr(code) if code == 32 or 48 <= code <= 57 else "\0" for code in range(64)
)
_CODE_OF = {character: code for code, character in enumerate(_ALPHABET) if character != "\0"}
_OCTETS = np.frombuffer(_ALPHABET.encode(), dtype=np.uint8)


def to_text(raw: int, bits: int, coding: str) -> str:
    """`raw` (an integer of `bits` bits) as people write it. Trailing spaces of characters are dropped."""
    if coding == "octal":
        return f"{raw:0{bits // 3}o}"
    if coding == "hex":
        return f"{raw:0{bits // 4}x}"
    if coding == "ascii":
        return raw.to_bytes(bits // 8).decode("latin-1").rstrip()
    return "".join(_ALPHABET[raw >> shift & 63] for shift in range(bits - 6, -1, -6)).replace("\0", "").rstrip()


def from_text(text: str, bits: int, coding: str) -> int:
    """The integer of a text; 6-bit text is filled with spaces. Raises ValueError for what the coding cannot hold."""
    if coding == "octal":
        return int(text, 8)
    if coding == "hex":
        return int(text, 16)
    if coding == "ascii":
        octets = text.encode("latin-1", "replace").ljust(bits // 8)
        if len(octets) > bits // 8:
            raise ValueError(f"{text!r} is not {bits // 8} characters")
        return int.from_bytes(octets)
    if len(text) > bits // 6 or not set(text) <= _CODE_OF.keys():
        raise ValueError(f"{text!r} is not {bits // 6} characters of A-Z, 0-9 and space")
    raw = 0
    for character in text.ljust(bits // 6):
        raw = raw << 6 | _CODE_OF[character]
    return raw


def idents(raw: NDArray[np.int64]) -> NDArray[np.bytes_]:
    """Aircraft identifications [n] (S8, trailing spaces dropped) of 48-bit integers [n]; negative gives none."""
    shifts = np.arange(42, -1, -6)
    letters = _OCTETS[(raw[:, None] >> shifts) & 63]
    odd = (letters == 0).any(axis=1) & (raw >= 0)
    letters[raw < 0] = 0
    texts = np.strings.rstrip(np.ascontiguousarray(letters).view("S8")[:, 0], b" ")
    texts[odd] = [to_text(number, 48, "ia5").encode() for number in raw[odd].tolist()]
    return texts
