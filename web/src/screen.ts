/** Tracks on the screen: where each is, which get their full symbol, and which lies under the pointer. */

import { TRUTH, type TrackStore } from "./store.js";

/** From map plane to pixels of the buffer: x' = a x + c y + e, y' = b x + d y + f. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Rows in view, in the order of the store. */
export interface Visible {
  rows: Int32Array;
  count: number;
}

/** Pixels outside the picture within which a track still counts as in view. */
const MARGIN = 24;

/** Move all tracks `ahead` seconds on, note where they are on the screen, and list those in view. */
export function toScreen(
  store: TrackStore,
  matrix: Matrix,
  width: number,
  height: number,
  ahead: number,
  out: Visible,
): void {
  if (out.rows.length < store.count) out.rows = new Int32Array(Math.max(256, 2 * store.count));
  const [a, b, c, d, e, f] = matrix;
  const { mapX, mapY, rateX, rateY, screenX, screenY } = store;
  let count = 0;
  for (let row = 0; row < store.count; row++) {
    const x = mapX[row] + rateX[row] * ahead;
    const y = mapY[row] + rateY[row] * ahead;
    const sx = a * x + c * y + e;
    const sy = b * x + d * y + f;
    screenX[row] = sx;
    screenY[row] = sy;
    if (sx > -MARGIN && sy > -MARGIN && sx < width + MARGIN && sy < height + MARGIN) out.rows[count++] = row;
  }
  out.count = count;
}

/** What decides who gets a full symbol beside attention: the hooked track first, then nearness to a point. */
export interface Focus {
  readonly x: number;
  readonly y: number;
  readonly hooked: number;
}

const BINS = 64;
const CLASSES = 9;
const tally = new Uint32Array(CLASSES * BINS);
let slots = new Uint16Array(0);

/**
 * Mark in `store.full` the `cap` most important rows in view. Importance is attention first, then nearness to the focus
 * in steps of about 30 pixels; a row that had its symbol keeps it a little longer, so that symbols do not flicker.
 */
export function rank(store: TrackStore, visible: Visible, cap: number, focus: Focus): void {
  const { full } = store;
  if (visible.count <= cap) {
    for (let k = 0; k < visible.count; k++) full[visible.rows[k]] = store.flags[visible.rows[k]] & TRUTH ? 0 : 1;
    return;
  }
  if (slots.length < visible.count) slots = new Uint16Array(2 * visible.count);
  tally.fill(0);
  for (let k = 0; k < visible.count; k++) {
    slots[k] = slot(store, visible.rows[k], focus);
    tally[slots[k]] += 1;
  }
  const last = lastSlot(cap);
  let spare = cap;
  for (let k = 0; k < last; k++) spare -= tally[k];
  for (let k = 0; k < visible.count; k++) {
    const row = visible.rows[k];
    const chosen = slots[k] < last || (slots[k] === last && spare-- > 0);
    full[row] = chosen && (store.flags[row] & TRUTH) === 0 ? 1 : 0;
  }
}

function slot(store: TrackStore, row: number, focus: Focus): number {
  if (row === focus.hooked) return 0;
  const dx = store.screenX[row] - focus.x;
  const dy = store.screenY[row] - focus.y;
  const far = Math.sqrt(dx * dx + dy * dy) * (store.full[row] === 1 ? 0.9 : 1);
  return (CLASSES - 1 - store.weight[row]) * BINS + Math.min(BINS - 1, (far / 30) | 0);
}

function lastSlot(cap: number): number {
  let sum = 0;
  for (let k = 0; k < tally.length; k++) {
    sum += tally[k];
    if (sum >= cap) return k;
  }
  return tally.length;
}

/** The row nearest to (x, y) within `reach` pixels, as of the last frame, or -1. A full symbol wins over a dot. */
export function pick(store: TrackStore, visible: Visible, x: number, y: number, reach: number): number {
  let best = -1;
  let least = reach * reach;
  for (let k = 0; k < visible.count; k++) {
    const row = visible.rows[k];
    const dx = store.screenX[row] - x;
    const dy = store.screenY[row] - y;
    const far = (dx * dx + dy * dy) * (store.full[row] === 1 ? 0.7 : 1);
    if (far < least) {
      least = far;
      best = row;
    }
  }
  return best;
}

/** Seconds of a speed vector that make 250 m/s about 36 pixels long at `resolution` metres a pixel, in round steps. */
export function vectorSeconds(resolution: number): number {
  const wanted = (36 * resolution) / 250;
  return VECTOR_STEPS.find((step) => step >= wanted * 0.75) ?? VECTOR_STEPS[VECTOR_STEPS.length - 1];
}

export const VECTOR_STEPS: readonly number[] = [10, 30, 60, 120, 180, 300, 600];

