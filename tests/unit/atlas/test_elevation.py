"""Ground from files: each format as its standard lays it out, and what is refused with row and reason."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from jointsky.atlas import geotiff, terrain
from jointsky.atlas.elevation import open_elevation, read_dted, read_geotiff, read_hgt
from jointsky.errors import TableError

SIDE = 1201


def slope() -> np.ndarray:
    """Heights that rise by a metre per post to the north and two to the east: rows from the north."""
    return (np.arange(SIDE)[::-1, None] + 2 * np.arange(SIDE)[None, :]).astype(np.int16) // 4


def hgt(folder: Path, heights: np.ndarray, name: str = "N53E030.hgt") -> Path:
    path = folder / name
    path.write_bytes(heights.astype(">i2").tobytes())
    return path


def dted(folder: Path, datum: bytes = b"WGS84", damage: bool = False) -> Path:
    """A DTED file of 5 columns (from the west) and 3 rows (from the south), a quarter and half a degree apart."""
    uhl = b"UHL10300000E0530000N90001800" + b" " * 19 + b"00050003" + b"0" + b" " * 24
    dsi = bytearray(b"DSI".ljust(648))
    dsi[141:144], dsi[144:149] = b"E96", datum
    records = b""
    for column in range(5):
        record = struct.pack(">B3sHH", 0xAA, column.to_bytes(3, "big"), column, 0)
        for row in range(3):
            height = 100 * column + row - 150
            record += struct.pack(">H", abs(height) | (0x8000 if height < 0 else 0))
        records += record + struct.pack(">I", sum(record) + damage)
    path = folder / "e030.dt0"
    path.write_bytes(uhl.ljust(80) + bytes(dsi) + b"ACC".ljust(2700) + records)
    return path


def test_hgt_rows_come_from_the_north(tmp_path: Path) -> None:
    ground = open_elevation([hgt(tmp_path, slope())])
    assert ground.height_m(53.0, 30.0) == slope()[-1, 0] and ground.height_m(54.0, 31.0) == slope()[0, -1]
    between = 0.25 * slope()[600:602, 300:302].sum()
    assert ground.height_m(54.0 - 600.5 / 1200, 30.0 + 300.5 / 1200) == pytest.approx(between)
    assert ground.spacing_m == pytest.approx(92.66, abs=0.1)
    assert ground.height_m(52.5, 27.0) == terrain.height_m(52.5, 27.0)  # beyond the tile: the coarse grid


def test_dted_columns_come_from_the_west_with_signs(tmp_path: Path) -> None:
    tile = read_dted(dted(tmp_path))
    assert (tile.west_deg, tile.south_deg) == (30.0, 53.0)
    assert (tile.lon_step_deg, tile.lat_step_deg) == pytest.approx((0.25, 0.05))
    assert tile.height_m[:, 0].tolist() == [-150.0, -149.0, -148.0] and tile.height_m[2, 4] == 252.0


def test_geotiff_is_read_as_it_was_written(tmp_path: Path) -> None:
    values = np.arange(24, dtype=np.uint8).reshape(4, 6, 1)
    path = tmp_path / "a.tif"
    path.write_bytes(geotiff.encode(geotiff.Raster(54.0, 30.0, 0.5, 0.25, values, about="heights")))
    raster = geotiff.read(path)
    assert (raster.north_deg, raster.west_deg, raster.about) == (54.0, 30.0, "heights")
    assert (raster.values == values).all()
    assert read_geotiff(path).height_m[0].tolist() == values[3, :, 0].tolist()
    two = np.stack((values[:, :, 0], 7 + values[:, :, 0]), axis=2)
    path.write_bytes(geotiff.encode(geotiff.Raster(54.0, 30.0, 0.5, 0.25, two)))
    assert (geotiff.read(path).values == two).all()


def test_rasterio_reads_and_writes_the_same(tmp_path: Path) -> None:
    rasterio = pytest.importorskip("rasterio")
    values = np.arange(48, dtype=np.uint8).reshape(4, 6, 2)
    path = tmp_path / "a.tif"
    path.write_bytes(geotiff.encode(geotiff.Raster(54.0, 30.0, 0.5, 0.25, values)))
    with rasterio.open(path) as found:
        assert found.crs.to_epsg() == 4326 and found.count == 2
        assert (np.moveaxis(found.read(), 0, 2) == values).all()
        assert found.xy(0, 0) == pytest.approx((30.0, 54.0))
    heights = np.linspace(-10, 900, 35, dtype=np.float32).reshape(5, 7)
    place = rasterio.transform.from_origin(29.5, 54.5, 0.25, 0.1)
    path = tmp_path / "b.tif"
    with rasterio.open(path, "w", driver="GTiff", height=5, width=7, count=1, dtype="float32", crs="EPSG:4326",
                       transform=place, nodata=-9999) as out:  # fmt: skip
        out.write(heights, 1)
    tile = read_geotiff(path)
    assert (tile.height_m == heights[::-1]).all()
    assert (tile.west_deg, tile.south_deg) == pytest.approx((29.625, 54.45 - 0.4))


def refused(call: object, *words: str) -> None:
    with pytest.raises(TableError) as caught:
        call()  # type: ignore[operator]
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_a_hole_is_refused_with_its_row(tmp_path: Path) -> None:
    heights = slope()
    heights[16, 4] = -32768
    path = hgt(tmp_path, heights)
    refused(lambda: read_hgt(path), "N53E030.hgt:17:", "column 5", "fill them first")


def test_wrong_datum_damage_and_strange_files_are_refused(tmp_path: Path) -> None:
    refused(lambda: read_dted(dted(tmp_path, datum=b"WGS72")), "WGS72", "expected WGS84")
    refused(lambda: read_dted(dted(tmp_path, damage=True)), "e030.dt0:1:", "damaged")
    refused(lambda: read_hgt(hgt(tmp_path, slope(), "hills.hgt")), "expected a name such as")
    refused(lambda: read_hgt(hgt(tmp_path, slope()[:100])), "octets")
    refused(lambda: open_elevation(["a.png"]), "expected a name that ends in")
    other = geotiff.encode(geotiff.Raster(54.0, 30.0, 0.5, 0.25, np.zeros((2, 2, 1), np.uint8)))
    path = tmp_path / "a.tif"
    path.write_bytes(other.replace(struct.pack("<4H", 2048, 0, 1, 4326), struct.pack("<4H", 2048, 0, 1, 4267)))
    refused(lambda: read_geotiff(path), "4267", "EPSG:4326")
    path.write_bytes(other[:90])
    refused(lambda: read_geotiff(path), "damaged")
    path.write_bytes(b"no raster at all")
    refused(lambda: read_geotiff(path), "TIFF")
