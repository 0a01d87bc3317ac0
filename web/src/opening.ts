/** What to show at first: what the seat has to look after, with room round it. */

import type { Static } from "./protocol.js";
import type { Opening } from "./mapView.js";

const METRES_A_DEGREE = 111195;

/** Room round the sites, as a share of what they span, and the shape of a usual map area (width by height). */
const ROOM = 1.5;
const SHAPE = 1.2;

/** The view that holds all sensors and all that is to be defended; the server's own where there are none, or where radar data are watched. */
export function openingOf(fixed: Pick<Static, "mode" | "sensors" | "assets" | "view">): Opening {
  const sites = [...fixed.sensors, ...fixed.assets].filter((site) => Number.isFinite(site.lon_deg));
  if (sites.length < 3 || fixed.mode === "live" || fixed.mode === "recorded") return fixed.view;
  const [west, east] = span(sites.map((site) => site.lon_deg));
  const [south, north] = span(sites.map((site) => site.lat_deg));
  const lat = (south + north) / 2;
  const width = (east - west) * Math.cos((lat * Math.PI) / 180);
  const largest = Math.max(1, width, (north - south) * SHAPE);
  return { lon_deg: (west + east) / 2, lat_deg: lat, width_m: ROOM * largest * METRES_A_DEGREE };
}

function span(values: readonly number[]): [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
