import { describe, expect, test } from "vitest";
import { plane } from "../src/project.js";
import { ENGAGED, HISTORY, TrackStore } from "../src/store.js";
import { batch } from "./picture.js";

const LAEA = plane("laea", 28, 54);

describe("the store", () => {
  test("keeps a row for each track of the last picture and forgets the rest", () => {
    const store = new TrackStore(LAEA);
    store.apply(batch({ id: 5 }, { id: 6, lon: 29 }, { id: 7, lon: 30 }));
    store.apply(batch({ id: 7, lon: 30.5 }, { id: 5, lon: 28.5 }));
    expect(store.count).toBe(2);
    expect(store.rowOf(6)).toBe(-1);
    expect(store.lon[store.rowOf(7)]).toBe(30.5);
    expect(store.lon[store.rowOf(5)]).toBe(28.5);
  });

  test("moves all of a row when another goes", () => {
    const store = new TrackStore(LAEA);
    for (let t = 0; t < 4; t++) store.apply(batch({ id: 1 }, { id: 2, lon: 30 + t, updated: 10 * t, alt: 777 }));
    store.apply(batch({ id: 2, lon: 34, updated: 40, alt: 777 }));
    const row = store.rowOf(2);
    expect(store.historyCount[row]).toBe(4);
    expect(store.alt[row]).toBe(777);
    expect([...store.historyLon.subarray(row * HISTORY, row * HISTORY + 4)]).toEqual([30, 31, 32, 33]);
  });

  test("grows without losing anything", () => {
    const store = new TrackStore(LAEA);
    store.apply(batch({ id: 1, lon: 25 }));
    const many = Array.from({ length: 3000 }, (_, k) => ({ id: k + 1, lon: 25 + k / 1000 }));
    store.apply(batch(...many));
    expect(store.count).toBe(3000);
    expect(store.lon[store.rowOf(2500)]).toBeCloseTo(27.499, 9);
  });

  test("keeps the last dots only, and none while nothing new was seen", () => {
    const store = new TrackStore(LAEA);
    for (let t = 0; t < 30; t++) store.apply(batch({ updated: t * 6, lon: 20 + t }));
    for (let t = 0; t < 5; t++) store.apply(batch({ updated: 174, lon: 60 }));
    expect(store.historyCount[0]).toBe(HISTORY);
    expect(Math.min(...store.historyLon.subarray(0, HISTORY))).toBe(21 + (28 - HISTORY));
  });

  test("moves on the plane as fast as the track flies", () => {
    const store = new TrackStore(LAEA);
    store.apply(batch({ course: 30, speed: 300 }));
    const speed = Math.hypot(store.rateX[0], store.rateY[0]);
    expect(speed / 300).toBeCloseTo(6378137 / 6371008.8, 2);
    expect(Math.atan2(store.rateX[0], store.rateY[0]) * (180 / Math.PI)).toBeCloseTo(30, 0);
  });

  test("puts the engaged before the hostile and the hostile before the neutral", () => {
    const store = new TrackStore(LAEA);
    store.apply(batch({ id: 1, identity: 4 }, { id: 2, identity: 6 }, { id: 3, identity: 4, flags: ENGAGED }));
    expect([...store.weight.subarray(0, 3)]).toEqual([1, 6, 7]);
  });

  test("goes to another plane with its history", () => {
    const store = new TrackStore(LAEA);
    for (let t = 0; t < 3; t++) store.apply(batch({ updated: 10 * t, lon: 28 + t }));
    const mercator = plane("mercator", 0, 0);
    store.reproject(mercator);
    const out = [0, 0];
    mercator.forward(29, 54, out, 0);
    expect(store.historyX[1]).toBeCloseTo(out[0], -1);
    mercator.forward(30, 54, out, 0);
    expect(store.mapX[0]).toBeCloseTo(out[0], 6);
  });
});
