"""The verb about what radars see over ground: coverage."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jointsky.cli.show import bar, table
from jointsky.errors import ScenarioError

if TYPE_CHECKING:
    from jointsky.planning.coverage import Coverage


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(coverage)


def coverage(
    file: Annotated[Path, typer.Argument(help="A scenario file.", exists=False)],
    heights: Annotated[str, typer.Option(help="Heights in metres, with commas.")] = "50,300,3000,10000",
    rcs: Annotated[float, typer.Option(help="Radar cross-section of the target in m2.")] = 1.0,
    step: Annotated[float, typer.Option(help="Cell of the grid in degrees.")] = 0.05,
    terrain: Annotated[
        list[str] | None, typer.Option(help="'coarse' (the built-in grid) or a .hgt, .dt0-.dt2 or .tif file; repeat.")
    ] = None,
    airborne: Annotated[bool, typer.Option(help="Add radars on aircraft, in the middle of their orbits.")] = False,
    out: Annotated[Path | None, typer.Option(help="Folder for GeoTIFF, GeoJSON, picture and table.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """What each nation's radars see at some heights, alone and together, and the area gained in km2. With --out: one
    GeoTIFF a height (a band for each nation and one for all), coverage.geojson, coverage.svg and coverage.json.

    Without --terrain heights are above a smooth earth, with it above the ground, and hills hide.

    Example: `jointsky coverage scenarios/union-5-10.yaml --heights 50,300,3000,10000 --rcs 1 --out cover`
    """
    from jointsky.atlas.elevation import COARSE, open_elevation
    from jointsky.planning.coverage import coverage as covered
    from jointsky.scenario.load import load

    levels = _heights(heights)
    if not (rcs > 0.0 and 0.001 <= step <= 5.0):
        raise _fault("--rcs, --step", f"found {rcs:g} m2 and {step:g} deg, expected more than 0 and 0.001 to 5")
    tiles = [name for name in terrain or () if name != "coarse"]
    ground = None if not terrain else open_elevation(tiles) if tiles else COARSE
    scenario = load(file)
    maps: dict[float, Coverage] = {}
    try:
        for height in levels:
            with bar(f"{height:g} m") as advance:
                maps[height] = covered(scenario, height, rcs, step, ground, airborne, advance)
    except ValueError as error:
        raise ScenarioError(str(file), 0, 0, "units", str(error)) from None
    rows = _rows(maps)
    if out is not None:
        _write(out, file.stem, maps, rows)
    if as_json:
        print(json.dumps(rows, indent=2))
    else:
        table(f"Coverage of {rcs:g} m2 (km2)", rows)


def _heights(text: str) -> list[float]:
    try:
        found = [float(word) for word in text.split(",")]
    except ValueError:
        raise _fault("--heights", f"found '{text}', expected numbers with commas, such as 50,300") from None
    if not found or not all(0.0 < height <= 20_000.0 for height in found):
        raise _fault("--heights", f"found '{text}', expected heights above 0 and up to 20000 m")
    return sorted(set(found))


def _fault(option: str, message: str) -> ScenarioError:
    return ScenarioError("coverage", 0, 0, option, message)


def _rows(maps: "Mapping[float, Coverage]") -> list[dict[str, object]]:
    return [
        {"height_m": height, "nation": nation, "alone_km2": round(found.area_km2(nation)),
         "together_km2": round(found.area_km2()), "gained_km2": round(found.gain_km2(nation))}
        for height, found in maps.items() for nation in found.covered
    ]  # fmt: skip


def _write(folder: Path, name: str, maps: "Mapping[float, Coverage]", rows: list[dict[str, object]]) -> None:
    """Every file whole or not at all."""
    from jointsky.record.atomic import write_whole
    from jointsky.report.coverage import coverage_picture

    folder.mkdir(parents=True, exist_ok=True)
    texts = {f"coverage-{height:g}m.tif": _raster(found) for height, found in maps.items()}
    texts["coverage.geojson"] = json.dumps(_geojson(maps)).encode()
    texts["coverage.svg"] = coverage_picture(f"Coverage: {name}", maps).encode()
    texts["coverage.json"] = json.dumps(rows, indent=2).encode()
    for title, octets in texts.items():
        write_whole(folder / title, lambda to, octets=octets: to.write(octets))


def _raster(found: "Coverage") -> bytes:
    import numpy as np

    from jointsky.atlas.geotiff import Raster, encode

    values = np.stack([*found.covered.values(), found.joint()], axis=2)[::-1].astype(np.uint8)
    lat, lon = found.lat_deg, found.lon_deg
    about = "bands, 1 where covered: " + ", ".join([*found.covered, "together"])
    return encode(
        Raster(float(lat[-1]), float(lon[0]), float(lat[1] - lat[0]), float(lon[1] - lon[0]), values, about=about)
    )


def _geojson(maps: "Mapping[float, Coverage]") -> dict[str, Any]:
    from jointsky.planning.outlines import multipolygon

    features = [
        {"type": "Feature", "geometry": multipolygon(mask, found.lat_deg, found.lon_deg),
         "properties": {"height_m": height, "nation": nation,
                        "area_km2": round(found.area_km2(*([nation] if nation in found.covered else [])))}}
        for height, found in maps.items()
        for nation, mask in {**found.covered, "together": found.joint()}.items()
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}
