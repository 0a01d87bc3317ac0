/**
 * Map planes on a sphere: Mercator, and two planes centred on the scene (equal area, equidistant), all in closed form.
 *
 * Every layer goes through the same plane, so the picture agrees with itself; distances are never taken from it.
 * Formulas: Snyder, "Map Projections: A Working Manual", USGS 1395 (1987), eqs. 7-1, 24-2..24-3, 25-2..25-3, 20-14..20-18.
 */

const DEG = Math.PI / 180;

/** Radius of the Mercator sphere of web maps, metres; used for all planes so that scales compare. */
export const RADIUS_M = 6378137;

export type PlaneName = "laea" | "aeqd" | "mercator";

export const PLANES: readonly { name: PlaneName; word: string }[] = [
  { name: "laea", word: "equal area" },
  { name: "aeqd", word: "equidistant" },
  { name: "mercator", word: "Mercator" },
];

/** A map plane: metres east and north of its origin for longitude and latitude in degrees, and back. */
export interface Plane {
  readonly name: PlaneName;
  /** Name under which the map library knows it. */
  readonly code: string;
  /** Half the width of what can be shown, metres. */
  readonly reach: number;
  forward(lon: number, lat: number, out: Float64Array | number[], at: number): void;
  inverse(x: number, y: number, out: Float64Array | number[], at: number): void;
}

/** The plane of a name, centred on a place (Mercator ignores the place). */
export function plane(name: PlaneName, lon0: number, lat0: number): Plane {
  return name === "mercator" ? MERCATOR : azimuthal(name, lon0, lat0);
}

const MERCATOR: Plane = {
  name: "mercator",
  code: "EPSG:3857",
  reach: Math.PI * RADIUS_M,
  forward(lon, lat, out, at) {
    const clipped = Math.min(85.06, Math.max(-85.06, lat));
    out[at] = RADIUS_M * lon * DEG;
    out[at + 1] = RADIUS_M * Math.log(Math.tan(Math.PI / 4 + (clipped * DEG) / 2));
  },
  inverse(x, y, out, at) {
    out[at] = x / RADIUS_M / DEG;
    out[at + 1] = (2 * Math.atan(Math.exp(y / RADIUS_M)) - Math.PI / 2) / DEG;
  },
};

function azimuthal(name: "laea" | "aeqd", lon0: number, lat0: number): Plane {
  const sin0 = Math.sin(lat0 * DEG);
  const cos0 = Math.cos(lat0 * DEG);
  const equalArea = name === "laea";
  return {
    name,
    code: `jointsky:${name}:${lon0.toFixed(4)}:${lat0.toFixed(4)}`,
    reach: equalArea ? 2 * RADIUS_M : Math.PI * RADIUS_M,
    forward(lon, lat, out, at) {
      const phi = lat * DEG;
      const dl = (lon - lon0) * DEG;
      const sin = Math.sin(phi);
      const cos = Math.cos(phi);
      const cosDl = Math.cos(dl);
      const cosC = Math.max(-0.999999, Math.min(1, sin0 * sin + cos0 * cos * cosDl));
      const k = equalArea ? Math.sqrt(2 / (1 + cosC)) : stretch(cosC);
      out[at] = RADIUS_M * k * cos * Math.sin(dl);
      out[at + 1] = RADIUS_M * k * (cos0 * sin - sin0 * cos * cosDl);
    },
    inverse(x, y, out, at) {
      const rho = Math.hypot(x, y) / RADIUS_M;
      if (rho < 1e-12) {
        out[at] = lon0;
        out[at + 1] = lat0;
        return;
      }
      const c = equalArea ? 2 * Math.asin(Math.min(1, rho / 2)) : rho;
      const sinC = Math.sin(c);
      const cosC = Math.cos(c);
      const north = y / RADIUS_M / rho;
      out[at] = lon0 + Math.atan2((x / RADIUS_M / rho) * sinC, cos0 * cosC - north * sin0 * sinC) / DEG;
      out[at + 1] = Math.asin(Math.max(-1, Math.min(1, cosC * sin0 + north * sinC * cos0))) / DEG;
    },
  };
}

function stretch(cosC: number): number {
  const c = Math.acos(cosC);
  return c < 1e-9 ? 1 : c / Math.sin(c);
}

/** Great-circle distance in degrees of arc between two places. */
export function arcBetween(lon1: number, lat1: number, lon2: number, lat2: number): number {
  const half = Math.sin(((lat2 - lat1) * DEG) / 2) ** 2;
  const across = Math.cos(lat1 * DEG) * Math.cos(lat2 * DEG) * Math.sin(((lon2 - lon1) * DEG) / 2) ** 2;
  return (2 * Math.asin(Math.min(1, Math.sqrt(half + across)))) / DEG;
}

/** The place reached from (lon, lat) in degrees along a bearing in degrees for a distance in metres, on the sphere. */
export function destination(lon: number, lat: number, bearing: number, distance: number): [number, number] {
  const d = distance / 6371008.8;
  const sin = Math.sin(lat * DEG) * Math.cos(d) + Math.cos(lat * DEG) * Math.sin(d) * Math.cos(bearing * DEG);
  const east = Math.sin(bearing * DEG) * Math.sin(d) * Math.cos(lat * DEG);
  const along = Math.cos(d) - Math.sin(lat * DEG) * sin;
  return [lon + Math.atan2(east, along) / DEG, Math.asin(Math.max(-1, Math.min(1, sin))) / DEG];
}
