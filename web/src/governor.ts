/** Lowers detail before frames are dropped: symbols first, then labels, then history; raises it again when there is room. */

import type { Detail } from "./painter.js";

/** Steps of detail, most first. */
export const LEVELS: readonly Detail[] = [
  { symbols: 500, labels: 300, history: 5 },
  { symbols: 250, labels: 200, history: 5 },
  { symbols: 120, labels: 200, history: 5 },
  { symbols: 120, labels: 100, history: 5 },
  { symbols: 120, labels: 50, history: 5 },
  { symbols: 120, labels: 50, history: 2 },
  { symbols: 60, labels: 30, history: 0 },
];

const SLOW_MS = 33;
const EASY_MS = 21;
/** Seconds of ease before detail is raised: longer than the second that lowers it, so that it does not swing. */
const PATIENCE_S = 4;

/** Watches the intervals between frames. */
export class Governor {
  level = 0;
  private intervals: number[] = [];
  private windowStart = Number.NaN;
  private last = Number.NaN;
  private easySeconds = 0;

  /** The detail to draw with now. */
  get detail(): Detail {
    return LEVELS[this.level];
  }

  /** Note that a frame began at `now` milliseconds. Gaps of a second and more (a hidden page) do not count. */
  frame(now: number): void {
    const interval = now - this.last;
    this.last = now;
    if (!(interval < 1000)) {
      this.intervals = [];
      this.windowStart = now;
      return;
    }
    this.intervals.push(interval);
    if (now - this.windowStart >= 1000) this.judge(now);
  }

  private judge(now: number): void {
    const median = medianOf(this.intervals);
    this.intervals = [];
    this.windowStart = now;
    if (median > SLOW_MS) {
      this.level = Math.min(LEVELS.length - 1, this.level + 1);
      this.easySeconds = 0;
    } else {
      this.easySeconds = median < EASY_MS ? this.easySeconds + 1 : 0;
    }
    if (this.easySeconds >= PATIENCE_S && this.level > 0) {
      this.level -= 1;
      this.easySeconds = 0;
    }
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
