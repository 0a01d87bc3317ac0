/** The tracks of a picture as columns: one typed array a field, one row a track, rows kept dense. */

import { attention, UNKNOWN_KIND } from "./codes.js";
import type { Plane } from "./project.js";

/** Past positions kept for each track. */
export const HISTORY = 8;

/** Bits of `flags`. */
export const COASTING = 1;
export const RELEASED = 2;
export const ENGAGED = 4;
export const EMERGENCY = 8;
export const FIRE_CONTROL = 16;
export const NO_HEIGHT = 32;
/** A row of truth beside a picture: drawn as a dot only. */
export const TRUTH = 64;

/** One update of a picture, in columns of equal length. Angles in degrees, the rest in SI units; times in seconds of the scenario. */
export interface TrackBatch {
  readonly count: number;
  readonly id: ArrayLike<number>;
  readonly lon: ArrayLike<number>;
  readonly lat: ArrayLike<number>;
  readonly alt: ArrayLike<number>;
  readonly course: ArrayLike<number>;
  readonly speed: ArrayLike<number>;
  readonly climb: ArrayLike<number>;
  /** When a sensor last saw it. */
  readonly updated: ArrayLike<number>;
  readonly identity: ArrayLike<number>;
  readonly kind: ArrayLike<number>;
  /** The nation whose post made the track. */
  readonly origin: ArrayLike<number>;
  /** The clause that released it, or -1. */
  readonly clause: ArrayLike<number>;
  /** Transponder code, or -1. */
  readonly code: ArrayLike<number>;
  readonly flags: ArrayLike<number>;
}

type Column = Float64Array | Float32Array | Uint32Array | Int32Array | Int16Array | Uint8Array;

/** Columns of tracks; row numbers change when tracks go, identity numbers do not. */
export class TrackStore {
  count = 0;
  id = new Uint32Array(0);
  lon = new Float64Array(0);
  lat = new Float64Array(0);
  alt = new Float32Array(0);
  course = new Float32Array(0);
  speed = new Float32Array(0);
  climb = new Float32Array(0);
  updated = new Float64Array(0);
  identity = new Uint8Array(0);
  kind = new Uint8Array(0);
  origin = new Int16Array(0);
  clause = new Int16Array(0);
  code = new Int16Array(0);
  flags = new Uint8Array(0);
  /** How much attention it asks for (`codes.attention`, more when engaged). */
  weight = new Uint8Array(0);
  /** Position in the map plane, metres, and its change a second. */
  mapX = new Float64Array(0);
  mapY = new Float64Array(0);
  rateX = new Float64Array(0);
  rateY = new Float64Array(0);
  /** Last places in the map plane, a ring of HISTORY a row; `historyAt` is where the next goes. */
  historyX = new Float32Array(0);
  historyY = new Float32Array(0);
  historyLon = new Float32Array(0);
  historyLat = new Float32Array(0);
  historyAt = new Uint8Array(0);
  historyCount = new Uint8Array(0);
  private rememberedAt = new Float64Array(0);
  /** Where the track is on the screen, as of the last frame. */
  screenX = new Float32Array(0);
  screenY = new Float32Array(0);
  /** 1 where the last frame drew the full symbol. */
  full = new Uint8Array(0);
  /** Where its label was put last: a position number, or 255 for none. */
  labelAt = new Uint8Array(0);
  private seen = new Uint32Array(0);
  private round = 0;
  private readonly rows = new Map<number, number>();

  constructor(private plane: Plane) {}

  /** The row of a track number, or -1. */
  rowOf(id: number): number {
    return this.rows.get(id) ?? -1;
  }

  /** Take a whole picture in: new tracks get rows, the others are updated, and what is not in it goes. */
  apply(batch: TrackBatch): void {
    this.round += 1;
    this.reserve(this.count + batch.count);
    for (let k = 0; k < batch.count; k++) {
      const id = batch.id[k];
      let row = this.rows.get(id);
      if (row === undefined) row = this.open(id);
      this.write(row, batch, k);
    }
    for (let row = this.count - 1; row >= 0; row--) {
      if (this.seen[row] !== this.round) this.close(row);
    }
  }

  /** Forget all tracks. */
  clear(): void {
    this.count = 0;
    this.rows.clear();
  }

  /** Move everything to another map plane. */
  reproject(plane: Plane): void {
    this.plane = plane;
    const out = [0, 0];
    for (let row = 0; row < this.count; row++) {
      this.place(row);
      for (let k = row * HISTORY; k < row * HISTORY + this.historyCount[row]; k++) {
        plane.forward(this.historyLon[k], this.historyLat[k], out, 0);
        this.historyX[k] = out[0];
        this.historyY[k] = out[1];
      }
    }
  }

