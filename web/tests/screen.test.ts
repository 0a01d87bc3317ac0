import { describe, expect, test } from "vitest";
import { plane } from "../src/project.js";
import { pick, rank, toScreen, vectorSeconds, VECTOR_STEPS, type Visible } from "../src/screen.js";
import { TrackStore, TRUTH } from "../src/store.js";
import { batch } from "./picture.js";

const FOCUS = { x: 500, y: 400, hooked: -1 };

function scene(count: number, identity: (k: number) => number, flags = 0) {
  const store = new TrackStore(plane("laea", 28, 54));
  store.apply(batch(...Array.from({ length: count }, (_, k) => ({ id: k + 1, lon: 24 + (8 * k) / count, identity: identity(k), flags }))));
  const visible: Visible = { rows: new Int32Array(0), count: 0 };
  toScreen(store, [1 / 600, 0, 0, -1 / 600, 500, 400], 1000, 800, 0, visible);
  return { store, visible };
}

const fullOf = (store: TrackStore) => store.full.subarray(0, store.count).reduce((sum, one) => sum + one, 0);

describe("full symbols", () => {
  test("go to all when there is room", () => {
    const { store, visible } = scene(50, () => 4);
    rank(store, visible, 100, FOCUS);
    expect(fullOf(store)).toBe(50);
  });
  test.each([1, 7, 50, 199])("are exactly %i when that many are allowed", (cap) => {
    const { store, visible } = scene(200, (k) => k % 7);
    rank(store, visible, cap, FOCUS);
    expect(fullOf(store)).toBe(cap);
  });
  test("go to the hostile first, then to what lies near", () => {
    const { store, visible } = scene(100, (k) => (k % 10 === 0 ? 6 : 4));
    rank(store, visible, 20, FOCUS);
    for (let k = 0; k < 100; k += 10) expect(store.full[k]).toBe(1);
    expect(store.full[51]).toBe(1);
    expect(store.full[1]).toBe(0);
  });
  test("never go to truth beside a picture", () => {
    const { store, visible } = scene(30, () => 6, TRUTH);
    for (const cap of [10, 100]) {
      rank(store, visible, cap, FOCUS);
      expect(fullOf(store)).toBe(0);
    }
  });
});

test("only what lies in the picture is in view", () => {
  const { store, visible } = scene(100, () => 4);
  expect(visible.count).toBeGreaterThan(50);
  toScreen(store, [1 / 600, 0, 0, -1 / 600, 5000, 400], 1000, 800, 0, visible);
  expect(visible.count).toBe(0);
});

test("the nearest track is picked within reach", () => {
  const { store, visible } = scene(20, () => 4);
  const [x, y] = [store.screenX[7], store.screenY[7]];
  expect(pick(store, visible, x + 3, y - 2, 18)).toBe(7);
  expect(pick(store, visible, x, y - 40, 18)).toBe(-1);
});

test("speed vectors grow with the scale and stay in round steps", () => {
  const chosen = [50, 200, 500, 1000, 3000, 20000].map(vectorSeconds);
  expect(chosen).toEqual([...chosen].sort((a, b) => a - b));
  expect(chosen.every((seconds) => VECTOR_STEPS.includes(seconds))).toBe(true);
});
