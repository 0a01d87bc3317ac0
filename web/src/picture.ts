/** From an update of the wire to what the store and the painter take. */

import { isEmergency } from "./format.js";
import { COASTING, EMERGENCY, ENGAGED, FIRE_CONTROL, NO_HEIGHT, RELEASED, TRUTH, type TrackBatch } from "./store.js";
import { column, tableOf, type Table, type Update } from "./wire.js";

/** Numbers of rows of truth begin here in the store, so that they never meet a track's number. */
export const TRUTH_BASE = 0x40000000;

/** A track that no sensor saw for longer than this many seconds coasts, or for longer where sensors turn slowly and pictures come late. */
export const COAST_AFTER_S = 12;
const TURNS = 2.5;

/** Seconds without an update after which a track coasts, for sensors of these scan periods. */
export function coastAfter(periods: readonly number[]): number {
  return Math.max(COAST_AFTER_S, TURNS * Math.max(0, ...periods.filter(Number.isFinite)));
}

/** Identity by which exercise control sees each side: neutral, defender, raider. */
const SIDE_IDENTITY = [4, 3, 6];

/** All tracks of an update, and the truth where the update has it, as one batch. */
export function batchOf(update: Update, coast: number): TrackBatch {
  const tracks = tableOf(update, "tracks");
  const truth = tableOf(update, "truth");
  const first = tracks.rows > 0 ? fromTracks(tracks, update.time, coast) : null;
  const second = truth.rows > 0 ? fromTruth(truth, update.time, tracks.rows > 0) : null;
  if (first !== null && second !== null) return joined(first, second);
  return first ?? second ?? EMPTY;
}

function fromTracks(table: Table, time: number, coast: number): TrackBatch {
  const age = column(table, "age_s");
  return {
    count: table.rows,
    id: column(table, "track"),
    lon: column(table, "lon_deg"),
    lat: column(table, "lat_deg"),
    alt: column(table, "alt_m"),
    course: column(table, "course_deg"),
    speed: column(table, "speed_mps"),
    climb: column(table, "climb_mps"),
    updated: Float64Array.from(age, (value) => time - value),
    identity: column(table, "identity"),
    kind: column(table, "kind"),
    origin: column(table, "origin"),
    clause: column(table, "clause"),
    code: column(table, "code"),
    flags: flagsOf(table, coast),
  };
}

function flagsOf(table: Table, coast: number): Uint8Array {
  const age = column(table, "age_s");
  const own = column(table, "own_age_s");
  const engaged = column(table, "engaged");
  const code = column(table, "code");
  const fireControl = column(table, "fire_control");
  const sigma = column(table, "sigma_height_m");
  return Uint8Array.from({ length: table.rows }, (_, k) => {
    let bits = age[k] > coast ? COASTING : 0;
    if (!Number.isFinite(own[k])) bits |= RELEASED;
    if (engaged[k] > 0) bits |= ENGAGED;
    if (isEmergency(code[k])) bits |= EMERGENCY;
    if (fireControl[k] > 0) bits |= FIRE_CONTROL;
    if (!Number.isFinite(sigma[k])) bits |= NO_HEIGHT;
    return bits;
  });
}

function fromTruth(table: Table, time: number, beside: boolean): TrackBatch {
  const count = table.rows;
  const none = new Int16Array(count).fill(-1);
  return {
    count,
    id: Float64Array.from(column(table, "row"), (row) => TRUTH_BASE + row),
    lon: column(table, "lon_deg"),
    lat: column(table, "lat_deg"),
    alt: column(table, "alt_m"),
    course: column(table, "course_deg"),
    speed: column(table, "speed_mps"),
    climb: column(table, "climb_mps"),
    updated: new Float64Array(count).fill(Math.floor(time / 10) * 10),
    identity: Uint8Array.from(column(table, "side"), (side) => SIDE_IDENTITY[side] ?? 1),
    kind: column(table, "kind"),
    origin: column(table, "nation"),
    clause: none,
    code: none,
    flags: new Uint8Array(count).fill(beside ? TRUTH : 0),
  };
}

function joined(a: TrackBatch, b: TrackBatch): TrackBatch {
  const both = (key: Exclude<keyof TrackBatch, "count">) => {
    const values = new Float64Array(a.count + b.count);
    values.set(a[key] as ArrayLike<number>);
    values.set(b[key] as ArrayLike<number>, a.count);
    return values;
  };
  const keys = Object.keys(EMPTY).filter((key) => key !== "count") as Exclude<keyof TrackBatch, "count">[];
  return { count: a.count + b.count, ...Object.fromEntries(keys.map((key) => [key, both(key)])) } as TrackBatch;
}

const NONE = new Float64Array(0);
const EMPTY: TrackBatch = {
  count: 0,
  id: NONE,
  lon: NONE,
  lat: NONE,
  alt: NONE,
  course: NONE,
  speed: NONE,
  climb: NONE,
  updated: NONE,
  identity: NONE,
  kind: NONE,
  origin: NONE,
  clause: NONE,
  code: NONE,
  flags: NONE,
};

