import { describe, expect, test } from "vitest";
import { arcBetween, destination, plane, PLANES, RADIUS_M } from "../src/project.js";

describe.each(PLANES.map(({ name }) => name))("the plane %s", (name) => {
  const centred = plane(name, 27.6, 53.9);
  test("comes back to where it came from", () => {
    for (let lon = -20; lon <= 80; lon += 7) {
      for (let lat = 20; lat <= 80; lat += 6) {
        const out = [0, 0, 0, 0];
        centred.forward(lon, lat, out, 0);
        centred.inverse(out[0], out[1], out, 2);
        expect(out[2]).toBeCloseTo(lon, 8);
        expect(out[3]).toBeCloseTo(lat, 8);
      }
    }
  });
});

test("the equidistant plane keeps distances and bearings from its centre", () => {
  const aeqd = plane("aeqd", 27.6, 53.9);
  for (const [lon, lat] of [[20, 50], [35, 60], [27.6, 60], [-10, 40]]) {
    const out = [0, 0];
    aeqd.forward(lon, lat, out, 0);
    expect(Math.hypot(out[0], out[1]) / RADIUS_M).toBeCloseTo((arcBetween(27.6, 53.9, lon, lat) * Math.PI) / 180, 9);
  }
  const [lon, lat] = destination(27.6, 53.9, 70, 400000);
  const out = [0, 0];
  aeqd.forward(lon, lat, out, 0);
  expect((Math.atan2(out[0], out[1]) * 180) / Math.PI).toBeCloseTo(70, 9);
});

test("the equal-area plane keeps areas", () => {
  const laea = plane("laea", 27.6, 53.9);
  const area = (lon: number, lat: number) => {
    const step = 0.01;
    const out = [0, 0, 0, 0, 0, 0];
    laea.forward(lon, lat, out, 0);
    laea.forward(lon + step, lat, out, 2);
    laea.forward(lon, lat + step, out, 4);
    const across = (out[2] - out[0]) * (out[5] - out[1]) - (out[3] - out[1]) * (out[4] - out[0]);
    return across / Math.cos(((lat + step / 2) * Math.PI) / 180);
  };
  const one = area(27.6, 53.9);
  for (const [lon, lat] of [[10, 45], [45, 65], [27.6, 70]]) expect(area(lon, lat) / one).toBeCloseTo(1, 3);
});

// From pyproj 3.7: Proj("+proj=laea +R=6378137 +lon_0=27.6 +lat_0=53.9 +x_0=0 +y_0=0") and the same with aeqd.
test.each([
  ["laea", 20, 50, -542989.6023, -405283.6784],
  ["aeqd", 35, 60, 411852.7440, 701125.7540],
] as const)("%s agrees with an authority", (name, lon, lat, x, y) => {
  const out = [0, 0];
  plane(name, 27.6, 53.9).forward(lon, lat, out, 0);
  expect(out[0]).toBeCloseTo(x, 3);
  expect(out[1]).toBeCloseTo(y, 3);
});
