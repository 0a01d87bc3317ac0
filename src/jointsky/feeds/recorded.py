"""A file of surveillance data, whatever it is wrapped in, to datagrams."""

from dataclasses import dataclass
from math import isfinite

from jointsky.errors import DecodeError
from jointsky.feeds.pcap import Datagram, is_capture, read_capture
from jointsky.feeds.wrappers import BLOCKS, form_of, unwrap

_LOOKED_AT = 64
_NO_FORM = (
    "no known form: expected a capture (pcap, pcapng), ASTERIX blocks (plain, length-first, final recording) or "
    "Mode S messages (Beast, AVR, SBS-1, hexadecimal, JSON lines)"
)
_PACKED = {
    b"\x1f\x8b\x08": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"PK\x03\x04": "zip",
    b"\x28\xb5\x2f\xfd": "zstd",
}
"""How compressed files begin; some would pass for blocks."""


@dataclass(frozen=True)
class Recorded:
    """What a file held: its form in words, its datagrams in order (`t_utc_ns` is 0 where the file says no time), and
    what is wrong with it, in words."""

    form: str
    datagrams: list[Datagram]
    warnings: list[str]

    @property
    def has_times(self) -> bool:
        """Whether the file says when each datagram came."""
        return any(datagram.t_utc_ns for datagram in self.datagrams)


def read_recorded(octets: bytes) -> Recorded:
    """The datagrams of a capture or of a recording of ASTERIX blocks.

    What is whole is kept, and what is not is told in a warning. Raises DecodeError where nothing is: octets of no known
    form.
    """
    packed = next((words for start, words in _PACKED.items() if octets.startswith(start)), "")
    if packed:
        raise DecodeError(0, f"this is compressed: found {packed}, expected what is in it; unpack it first")
    if is_capture(octets):
        return _captured(octets)
    form = form_of(octets)
    if not form:
        raise DecodeError(0, _NO_FORM)
    frames = list(unwrap(octets, form))
    datagrams = [Datagram(round(f.t_s * 1e9) if isfinite(f.t_s) else 0, f.octets, f.offset) for f in frames]
    return Recorded({BLOCKS: "ASTERIX blocks"}.get(form, f"{form} recording"), datagrams, [])


def _captured(octets: bytes) -> Recorded:
    found: list[Datagram] = []
    warnings: list[str] = []
    try:
        found.extend(read_capture(octets))
    except DecodeError as error:
        if not found:
            raise
        warnings.append(f"{error.message} (octet {error.offset}); the {len(found)} datagrams before are kept")
    forms = {form_of(datagram.octets) for datagram in found[:_LOOKED_AT]} - {BLOCKS, ""}
    inner = [piece for datagram in found for piece in _unwrapped(datagram)] if forms else found
    return Recorded(f"capture of {' and '.join(sorted(forms))} datagrams" if forms else "capture", inner, warnings)


def _unwrapped(datagram: Datagram) -> list[Datagram]:
    form = form_of(datagram.octets)
    if form in (BLOCKS, ""):
        return [datagram]
    return [Datagram(datagram.t_utc_ns, frame.octets, datagram.offset) for frame in unwrap(datagram.octets, form)]
