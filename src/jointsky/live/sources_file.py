"""The sources file of `jointsky watch`: many feeds, each with where it comes from, what it is, and its sites."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, Field, ValidationError

from jointsky.catalogue.quantities import Angle, Height, Length, Period, Share, Short
from jointsky.errors import DecodeError, FeedError, ScenarioError, ScenarioErrors
from jointsky.feeds.asterix.editions import KNOWN
from jointsky.feeds.asterix.editions import category as laid_out
from jointsky.feeds.asterix.scan import EVERY
from jointsky.feeds.reports import NOTIONAL_RADAR
from jointsky.feeds.sensors import GEODETIC, KINDS, SENSOR_ROW, SensorTable
from jointsky.feeds.sources.datagrams import QUOTA, Endpoint, endpoint
from jointsky.live.feed import CYCLE_S
from jointsky.scenario.faults import explained
from jointsky.scenario.parts import LatLon, Strict, fault
from jointsky.scenario.sources import Folder, trouble
from jointsky.scenario.tree import Table, plain, read_yaml
from jointsky.units import DEG_RAD

_SOURCE = re.compile(r"(\d{1,3})/(\d{1,3})")
_EDITION = re.compile(r"(?:(\d{1,3})/(\d{1,3}):)?(\d{1,3})")
KindWord = Literal["2d", "3d", "ssr", "psr", "ewr"]


def _place(value: str) -> str:
    """Where a feed comes from: an address with its scheme, or a file."""
    scheme, separator, rest = value.partition("://")
    try:
        if separator and scheme not in ("udp", "tcp"):
            raise FeedError(f"found {value!r}, expected udp:// or tcp:// with ADDRESS:PORT, or a file")
        if separator:
            endpoint(rest, "this address")
    except FeedError as error:
        raise fault(str(error)) from error
    return value


def _sender(value: str) -> str:
    try:
        endpoint(value, "this sender", any_port=True)
    except FeedError as error:
        raise fault(str(error)) from error
    return value


def _sources(value: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in value:
        match = _SOURCE.fullmatch(name)
        if match is None or max(int(match[1]), int(match[2])) > 255:
            raise fault(f"found the source {name!r}, expected SAC/SIC such as '25/7'")
    return value


def _editions(value: dict[str, str]) -> dict[str, str]:
    for name, edition in value.items():
        match = _EDITION.fullmatch(name)
        if match is None or any(part and int(part) > 255 for part in match.groups()):
            raise fault(f"found {name!r}, expected a category such as '48', or '25/7:48' of one source")
        try:
            laid_out(int(match[3]), edition)
        except DecodeError as error:
            raise fault(error.message) from error
    return value


def _categories(value: tuple[int, ...]) -> tuple[int, ...]:
    for number in value:
        if number not in KNOWN:
            raise fault(f"found category {number}, expected some of {', '.join(map(str, KNOWN))}")
    return value


class Site(Strict):
    """A sensor: where it stands and what it can do. What is left out is that of a notional en-route radar."""

    at: LatLon
    height: Height = 0.0
    kind: KindWord = "ssr"
    name: str = ""
    period: Period | None = None
    range: Length | None = None
    sigma_range: Short | None = None
    sigma_azimuth: Angle | None = None
    sigma_height: Short | None = None
    detection: Share | None = None

    def told(self) -> dict[str, float]:
        """What is said, by the columns of SENSOR_ROW."""
        said = {
            "period_s": self.period,
            "max_range_m": self.range,
            "sigma_range_m": self.sigma_range,
            "sigma_az_rad": None if self.sigma_azimuth is None else self.sigma_azimuth * DEG_RAD,
            "sigma_height_m": self.sigma_height,
            "pd": self.detection,
        }
        return {column: value for column, value in said.items() if value is not None}


class FeedPart(Strict):
    """One feed. `comes` is written `from`: udp://ADDRESS:PORT to listen on, tcp://ADDRESS:PORT to connect to, or a
    file."""

    comes: Annotated[str, AfterValidator(_place)] = Field(alias="from")
    sender: Annotated[str, AfterValidator(_sender)] | None = None
    interface: str = "127.0.0.1"
    format: Literal["asterix", "beast", "avr", "sbs", "hex", "json"] | None = None
    editions: Annotated[dict[str, str], AfterValidator(_editions)] = Field(default_factory=dict[str, str])
    categories: Annotated[tuple[int, ...], Field(strict=False), AfterValidator(_categories)] | None = None
    quota: int = Field(default=QUOTA, ge=1, le=1_000_000)
    clock: Period = 30.0
    sensors: str | None = None
    sites: Annotated[dict[str, Site], AfterValidator(_sources)] = Field(default_factory=dict[str, Site])
    at: LatLon | None = None
    height: Height = 0.0

    @property
    def is_live(self) -> bool:
        """Whether it is no file."""
        return "://" in self.comes

    @property
    def place(self) -> Endpoint:
        """The address of a live one."""
        return endpoint(self.comes.partition("://")[2], self.comes)

    def editions_asked(self) -> dict[tuple[int, int], str]:
        """Editions as `scan` takes them."""
        found: dict[tuple[int, int], str] = {}
        for name, edition in self.editions.items():
            match = _EDITION.fullmatch(name)
            if match is not None:
                source = EVERY if match[1] is None else int(match[1]) << 8 | int(match[2])
                found[int(match[3]), source] = edition
        return found


class SourcesFile(Strict):
    """The whole file. `origin` is where sources without a site are put; `rate` how many seconds of the senders' clocks
    pass in one (a run that is sent faster than it was); `cycle` how often a picture is made."""

    feeds: dict[str, FeedPart] = Field(min_length=1)
    origin: LatLon | None = None
    rate: float = Field(default=1.0, ge=0.1, le=60.0)
    cycle: Period = CYCLE_S


def read_sources(path: Path) -> SourcesFile:
    """Read a sources file. Raises ScenarioErrors with the place of every fault in it."""
    folder, faults = Folder(str(path.parent)), list[ScenarioError]()
    shown = str(path)
    try:
        tree = read_yaml(folder.text(path.name), shown, faults)
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioErrors([ScenarioError(shown, 0, 0, "", trouble(error))]) from error
    if faults or not isinstance(tree, Table):
        raise ScenarioErrors(faults or [ScenarioError(shown, 1, 1, "", "expected a map with feeds")])
    try:
        found = SourcesFile.model_validate(plain(tree))
    except ValidationError as error:
        raise ScenarioErrors(explained(tree, error.errors(include_url=False), SourcesFile)) from error
    wrong = [fault_ for name, feed in found.feeds.items() for fault_ in _faults(tree, name, feed, path)]
    if wrong:
        raise ScenarioErrors(wrong)
    return found


def _faults(tree: Table, name: str, feed: FeedPart, path: Path) -> list[ScenarioError]:
    """What does not go together in one feed, at its key."""
    said: list[str] = []
    if feed.comes.startswith("udp://") and feed.sender is None:
        said.append("a feed over UDP needs the one sender whose data are taken: sender: ADDRESS or ADDRESS:PORT")
    if not feed.comes.startswith("udp://") and feed.sender is not None:
        said.append("only a feed over UDP has a sender")
    if feed.comes.startswith("tcp://") and feed.at is None:
        said.append("a Mode S receiver needs its place: at: [latitude, longitude]")
    if not feed.is_live and not (path.parent / feed.comes).is_file():
        said.append(f"there is no file {feed.comes}")
    if feed.sensors is not None and not (path.parent / feed.sensors).is_file():
        said.append(f"there is no sensor file {feed.sensors}")
    feeds = tree.get("feeds")
    entry = feeds.entries[name] if isinstance(feeds, Table) else None
    return [] if entry is None else [entry.key.error(f"feeds.{name}", words) for words in said]


def site_table(sites: Mapping[str, Site]) -> SensorTable:
    """The sites of a feed as a table of sensors."""
    rows = np.zeros(len(sites), SENSOR_ROW)
    names: list[str] = []
    for row, (source, site) in zip(rows, sites.items(), strict=True):
        for column in SENSOR_ROW.names or ():
            row[column] = NOTIONAL_RADAR.get(column, np.nan if SENSOR_ROW[column].kind == "f" else -1)
        for column, value in site.told().items():
            row[column] = value
        row["kind"] = KINDS[site.kind]
        row["lat_deg"], row["lon_deg"], row["alt_m"] = *site.at, site.height
        row["sac"], row["sic"] = (int(part) for part in source.split("/"))
        names.append(site.name or source)
    return SensorTable(GEODETIC, names, [""] * len(names), rows)
