import { describe, expect, test } from "vitest";
import { CHARACTERS, glyphsFromInk, write } from "../src/glyphs.js";
import { Painter, type Frame, type Overlay, type Sprites } from "../src/painter.js";
import { plane } from "../src/project.js";
import { blend, blit, hex, line, newRaster, rgba, splitSprite, textSprite, thinLine, type Raster } from "../src/raster.js";
import { COASTING, TrackStore } from "../src/store.js";
import { dotsOf, paletteOf, THEMES } from "../src/theme.js";
import { batch } from "./picture.js";

const RED = rgba(255, 0, 0);
const BLUE = rgba(0, 0, 255);
const drawn = (raster: Raster) => raster.pixels.reduce((sum, pixel) => sum + (pixel >>> 24 ? 1 : 0), 0);

describe("blending", () => {
  test("onto nothing keeps the colour and weakens its opacity", () => {
    const pixels = new Uint32Array(1);
    blend(pixels, 0, RED, 128);
    expect(pixels[0]).toBe(rgba(255, 0, 0, 128));
  });
  test("onto a covering colour stays covering and mixes", () => {
    const pixels = Uint32Array.of(BLUE);
    blend(pixels, 0, RED, 51);
    expect(pixels[0]).toBe(rgba(51, 0, 204));
  });
  test("of nothing changes nothing", () => {
    const pixels = Uint32Array.of(BLUE);
    blend(pixels, 0, RED, 0);
    expect(pixels[0]).toBe(BLUE);
  });
});

describe("lines", () => {
  test.each([line, thinLine])("never leave the picture, wherever they go", (draw) => {
    const raster = newRaster(40, 30);
    // Words before and behind must stay as they are: a line that leaves a row would land in the next one.
    const guarded = new Uint32Array(40 * 30 + 160);
    const inner: Raster = { width: 40, height: 30, pixels: guarded.subarray(80, 80 + 40 * 30) };
    for (let k = 0; k < 500; k++) {
      const at = (a: number) => ((k * a) % 1) * 200 - 80;
      for (const target of [raster, inner]) draw(target, at(0.618), at(0.7549), at(0.5698), at(0.381), RED);
    }
    expect(guarded.subarray(0, 80).every((word) => word === 0)).toBe(true);
    expect(guarded.subarray(80 + 1200).every((word) => word === 0)).toBe(true);
  });
  test("run from end to end", () => {
    const raster = newRaster(20, 20);
    line(raster, 2, 3, 12, 3, RED);
    for (let x = 2; x <= 12; x++) expect(raster.pixels[3 * 20 + x]).toBe(RED);
    expect(drawn(raster)).toBe(11);
  });
  test("dashed leave gaps", () => {
    const raster = newRaster(40, 5);
    line(raster, 2, 2, 36, 2, RED, 4);
    expect(drawn(raster)).toBeLessThan(24);
    expect(drawn(raster)).toBeGreaterThan(12);
  });
});

describe("sprites", () => {
  const arrow = textSprite(["  #  ", " ### ", "#####"], RED, BLUE);
  test("draw what was drawn", () => {
    const raster = newRaster(11, 11);
    blit(raster, arrow, 5, 5);
    expect(drawn(raster)).toBe(9);
    expect(raster.pixels[4 * 11 + 5]).toBe(RED);
    expect(raster.pixels[6 * 11 + 3]).toBe(RED);
  });
  test("are cut at every edge, not wrapped round", () => {
    for (const [x, y, left] of [[0, 5, 6], [10, 5, 6], [5, 0, 8], [5, 10, 4], [-9, 5, 0]]) {
      const raster = newRaster(11, 11);
      blit(raster, arrow, x, y);
      expect(drawn(raster)).toBe(left);
    }
  });
  test("draw rightly after the picture changed its width", () => {
    for (const width of [20, 31, 20]) {
      const raster = newRaster(width, 20);
      blit(raster, arrow, 10, 10);
      expect(raster.pixels[11 * width + 8]).toBe(RED);
      expect(drawn(raster)).toBe(9);
    }
  });
  test("part what covers from what must be blended", () => {
    const bytes = new Uint8ClampedArray([255, 0, 0, 255, 255, 0, 0, 100, 0, 0, 0, 0]);
    const sprite = splitSprite(bytes, 3, 1, 0);
    expect([sprite.solidX.length, sprite.softX.length]).toEqual([1, 1]);
    expect([...sprite.reach]).toEqual([1, 0, 0, 0]);
    expect(splitSprite(bytes, 3, 1, 0, 100).solidX.length).toBe(0);
  });
});

const ink = [...CHARACTERS].map((character) => new Uint8Array(8 * 12).fill(character === " " ? 0 : 255, 27, 50));
const glyphs = glyphsFromInk(ink, 8, 12, 7, 12);

test("text outside the picture is left out and the rest is written", () => {
  const raster = newRaster(30, 14);
  write(raster, glyphs, "ABCDEFGH", 2, 1, RED, BLUE);
  expect(drawn(raster)).toBeGreaterThan(0);
  const lower = newRaster(30, 14);
  write(lower, glyphs, "AB", 2, 8, RED, BLUE);
  expect(drawn(lower)).toBe(0);
});

