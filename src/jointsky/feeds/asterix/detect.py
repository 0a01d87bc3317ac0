"""Which edition of its category a source sends: each known edition is tried on a window of its blocks.

What counts first is that the blocks are consumed exactly. Among editions that read the same blocks, an edition is less
likely the more it finds bits set that it calls spare, or parts that it does not know, then the less its times and
positions make sense. Editions that are alike in all of this: the newest is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jointsky.feeds.asterix.editions import KNOWN, editions
from jointsky.feeds.asterix.layout import SPARE, Extended, Field, Fixed
from jointsky.feeds.asterix.program import Place, Program, program, simple_slots
from jointsky.feeds.asterix.records import TIME_OF_DAY
from jointsky.feeds.asterix.scan import EVERY, Records, sources, split, walk
from jointsky.kernels import asterix as kernel
from jointsky.units import DAY_S

WINDOW = 400
"""So many blocks of a source are looked at, evenly over what there is."""

LEAST_READ = 0.5
"""A layout that consumes a smaller share of the blocks than this is no fit."""

LEAST_BLOCKS = 20
"""A source with fewer blocks has no choice of its own: it is read as its category is."""

_CLEARLY = 0.02

_LATITUDES = ("LAT", "LATITUDE")
_SPARE_WEIGHT, _TIME_WEIGHT, _PLACE_WEIGHT = 0.3, 0.1, 0.1


@dataclass(frozen=True)
class Fit:
    """How one edition fits the blocks of one source.

    `read` is the share of blocks consumed exactly; `spare` that of records with bits set which the edition calls spare
    or with parts it does not know; `times` that of stamps within half an hour of the one before; `places` that of
    latitudes on the earth.
    """

    edition: str
    read: float
    spare: float
    times: float
    places: float

    @property
    def score(self) -> float:
        """The higher the likelier, at most 1."""
        missing = _TIME_WEIGHT * (1 - self.times) + _PLACE_WEIGHT * (1 - self.places) + _SPARE_WEIGHT * self.spare
        return self.read - missing / (1 + _TIME_WEIGHT + _PLACE_WEIGHT + _SPARE_WEIGHT)


@dataclass(frozen=True)
class Choice:
    """What was found about a category, or one source of it.

    `source` is SAC * 256 + SIC, or EVERY; `blocks` how many were looked at; `edition` is empty where none fits; `alike`
    are others that fit as well.
    """

    category: int
    source: int
    blocks: int
    edition: str
    alike: tuple[str, ...]
    fits: tuple[Fit, ...]

    def words(self) -> str:
        """The choice in plain words."""
        best = max(self.fits, key=lambda fit: fit.score)
        where = f"CAT{self.category:03d}, {self.name}"
        if not self.edition:
            share = f"{100 * best.read:.0f} % of {self.blocks} blocks"
            return f"{where}: no known edition fits; the best, {best.edition}, reads {share}"
        reads = f"reads {100 * best.read:.0f} % of {self.blocks} blocks"
        alike = f"; {', '.join(self.alike)} fit as well (what is sent reads alike in them)" if self.alike else ""
        return f"{where}: edition {self.edition} {reads}{alike}"

    @property
    def name(self) -> str:
        """The source as people write it."""
        return "all sources" if self.source < 0 else f"source {self.source >> 8}/{self.source & 255}"


def detect(datagrams: Sequence[bytes]) -> list[Choice]:
    """One choice for each category that has layouts here, and one for each source that clearly sends another edition
    than the rest of its category."""
    octets, _, blocks, _ = split(datagrams)
    blocks = blocks[blocks[:, 4] == kernel.WHOLE]
    found: list[Choice] = []
    for number in np.unique(blocks[:, 0]).tolist():
        if number not in KNOWN:
            continue
        mine = blocks[blocks[:, 0] == number]
        whole = _choose(number, EVERY, octets, mine)
        source = sources(octets, mine)
        names, counts = np.unique(source, return_counts=True)
        many = names[(counts >= LEAST_BLOCKS) & (names >= 0)].tolist()
        apart = [_choose(number, one, octets, mine[source == one]) for one in many if len(names) > 1]
        found += [whole, *(choice for choice in apart if _differs(choice, whole.edition))]
    return found


def _differs(choice: Choice, edition: str) -> bool:
    """Whether the source's own choice fits it clearly better than an edition."""
    by_edition = {fit.edition: fit.score for fit in choice.fits}
    return bool(choice.edition) and by_edition[choice.edition] > by_edition.get(edition, 0.0) + _CLEARLY


