"""The verb that examines: what a recording of surveillance data holds, and what is wrong with it."""

from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jointsky.cli.decode import editions_asked, modes_reports, place_near, read_or_refuse
from jointsky.cli.show import bar
from jointsky.errors import FeedError

if TYPE_CHECKING:
    from jointsky.feeds.examination import SourceFacts


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command()(doctor)


def doctor(
    file: Annotated[Path, typer.Argument(help="Any recording that `jointsky decode` reads.")],
    edition: Annotated[
        list[str] | None,
        typer.Option(help="Read a category in this edition ('21=0.26'), or one source of it ('25/13:48=1.27')."),
    ] = None,
) -> None:
    """Tell in plain words what a recording holds: form, categories, editions, sources and rates; and what is wrong:
    missing sites, gaps, clock errors, duplicates, broken octets, and doubts about ADS-B.

    Example: `jointsky doctor capture.pcap`
    """
    from jointsky.feeds.examination import examine

    fixed = editions_asked(edition or [])
    octets = file.read_bytes()
    if modes_reports(octets, None) is not None:
        _doctor_modes(file, octets)
        return
    with bar(f"examine {file.name}"):
        found = examine(read_or_refuse(file, octets), fixed)
    if not found.sources and not found.form.startswith("capture"):  # nearly any text begins like a block
        raise FeedError(f"{file}: {found.form} in which no record could be read; {'; '.join(found.remarks)}")
    print(f"{file}: {found.form}, {found.datagrams} datagrams{_when(*found.span_utc_s)}")
    for choice in found.choices:
        print(choice.words())
    for one in found.sources:
        print(_words(one))
    for remark in found.remarks:
        print(remark)
    if not found.remarks:
        print("nothing wrong was found")


def _when(first_utc_s: float, last_utc_s: float) -> str:
    """When it was recorded, and how long that took."""
    if not isfinite(first_utc_s):
        return ", without times"
    begun = datetime.fromtimestamp(first_utc_s, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return f" in {last_utc_s - first_utc_s:.1f} s from {begun} on"


def _words(one: "SourceFacts") -> str:
    """One source in a line."""
    parts = [f"source {one.name}, CAT{one.category:03d} edition {one.edition}: {one.records} records"]
    if isfinite(one.rate_hz):
        parts.append(f"{one.rate_hz:.3g} a second")
    if isfinite(one.turn_s):
        parts.append(f"turns in {one.turn_s:.2f} s")
    if isfinite(one.late_s):
        parts.append(f"arrives {one.late_s:.2f} s after its stamp")
    if one.is_sited:
        parts.append("tells its site")
    return ", ".join(parts)


def _doctor_modes(file: Path, octets: bytes) -> None:
    """The same for Mode S: messages by format, aircraft, and doubts."""
    from collections import Counter

    from jointsky.feeds.modes.trust import doubts

    told = modes_reports(octets, place_near(None))
    if told is None:
        return
    reports, remarks = told
    times = [report["timestamp"] for report in reports if report.get("timestamp") is not None]
    addresses = {report["icao24"] for report in reports if "icao24" in report}
    span = max(times) - min(times) if times else 0.0
    print(f"{file}: {remarks[0]}")
    print(f"{len(reports)} messages of {len(addresses)} addresses in {span:.0f} s")
    formats = Counter(report["df"] for report in reports if "df" in report)
    for name, count in sorted(formats.items(), key=lambda item: int(item[0])):
        print(f"format {name}: {count} messages")
    for remark in remarks[1:]:
        print(remark)
    found = doubts(reports)
    for doubt in found:
        print(f"{doubt.icao24}: {doubt.kind}: {doubt.words}")
    if not found and not remarks[1:]:
        print("nothing wrong was found")