const block = (color: number) => splitSprite(new Uint8ClampedArray(Uint32Array.from({ length: 81 }, () => color).buffer), 9, 4, 4);
const FULL = rgba(1, 2, 3);
const FAINT = rgba(1, 2, 3, 90);
const sprites: Sprites = { full: () => block(FULL), coasting: () => block(FAINT), dots: dotsOf(THEMES.dark), glyphs };
const NOTHING: Overlay = { marks: [], strobes: [], engagements: [] };
const KM = 1 / 1000;

function frame(change: Partial<Frame> = {}): Frame {
  return {
    matrix: [KM, 0, 0, -KM, 150, 100],
    ahead: 0,
    vectorSeconds: 60,
    detail: { symbols: 500, labels: 200, history: 5 },
    hooked: 0,
    focusX: 150,
    focusY: 100,
    labelOf: () => ["TRACK", "090 450"],
    names: true,
    footer: "",
    ...change,
  };
}

function painted(change: Partial<Frame>, overlay: Overlay, ...rows: Parameters<typeof batch>) {
  const store = new TrackStore(plane("laea", 28, 54));
  store.apply(batch(...rows));
  const painter = new Painter(sprites, paletteOf(THEMES.dark));
  const raster = newRaster(300, 200);
  raster.pixels.fill(RED);
  const told = painter.paint(raster, store, overlay, frame(change));
  const has = (color: number) => raster.pixels.includes(color);
  return { raster, told, has, store, at: (x: number, y: number) => raster.pixels[y * 300 + x] };
}

describe("a frame", () => {
  test("without tracks is empty, whatever was there before", () => {
    const { raster, told } = painted({}, NOTHING);
    expect(drawn(raster)).toBe(0);
    expect(told).toEqual({ inView: 0, symbols: 0, labels: 0 });
  });
  test("puts a track's symbol where the track is, with vector and label", () => {
    const { at, told } = painted({}, NOTHING, {});
    expect(at(150, 100)).toBe(FULL);
    expect(at(160, 100) & 0xffffff).toBe(hex(THEMES.dark.frames.hostile) & 0xffffff);
    expect(told).toEqual({ inView: 1, symbols: 1, labels: 1 });
  });
  test("carries a track on by the seconds since its update", () => {
    const { at } = painted({ ahead: 80, vectorSeconds: 0 }, NOTHING, {});
    expect(at(170, 100)).toBe(FULL);
    expect(at(150, 100)).toBe(0);
  });
  test("rations symbols: the hostile one has it, the neutral ones become dots", () => {
    const detail = { symbols: 1, labels: 0, history: 0 };
    const neutral = { id: 2, identity: 4, lon: 27.5 };
    const { at, told, store } = painted({ detail, vectorSeconds: 0 }, NOTHING, neutral, { id: 3, identity: 4, lon: 28.6 }, {});
    expect(told.symbols).toBe(1);
    expect(at(150, 100)).toBe(FULL);
    expect(store.full[store.rowOf(1)]).toBe(1);
    expect(store.full[store.rowOf(2)]).toBe(0);
  });
  test("gives the hooked track its symbol before all others", () => {
    const detail = { symbols: 1, labels: 0, history: 0 };
    const { store } = painted({ detail, hooked: 2 }, NOTHING, {}, { id: 2, identity: 4, lon: 27.5 });
    expect([store.full[store.rowOf(1)], store.full[store.rowOf(2)]]).toEqual([0, 1]);
  });
  test("shows coasting by a weaker picture and a hash", () => {
    const { has } = painted({}, NOTHING, { flags: COASTING });
    expect(has(FULL)).toBe(false);
    expect(has(FAINT)).toBe(true);
  });
  test("draws strobes, units and engagements", () => {
    const overlay: Overlay = {
      marks: [{ x: -60000, y: 0, sprite: block(BLUE), name: "" }],
      strobes: [Float64Array.of(-100000, 50000, 100000, 50000)],
      engagements: [{ x: -60000, y: 0, track: 1 }, { x: 0, y: 0, track: 99 }],
    };
    const { at, has } = painted({}, overlay, {});
    expect(at(88, 97)).toBe(BLUE);
    expect(has(paletteOf(THEMES.dark).engagement)).toBe(true);
    expect(at(52, 50)).not.toBe(0);
  });
  test("is the same bytes for the same picture", () => {
    const rows = Array.from({ length: 60 }, (_, k) => ({ id: k + 1, lon: 27 + (k % 10) / 5, lat: 53.6 + k / 80, identity: k % 7 }));
    expect(painted({}, NOTHING, ...rows).raster.pixels).toEqual(painted({}, NOTHING, ...rows).raster.pixels);
  });
  test("says at its foot that weapons are simulated", () => {
    const { raster } = painted({ footer: "WEAPONS SIMULATED" }, NOTHING);
    expect(drawn(raster)).toBeGreaterThan(200);
  });
});