def chosen(choices: Sequence[Choice]) -> dict[tuple[int, int], str]:
    """The choices as `scan` takes them."""
    return {(choice.category, choice.source): choice.edition for choice in choices if choice.edition}


def refused(choices: Sequence[Choice]) -> list[Choice]:
    """The categories of which no known edition fits, unless some of their sources fit by themselves."""
    some = {choice.category for choice in choices if choice.edition}
    return [choice for choice in choices if choice.category not in some]


def _choose(number: int, source: int, octets: NDArray[np.uint8], blocks: NDArray[np.int64]) -> Choice:
    looked_at = blocks[np.linspace(0, len(blocks) - 1, min(len(blocks), WINDOW)).astype(np.int64)]
    fits = tuple(_fit(program(number, edition), octets, looked_at) for edition in editions(number))
    best = max(fit.score for fit in fits)
    alike = [fit.edition for fit in fits if fit.score > best - 1e-9 and fit.read >= LEAST_READ]
    edition = alike[-1] if alike else ""
    return Choice(number, source, len(looked_at), edition, tuple(alike[:-1]), fits)


def _fit(laid_out: Program, octets: NDArray[np.uint8], blocks: NDArray[np.int64]) -> Fit:
    records, broken_at = walk(laid_out, octets, blocks)
    read = float(np.mean(broken_at < 0))
    if len(records) == 0:
        return Fit(laid_out.category.edition, read, 1.0, 0.0, 0.0)
    return Fit(laid_out.category.edition, read, _spare_share(records), _time_share(records), _place_share(records))


def _spare_places(laid_out: Program) -> list[Place]:
    """Where the bits lie that an edition calls spare; behind the known parts of an extended item, the bit that says
    that another follows."""
    found: list[Place] = []
    for path, shape in simple_slots(laid_out.category):
        slot = laid_out.slots[path]
        parts = (shape.fields,) if isinstance(shape, Fixed) else shape.parts if isinstance(shape, Extended) else ()
        for part, fields in enumerate(parts):
            bit = 8 * part
            for field in fields:
                if field.name == SPARE:
                    found.append(Place(slot, bit, field, part))
                bit += field.bits
            if isinstance(shape, Extended) and part == len(parts) - 1 and not shape.ends:
                found.append(Place(slot, bit, Field(SPARE, 1), part))
    return found


def _spare_share(records: Records) -> float:
    places = _spare_places(records.program)
    return float(np.count_nonzero(records.at_places(places, 0).any(axis=1)) / len(records)) if places else 0.0


def _time_share(records: Records) -> float:
    """The share of stamps that are near the one before, midnight counted over; 1 where there are none to compare."""
    paths = [path for path in TIME_OF_DAY[records.program.category.number] if path in records.program.places]
    if not paths:
        return 1.0
    stamps = records.values(paths, [1.0] * len(paths))
    of_day = stamps[np.isfinite(stamps).any(axis=1)]
    if len(of_day) < 2:
        return 1.0
    first = of_day[np.arange(len(of_day)), np.argmax(np.isfinite(of_day), axis=1)]
    step = np.mod(np.diff(first) + DAY_S / 2, DAY_S) - DAY_S / 2
    return float(np.mean((np.abs(step) < 1800.0) & (first[1:] <= DAY_S)))


def _place_share(records: Records) -> float:
    """The share of latitudes that are on the earth; 1 where there are none."""
    paths = [path for path, place in records.program.places.items() if place.field.name in _LATITUDES]
    if not paths:
        return 1.0
    degrees = records.values(paths, [1.0] * len(paths))
    there = np.isfinite(degrees)
    return float(np.mean(np.abs(degrees[there]) <= 90.0)) if there.any() else 1.0
