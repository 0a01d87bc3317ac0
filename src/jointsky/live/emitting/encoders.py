"""The table of formats that a run can be emitted in."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from jointsky.live.emitting.asterix import asterix
from jointsky.live.emitting.cot import cot
from jointsky.live.emitting.told import Emission, Told


class Encoder(NamedTuple):
    """A format: what of a run it says, and the UDP port its captures name."""

    what: str
    port: int
    emissions: Callable[[Told], Iterator[Emission]]


ENCODERS: dict[str, Encoder] = {
    "asterix": Encoder("radars' 034 and 048, posts' 062, 065 and 004", 8600, asterix),
    "cot": Encoder("posts' tracks as Cursor on Target events", 4242, cot),
}
"""Every format by the name of its option; a new one is a line here."""
