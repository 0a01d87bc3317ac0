/** Rows of the track table: filtering and sorting, without the page. */

import { attention } from "./codes.js";
import { NO_HEIGHT, RELEASED, TRUTH, type TrackStore } from "./store.js";

export type SortKey = "track" | "identity" | "kind" | "level" | "speed" | "course" | "age" | "nation" | "release";

/** What the table is narrowed to. `identity` and `nation` are -1 for all; levels are in hundreds of feet. */
export interface Filter {
  identity: number;
  nation: number;
  lowest: number;
  highest: number;
  releasedOnly: boolean;
}

export const NO_FILTER: Filter = {
  identity: -1,
  nation: -1,
  lowest: 0,
  highest: Number.POSITIVE_INFINITY,
  releasedOnly: false,
};

const FEET_100 = 30.48;

/** Whether a row passes the filter. A track without height passes unless a level is asked for. */
export function passes(store: TrackStore, row: number, filter: Filter): boolean {
  const flags = store.flags[row];
  if (flags & TRUTH) return false;
  if (filter.identity >= 0 && store.identity[row] !== filter.identity) return false;
  if (filter.nation >= 0 && store.origin[row] !== filter.nation) return false;
  if (filter.releasedOnly && (flags & RELEASED) === 0) return false;
  if (filter.lowest <= 0 && filter.highest === Number.POSITIVE_INFINITY) return true;
  const level = store.alt[row] / FEET_100;
  return (flags & NO_HEIGHT) === 0 && level >= filter.lowest && level <= filter.highest;
}

/** Rows that pass, in order; equal ones by track number. */
export function sortedRows(store: TrackStore, filter: Filter, key: SortKey, descending: boolean): number[] {
  const rows: number[] = [];
  for (let row = 0; row < store.count; row++) if (passes(store, row, filter)) rows.push(row);
  const value = valueOf(store, key);
  const sign = descending ? -1 : 1;
  return rows.sort((a, b) => sign * (value(a) - value(b)) || store.id[a] - store.id[b]);
}

function valueOf(store: TrackStore, key: SortKey): (row: number) => number {
  switch (key) {
    case "track":
      return (row) => store.id[row];
    case "identity":
      return (row) => -attention(store.identity[row]);
    case "kind":
      return (row) => store.kind[row];
    case "level":
      return (row) => store.alt[row];
    case "speed":
      return (row) => store.speed[row];
    case "course":
      return (row) => store.course[row];
    case "age":
      return (row) => -store.updated[row];
    case "nation":
      return (row) => store.origin[row];
    case "release":
      return (row) => store.clause[row];
  }
}
