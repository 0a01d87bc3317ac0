/** Units, radars, airfields, strobes and engagements of the last update, as the painter draws them. */

import type { Atlas, MarkKind } from "./atlas.js";
import type { Mark, Overlay, Path } from "./painter.js";
import { destination, type Plane } from "./project.js";
import type { ConsoleState } from "./state.js";
import { column, tableOf } from "./wire.js";

/** How far a strobe is drawn, and in how many pieces so that it follows the sphere. */
const STROBE_M = 350000;
const STROBE_PIECES = 6;

/** Status codes of a fighter that is in the air. */
const AIRBORNE = new Set([2, 3, 4]);

/** What is drawn beside the tracks now. */
export function overlayOf(state: ConsoleState, plane: Plane, atlas: Atlas): Overlay {
  return {
    marks: [...sites(state, plane, atlas), ...sensors(state, plane, atlas), ...units(state, plane, atlas)],
    strobes: strobes(state, plane),
    engagements: [...engagements(state, plane), ...shots(state, plane)],
  };
}

function mark(plane: Plane, atlas: Atlas, kind: MarkKind, lon: number, lat: number, name: string): Mark {
  const out = [0, 0];
  plane.forward(lon, lat, out, 0);
  return { x: out[0], y: out[1], sprite: atlas.mark(kind), name };
}

function sites(state: ConsoleState, plane: Plane, atlas: Atlas): Mark[] {
  const airfields = state.fixed?.airfields ?? [];
  return airfields.map((site) => mark(plane, atlas, "airfield", site.lon_deg, site.lat_deg, site.name));
}

function sensors(state: ConsoleState, plane: Plane, atlas: Atlas): Mark[] {
  const fixed = state.fixed?.sensors ?? [];
  const table = state.update === null ? null : tableOf(state.update, "sensors");
  if (table === null || table.rows === 0) {
    return fixed
      .filter((sensor) => !sensor.moving)
      .map((sensor) => mark(plane, atlas, "radar", sensor.lon_deg, sensor.lat_deg, sensor.name));
  }
  const index = column(table, "sensor");
  const lon = column(table, "lon_deg");
  const lat = column(table, "lat_deg");
  return Array.from(index, (at, k) => mark(plane, atlas, "radar", lon[k], lat[k], fixed[at]?.name ?? ""));
}

function units(state: ConsoleState, plane: Plane, atlas: Atlas): Mark[] {
  const shooters = state.fixed?.shooters ?? [];
  const out: Mark[] = [];
  const table = state.update === null ? null : tableOf(state.update, "units");
  const index = table === null ? [] : Array.from(column(table, "shooter"));
  shooters.forEach((shooter, at) => {
    const row = index.indexOf(at);
    const known = table !== null && row >= 0;
    const status = known ? column(table, "status")[row] : -1;
    if (shooter.kind === 1 && !AIRBORNE.has(status)) return;
    const lon = known ? column(table, "lon_deg")[row] : shooter.lon_deg;
    const lat = known ? column(table, "lat_deg")[row] : shooter.lat_deg;
    if (lon === null || lat === null || !Number.isFinite(lon)) return;
    out.push(mark(plane, atlas, shooter.kind === 1 ? "fighter" : "launcher", lon, lat, shooter.name));
  });
  return out;
}

function strobes(state: ConsoleState, plane: Plane): Path[] {
  const table = state.update === null ? null : tableOf(state.update, "strobes");
  if (table === null || table.rows === 0) return [];
  const lon = column(table, "lon_deg");
  const lat = column(table, "lat_deg");
  const bearing = column(table, "az_deg");
  return Array.from(lon, (_, k) => {
    const path = new Float64Array(2 * (STROBE_PIECES + 1));
    for (let piece = 0; piece <= STROBE_PIECES; piece++) {
      const at = destination(lon[k], lat[k], bearing[k], (STROBE_M * piece) / STROBE_PIECES);
      plane.forward(at[0], at[1], path, 2 * piece);
    }
    return path;
  });
}

function engagements(state: ConsoleState, plane: Plane): Overlay["engagements"] {
  if (state.update === null) return [];
  const table = tableOf(state.update, "engagements");
  const units = tableOf(state.update, "units");
  const shooters = state.fixed?.shooters ?? [];
  const reported = Array.from(column(units, "shooter"));
  const shooter = column(table, "shooter");
  const track = column(table, "track");
  const out = [];
  for (let k = 0; k < table.rows; k++) {
    const row = reported.indexOf(shooter[k]);
    const lon = row >= 0 ? column(units, "lon_deg")[row] : shooters[shooter[k]]?.lon_deg;
    const lat = row >= 0 ? column(units, "lat_deg")[row] : shooters[shooter[k]]?.lat_deg;
    if (lon === null || lat === null || lon === undefined || lat === undefined) continue;
    const place = [0, 0];
    plane.forward(lon, lat, place, 0);
    out.push({ x: place[0], y: place[1], track: track[k] });
  }
  return out;
}

/** Simulated missiles of exercise control: from the missile to the row of truth it goes for. */
function shots(state: ConsoleState, plane: Plane): Overlay["engagements"] {
  if (state.update === null) return [];
  const table = tableOf(state.update, "shots");
  const lon = column(table, "lon_deg");
  const lat = column(table, "lat_deg");
  const target = column(table, "target");
  const out = [];
  for (let k = 0; k < table.rows; k++) {
    if (target[k] < 0 || !Number.isFinite(lon[k])) continue;
    const place = [0, 0];
    plane.forward(lon[k], lat[k], place, 0);
    out.push({ x: place[0], y: place[1], track: 0x40000000 + target[k] });
  }
  return out;
}
