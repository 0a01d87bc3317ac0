"""The verb that decodes: surveillance data of any known form to JSON lines, CSV or Parquet."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from jointsky.cli.show import bar
from jointsky.errors import DecodeError, FeedError

if TYPE_CHECKING:
    from jointsky.feeds.asterix.scan import Editions
    from jointsky.feeds.recorded import Recorded

_AT_ONCE = 2000
"""So many datagrams are decoded at a time."""

Progress = Callable[[float, float], None]


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.command()(decode)


def decode(
    file: Annotated[
        Path, typer.Argument(help="Capture, ASTERIX blocks or recording, or Mode S (Beast, AVR, SBS-1, hex, JSON).")
    ],
    out: Annotated[
        Path | None, typer.Option(help="File to write: .jsonl, .csv or .parquet; JSON lines to the output without it.")
    ] = None,
    edition: Annotated[
        list[str] | None,
        typer.Option(help="Read a category in this edition ('21=0.26'), or one source of it ('25/13:48=1.27')."),
    ] = None,
    near: Annotated[str | None, typer.Option(help="Mode S: 'lat,lon' near which aircraft on the ground are.")] = None,
) -> None:
    """Decode every item of every ASTERIX record, or the fields and places of Mode S messages.

    Which edition a source sends is found by trying all that are known, and told on standard error; --edition (as often
    as needed) says it instead.

    Example: `jointsky decode capture.pcap --out records.parquet`, `jointsky decode blocks.ast --edition 62=1.16`
    """
    from jointsky.record.atomic import write_whole

    kind = _kind(out)
    octets = file.read_bytes()
    told = modes_reports(octets, place_near(near))
    if told is not None:
        _write_modes(file, told, out, kind)
        return
    recorded, editions = _opened(file, octets, edition or [])
    with bar(f"decode {file.name}") as advance:
        if out is None:
            for line in _lines(recorded, editions, advance):
                sys.stdout.buffer.write(line)
            return
        if kind == ".jsonl":
            write_whole(out, lambda target: target.writelines(_lines(recorded, editions, advance)))
        else:
            write_whole(out, lambda target: _write_table(target, kind, recorded, editions))
    print(f"written: {out}", file=sys.stderr)


def _kind(out: Path | None) -> str:
    kind = ".jsonl" if out is None else out.suffix.lower()
    if kind not in (".jsonl", ".csv", ".parquet"):
        raise FeedError(f"--out: found {out}, expected a name that ends in .jsonl, .csv or .parquet")
    return kind


def place_near(text: str | None) -> tuple[float, float] | None:
    """The place of --near in degrees. Raises FeedError for a text that is none."""
    if text is None:
        return None
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        lat = lon = float("nan")
    if not (-90.0 <= lat <= 90.0 and -180.0 <= lon <= 180.0):
        raise FeedError(f"--near: found {text!r}, expected 'lat,lon' in degrees such as '43.6,1.4'")
    return lat, lon


def modes_reports(octets: bytes, near: tuple[float, float] | None) -> tuple[list[dict[str, Any]], list[str]] | None:
    """Reports of a Mode S recording and remarks, the first of which says what it is; None for octets that are none."""
    from jointsky.feeds.modes.forms import form_of, read_frames
    from jointsky.feeds.modes.reports import decode_frames

    form = form_of(octets)
    if not form:
        return None
    read = read_frames(octets, form)
    reports, broken = decode_frames(read.frames, near)
    remarks = [f"Mode S in {form}, {len(read.frames) + len(read.reports)} messages"]
    if read.errors:
        remarks.append(f"{read.errors} could not be read: {'; '.join(read.faults)}")
    if broken:
        remarks.append(f"{broken} frames are broken (length or parity)")
    return reports + read.reports, remarks


def _write_modes(file: Path, told: tuple[list[dict[str, Any]], list[str]], out: Path | None, kind: str) -> None:
    import polars as pl

    from jointsky.feeds.modes.trust import doubts
    from jointsky.record.atomic import write_whole

    reports, remarks = told
    doubted: dict[str, list[str]] = {}
    for doubt in doubts(reports):
        doubted.setdefault(doubt.icao24, []).append(doubt.kind)
        remarks.append(f"{doubt.icao24}: {doubt.kind}: {doubt.words}")
    for report in reports:
        if report.get("icao24") in doubted:
            report["doubts"] = doubted[report["icao24"]]
    lines = (json.dumps(report, separators=(",", ":")).encode() + b"\n" for report in reports)
    for remark in remarks:
        print(f"{file.name}: {remark}", file=sys.stderr)
    if out is None:
        sys.stdout.buffer.writelines(lines)
    elif kind == ".jsonl":
        write_whole(out, lambda target: target.writelines(lines))
    else:
        table = pl.DataFrame(reports, infer_schema_length=None)
        table = table.with_columns(pl.col("doubts").list.join(" ")) if doubted else table
        write_whole(out, table.write_csv if kind == ".csv" else table.write_parquet)


def read_or_refuse(file: Path, octets: bytes) -> "Recorded":
    """The datagrams of a file. Raises FeedError that names the file for octets of no known form."""
    from jointsky.feeds.recorded import read_recorded

    try:
        return read_recorded(octets)
    except DecodeError as error:
        raise FeedError(f"{file}: {error}") from error


def _opened(file: Path, octets: bytes, asked: list[str]) -> tuple["Recorded", "Editions"]:
    """The datagrams of a file and the editions to read them in; what was chosen and what is wrong goes to standard
    error."""
    from jointsky.feeds.asterix.detect import chosen, detect, refused

    fixed = editions_asked(asked)
    recorded = read_or_refuse(file, octets)
    choices = detect([datagram.octets for datagram in recorded.datagrams])
    named = {category for category, _ in fixed}
    choices = [choice for choice in choices if choice.category not in named]
    if not choices and not fixed:
        raise FeedError(f"{file}: {recorded.form} without any block of a category that is known here")
    without = refused(choices)
    if without and len(without) == len(choices) and not fixed:
        raise FeedError(f"{file}: {'; '.join(choice.words() for choice in without)}")
    for line in [*recorded.warnings, *(choice.words() for choice in choices)]:
        print(f"{file.name}: {line}", file=sys.stderr)
    recorded = _without(recorded, [choice.category for choice in without])
    return recorded, chosen(choices) | fixed


def _without(recorded: "Recorded", categories: list[int]) -> "Recorded":
    """The recording without the blocks of some categories, which would be misread."""
    from dataclasses import replace

    from jointsky.feeds.wrappers import BLOCKS, unwrap

    if not categories:
        return recorded
    kept = [
        datagram._replace(
            octets=b"".join(b.octets for b in unwrap(datagram.octets, BLOCKS) if b.octets[0] not in categories)
        )
        for datagram in recorded.datagrams
    ]
    return replace(recorded, datagrams=kept)


def editions_asked(words: list[str]) -> dict[tuple[int, int], str]:
    """Editions as people ask for them, "48=1.30" or "25/13:48=1.27". Raises FeedError for other words and DecodeError
    for editions that are not known."""
    from jointsky.feeds.asterix.editions import category
    from jointsky.feeds.asterix.scan import EVERY

    found: dict[tuple[int, int], str] = {}
    for word in words:
        source, _, rest = word.rpartition(":")
        number, _, name = rest.partition("=")
        sac, _, sic = source.partition("/")
        parts = (number, sac, sic) if source else (number,)
        if not name or not all(part.isascii() and part.isdigit() and int(part) < 256 for part in parts):
            raise FeedError(f"--edition: found {word!r}, expected such as '48=1.30' or '25/13:48=1.27'")
        try:
            category(int(number), name)
        except DecodeError as error:
            raise FeedError(f"--edition: {error.message}") from error
        found[int(number), int(sac) << 8 | int(sic) if source else EVERY] = name
    return found


def _lines(recorded: "Recorded", editions: "Editions", advance: Progress) -> Iterator[bytes]:
    """One JSON object a record, in the order of the file; what could not be read is told at the end."""
    from jointsky.feeds.asterix.records import decode_records, whole_times
    from jointsky.feeds.asterix.scan import Counters

    counters = Counters()
    heard: dict[Any, float] = {}
    for start in range(0, len(recorded.datagrams), _AT_ONCE):
        some = [datagram.octets for datagram in recorded.datagrams[start : start + _AT_ONCE]]
        for record in whole_times(decode_records(some, counters=counters, editions=editions), heard):
            yield json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        advance(start + len(some), len(recorded.datagrams))
    _tell(counters)


def _write_table(target: BinaryIO, kind: str, recorded: "Recorded", editions: "Editions") -> None:
    from jointsky.feeds.asterix.frames import flat, frame
    from jointsky.feeds.asterix.scan import scan

    found = scan([datagram.octets for datagram in recorded.datagrams], editions)
    table = frame(found)
    if kind == ".csv":
        flat(table).write_csv(target)
    else:
        table.write_parquet(target)
    _tell(found.counters)


def _tell(counters: Any) -> None:
    """What was read and what was not, on standard error."""
    read = ", ".join(f"CAT{name} {count}" for name, count in sorted(counters.records.items())) or "none"
    skipped = "".join(f"; CAT{name} has no layout: {count} blocks" for name, count in sorted(counters.skipped.items()))
    broken = f"; {counters.errors} broken blocks" if counters.errors else ""
    print(f"records: {read}{skipped}{broken}", file=sys.stderr)
