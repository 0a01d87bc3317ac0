/** Words and numbers as operators read them. */

import { KINDS_SHORT } from "./codes.js";
import { COASTING, NO_HEIGHT, type TrackStore } from "./store.js";

const FEET = 0.3048;
const KNOT = 1852 / 3600;

/** Flight level or height in hundreds of feet, three digits; `---` where no height is known. */
export function level(altitude: number, known = true): string {
  if (!known || !Number.isFinite(altitude)) return "---";
  return String(Math.max(0, Math.round(altitude / FEET / 100))).padStart(3, "0");
}

/** An arrow for climbing or descending faster than 500 feet a minute, else nothing. */
export function climbArrow(climb: number): string {
  if (climb > 2.5) return "\u2191";
  return climb < -2.5 ? "\u2193" : "";
}

/** Knots, rounded. */
export function knots(speed: number): string {
  return Number.isFinite(speed) ? String(Math.round(speed / KNOT)) : "---";
}

/** Transponder code as four octal digits, or a dash. */
export function squawk(code: number): string {
  return code < 0 ? "\u2014" : code.toString(8).padStart(4, "0");
}

/** Whether a transponder code tells of an emergency: 7500, 7600 or 7700 in octal. */
export function isEmergency(code: number): boolean {
  return code === 0o7500 || code === 0o7600 || code === 0o7700;
}

/** Course of 0 to 359 degrees, three digits. */
export function course(degrees: number): string {
  if (!Number.isFinite(degrees)) return "---";
  return String(((Math.round(degrees) % 360) + 360) % 360).padStart(3, "0");
}

/** Latitude and longitude in degrees and minutes with hemispheres. */
export function place(lon: number, lat: number): string {
  return `${angle(lat, "N", "S", 2)} ${angle(lon, "E", "W", 3)}`;
}

function angle(value: number, positive: string, negative: string, digits: number): string {
  const minutes = Math.round(Math.abs(value) * 600) / 10;
  const whole = Math.floor(minutes / 60);
  const rest = (minutes - 60 * whole).toFixed(1).padStart(4, "0");
  return `${String(whole).padStart(digits, "0")}\u00b0${rest}\u2032${value < 0 ? negative : positive}`;
}

/** Time of day in UTC with its letter: 04:05:06Z. */
export function zulu(ms: number): string {
  return Number.isFinite(ms) ? `${new Date(ms).toISOString().slice(11, 19)}Z` : "--:--:--Z";
}

/** Seconds of the scenario as h:mm:ss, with T+ before. */
export function elapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  return `T+${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** An age in seconds; never heard of is said so. */
export function age(seconds: number): string {
  if (!Number.isFinite(seconds)) return "never";
  return seconds < 100 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${Math.round(seconds / 60)} min`;
}

/** Lines of a track's label: number; level, arrow and knots; kind. A coasting track says CST. */
export function labelLines(store: TrackStore, row: number, prefix: string): string[] {
  const flags = store.flags[row];
  const kind = KINDS_SHORT[store.kind[row]] as string | undefined;
  const high = level(store.alt[row], (flags & NO_HEIGHT) === 0);
  const first = `${prefix}${store.id[row]}${flags & COASTING ? " CST" : kind === undefined ? "" : ` ${kind}`}`;
  return [first, `${high}${climbArrow(store.climb[row])} ${knots(store.speed[row])}`];
}