  private open(id: number): number {
    const row = this.count++;
    this.rows.set(id, row);
    this.id[row] = id;
    this.updated[row] = Number.NEGATIVE_INFINITY;
    this.rememberedAt[row] = Number.NEGATIVE_INFINITY;
    this.historyAt[row] = 0;
    this.historyCount[row] = 0;
    this.full[row] = 0;
    this.labelAt[row] = 255;
    return row;
  }

  private write(row: number, batch: TrackBatch, k: number): void {
    if (batch.updated[k] > this.updated[row]) this.remember(row, batch.updated[k]);
    this.lon[row] = batch.lon[k];
    this.lat[row] = batch.lat[k];
    this.alt[row] = batch.alt[k];
    this.course[row] = batch.course[k];
    this.speed[row] = batch.speed[k];
    this.climb[row] = batch.climb[k];
    this.updated[row] = batch.updated[k];
    this.identity[row] = batch.identity[k];
    this.kind[row] = batch.kind[k] < 16 ? batch.kind[k] : UNKNOWN_KIND;
    this.origin[row] = batch.origin[k];
    this.clause[row] = batch.clause[k];
    this.code[row] = batch.code[k];
    this.flags[row] = batch.flags[k];
    this.weight[row] = this.flags[row] & (ENGAGED | EMERGENCY) ? 7 : attention(this.identity[row]);
    if (this.flags[row] & TRUTH) this.weight[row] = 0;
    this.seen[row] = this.round;
    this.place(row);
  }

  private place(row: number): void {
    const out = PLACE;
    const lon = this.lon[row];
    const lat = this.lat[row];
    this.plane.forward(lon, lat, out, 0);
    this.mapX[row] = out[0];
    this.mapY[row] = out[1];
    const turn = this.course[row] * DEG;
    const step = (this.speed[row] * AHEAD_S) / METRES_A_DEGREE;
    const north = step * Math.cos(turn);
    this.plane.forward(lon + (step * Math.sin(turn)) / Math.cos((lat + north / 2) * DEG), lat + north, out, 0);
    this.rateX[row] = (out[0] - this.mapX[row]) / AHEAD_S;
    this.rateY[row] = (out[1] - this.mapY[row]) / AHEAD_S;
  }

  /** Keep the place before this one, but no more often than dots can be told apart. */
  private remember(row: number, now: number): void {
    if (now < this.rememberedAt[row] + DOT_EVERY_S) return;
    const fresh = this.updated[row] === Number.NEGATIVE_INFINITY;
    this.rememberedAt[row] = now;
    if (fresh) return;
    const k = row * HISTORY + this.historyAt[row];
    this.historyX[k] = this.mapX[row];
    this.historyY[k] = this.mapY[row];
    this.historyLon[k] = this.lon[row];
    this.historyLat[k] = this.lat[row];
    this.historyAt[row] = (this.historyAt[row] + 1) % HISTORY;
    this.historyCount[row] = Math.min(HISTORY, this.historyCount[row] + 1);
  }

  private close(row: number): void {
    this.rows.delete(this.id[row]);
    const last = --this.count;
    if (row === last) return;
    for (const column of this.columns()) column[row] = column[last];
    for (const column of this.rings()) column.copyWithin(row * HISTORY, last * HISTORY, (last + 1) * HISTORY);
    this.rows.set(this.id[row], row);
  }

  private reserve(wanted: number): void {
    if (wanted <= this.id.length) return;
    const size = Math.max(256, 2 * this.id.length, wanted);
    for (const name of [...COLUMNS, ...RINGS] as const) {
      const old = this[name] as Column;
      const grown = new (old.constructor as new (length: number) => Column)(
        (RINGS as readonly string[]).includes(name) ? size * HISTORY : size,
      );
      grown.set(old as never);
      Object.assign(this, { [name]: grown });
    }
  }

  private columns(): Column[] {
    return COLUMNS.map((name) => this[name as keyof this] as Column);
  }

  private rings(): Float32Array[] {
    return RINGS.map((name) => this[name]);
  }
}

/** Seconds over which the motion in the map plane is taken. */
const AHEAD_S = 20;
const METRES_A_DEGREE = 111195;
const DEG = Math.PI / 180;
/** Seconds of the scenario between history dots. */
const DOT_EVERY_S = 5;
const PLACE = [0, 0];
const RINGS = ["historyX", "historyY", "historyLon", "historyLat"] as const;
const COLUMNS = [
  "id",
  "lon",
  "lat",
  "alt",
  "course",
  "speed",
  "climb",
  "updated",
  "identity",
  "kind",
  "origin",
  "clause",
  "code",
  "flags",
  "weight",
  "mapX",
  "mapY",
  "rateX",
  "rateY",
  "historyAt",
  "historyCount",
  "rememberedAt",
  "screenX",
  "screenY",
  "full",
  "labelAt",
  "seen",
] as const satisfies readonly string[];
