import { describe, expect, test } from "vitest";
import { IDENTITIES, KINDS } from "../src/codes.js";
import { age, climbArrow, course, elapsed, isEmergency, knots, level, place, squawk, zulu } from "../src/format.js";
import { Governor, LEVELS } from "../src/governor.js";
import { ticketFrom } from "../src/link.js";
import { openingOf } from "../src/opening.js";
import { coastAfter } from "../src/picture.js";
import { plane } from "../src/project.js";
import { NO_FILTER, sortedRows } from "../src/rows.js";
import { fighterCode, groundCode, trackCode } from "../src/sidc.js";
import { NO_HEIGHT, RELEASED, TrackStore } from "../src/store.js";
import { batch } from "./picture.js";

test("heights, speeds and angles are said as operators say them", () => {
  expect([level(10668), level(0), level(Number.NaN), level(3000, false)]).toEqual(["350", "000", "---", "---"]);
  expect([climbArrow(5), climbArrow(-5), climbArrow(1)]).toEqual(["\u2191", "\u2193", ""]);
  expect([knots(257.2), course(359.7), course(-1)]).toEqual(["500", "000", "359"]);
  expect([squawk(-1), squawk(0o1234), squawk(7)]).toEqual(["\u2014", "1234", "0007"]);
  expect([0o7500, 0o7600, 0o7700, 7700].map(isEmergency)).toEqual([true, true, true, false]);
  expect(place(-0.5, 53.99999)).toBe("54\u00b000.0\u2032N 000\u00b030.0\u2032W");
  expect([zulu(3723000), zulu(Number.NaN), elapsed(3723)]).toEqual(["01:02:03Z", "--:--:--Z", "T+1:02:03"]);
  expect([age(3.14), age(42), age(600), age(Number.POSITIVE_INFINITY)]).toEqual(["3.1 s", "42 s", "10 min", "never"]);
});

test("no symbol is ever drawn as real", () => {
  const codes = [fighterCode(), groundCode("launcher"), groundCode("radar"), groundCode("airfield")];
  IDENTITIES.forEach((_, identity) => [...KINDS.keys(), 255].forEach((kind) => codes.push(trackCode(identity, kind))));
  for (const code of codes) expect(code).toMatch(/^102[0-6](01|02|10|15|20)0000\d{6}0000$/);
});

test("a seat and its key stand behind the #", () => {
  expect(ticketFrom("#seat=west.cp&key=a%2Fb")).toEqual({ seat: "west.cp", key: "a/b" });
  expect(ticketFrom("#seat=west.cp")).toBeNull();
  expect(ticketFrom("")).toBeNull();
});

test("the first view holds all sites, or is the server's where there are none", () => {
  const view = { lon_deg: 1, lat_deg: 2, width_m: 3 };
  const site = (lon_deg: number, lat_deg: number) => ({ lon_deg, lat_deg }) as never;
  const sites = { sensors: [site(24, 52), site(32, 56)], assets: [site(28, 54)], view };
  expect(openingOf({ mode: "exercise", sensors: [], assets: [], view })).toBe(view);
  expect(openingOf({ mode: "live", ...sites })).toBe(view);
  const opening = openingOf({ mode: "exercise", ...sites });
  expect([opening.lon_deg, opening.lat_deg]).toEqual([28, 54]);
  expect(opening.width_m).toBeGreaterThan(8 * 111195 * Math.cos(0.94));
});

test("a track coasts after the slowest sensor has turned more than twice", () => {
  expect([coastAfter([]), coastAfter([4, 4]), coastAfter([4, 10])]).toEqual([12, 12, 25]);
});

describe("the track table", () => {
  const store = new TrackStore(plane("laea", 28, 54));
  store.apply(
    batch(
      { id: 3, identity: 4, alt: 9000, origin: 0 },
      { id: 1, identity: 6, alt: 500, origin: 1, flags: RELEASED },
      { id: 2, identity: 1, alt: 3000, origin: 1, flags: NO_HEIGHT },
    ),
  );
  const ids = (rows: number[]) => rows.map((row) => store.id[row]);
  test("puts the pressing first and turns round", () => {
    expect(ids(sortedRows(store, NO_FILTER, "identity", false))).toEqual([1, 2, 3]);
    expect(ids(sortedRows(store, NO_FILTER, "level", true))).toEqual([3, 2, 1]);
  });
  test("narrows by identity, nation, level and release", () => {
    expect(ids(sortedRows(store, { ...NO_FILTER, identity: 4 }, "track", false))).toEqual([3]);
    expect(ids(sortedRows(store, { ...NO_FILTER, nation: 1 }, "track", false))).toEqual([1, 2]);
    expect(ids(sortedRows(store, { ...NO_FILTER, lowest: 10 }, "track", false))).toEqual([1, 3]);
    expect(ids(sortedRows(store, { ...NO_FILTER, highest: 100 }, "track", false))).toEqual([1]);
    expect(ids(sortedRows(store, { ...NO_FILTER, releasedOnly: true }, "track", false))).toEqual([1]);
  });
});

describe("the governor", () => {
  const run = (governor: Governor, interval: number, seconds: number, from: number) => {
    let now = from;
    while (now < from + 1000 * seconds) governor.frame((now += interval));
    return now;
  };
  test("lowers symbols, then labels, then history, and stops at the least", () => {
    const governor = new Governor();
    run(governor, 50, 60, 0);
    expect(governor.level).toBe(LEVELS.length - 1);
    for (let k = 1; k < LEVELS.length; k++) {
      expect(LEVELS[k].symbols).toBeLessThanOrEqual(LEVELS[k - 1].symbols);
      expect(LEVELS[k].labels).toBeLessThanOrEqual(LEVELS[k - 1].labels);
      expect(LEVELS[k].history).toBeLessThanOrEqual(LEVELS[k - 1].history);
    }
  });
  test("leaves well alone, and raises detail again when there is room", () => {
    const governor = new Governor();
    let now = run(governor, 25, 10, 0);
    expect(governor.level).toBe(0);
    now = run(governor, 60, 3, now);
    const low = governor.level;
    expect(low).toBeGreaterThan(0);
    run(governor, 16, 60, now);
    expect(governor.level).toBe(0);
  });
  test("does not take a hidden page for a slow one", () => {
    const governor = new Governor();
    for (let k = 0; k < 20; k++) governor.frame(k * 5000);
    expect(governor.level).toBe(0);
  });
});
