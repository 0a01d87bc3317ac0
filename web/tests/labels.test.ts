import { describe, expect, test } from "vitest";
import { FAR, LABEL, LabelGrid, NOWHERE, place, PLACES, SYMBOL, type Placed, type Wish } from "../src/labels.js";

const SIZE = { width: 600, height: 400 };

function wish(x: number, y: number, last = NOWHERE): Wish {
  return { row: 0, x, y, half: 12, width: 70, height: 26, last };
}

function placeAll(wishes: readonly Wish[], originX = 0): Placed[] {
  const grid = new LabelGrid();
  grid.reset(SIZE.width, SIZE.height, originX, 0);
  for (const { x, y } of wishes) grid.take(x - 9, y - 9, 18, 18, SYMBOL);
  return wishes.map((one) => {
    const out: Placed = { left: 0, top: 0, place: NOWHERE };
    place(grid, one, out);
    return out;
  });
}

function overlap(a: Placed, b: Placed): boolean {
  return Math.abs(a.left - b.left) < 70 && Math.abs(a.top - b.top) < 26;
}

describe("labels", () => {
  const wishes = Array.from({ length: 80 }, (_, k) => wish(40 + ((k * 97) % 520), 40 + ((k * 61) % 320)));

  test("never lie on each other, and never outside the picture", () => {
    const placed = placeAll(wishes).filter((one) => one.place !== NOWHERE);
    expect(placed.length).toBeGreaterThan(30);
    placed.forEach((a, k) => {
      expect(placed.slice(k + 1).some((b) => overlap(a, b))).toBe(false);
      expect(a.left > -9 && a.top > -9 && a.left + 70 < SIZE.width + 17 && a.top + 26 < SIZE.height + 17).toBe(true);
    });
  });

  test("keep their place when it is still free", () => {
    for (let last = 0; last < PLACES; last++) expect(placeAll([wish(300, 200, last)])[0].place).toBe(last);
  });

  test("stay where they are when the map is panned", () => {
    const before = placeAll(wishes).map((one) => one.place);
    for (const by of [1, 3, 7, 13]) {
      const moved = wishes.slice(0, 20).map((one) => ({ ...one, x: one.x + by }));
      const same = placeAll(wishes.slice(0, 20)).map((one) => one.place);
      expect(placeAll(moved, by).map((one) => one.place)).toEqual(same);
    }
    expect(before).toHaveLength(80);
  });

  test("go farther off when all near places are taken", () => {
    const grid = new LabelGrid();
    grid.reset(SIZE.width, SIZE.height, 0, 0);
    grid.take(150, 110, 300, 180, LABEL);
    const out: Placed = { left: 0, top: 0, place: NOWHERE };
    expect(place(grid, wish(300, 200), out)).toBe(false);
    grid.reset(SIZE.width, SIZE.height, 0, 0);
    grid.take(276, 174, 49, 52, LABEL);
    expect(place(grid, wish(300, 200), out)).toBe(true);
    expect(out.place).toBeGreaterThanOrEqual(FAR);
  });

  test("rather lie over a symbol than not be there", () => {
    const grid = new LabelGrid();
    grid.reset(SIZE.width, SIZE.height, 0, 0);
    grid.take(0, 0, SIZE.width, SIZE.height, SYMBOL);
    const out: Placed = { left: 0, top: 0, place: NOWHERE };
    expect(place(grid, wish(300, 200), out)).toBe(true);
  });
});
