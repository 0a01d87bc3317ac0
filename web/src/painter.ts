/**
 * One frame of the track layer into a buffer of pixels. Pure: knows neither the map library nor the page, so it is
 * tested byte by byte and could run in a worker.
 */

import { HOSTILE, SUSPECT } from "./codes.js";
import { textWidth, write, type Glyphs } from "./glyphs.js";
import { FAR, LabelGrid, NOWHERE, place, SYMBOL, type Placed } from "./labels.js";
import { blit, corners, line, ring, speck, thinLine, type Raster, type Sprite } from "./raster.js";
import { rank, toScreen, type Matrix, type Visible } from "./screen.js";
import { COASTING, EMERGENCY, HISTORY, type TrackStore } from "./store.js";

/** Packed colours of a theme. `identity` is indexed by identity code. */
export interface Palette {
  readonly identity: readonly number[];
  readonly trail: readonly number[];
  readonly text: number;
  readonly edge: number;
  readonly quiet: number;
  readonly hooked: number;
  readonly strobe: number;
  readonly engagement: number;
}

/** Pictures the painter lays down. `full` and `coasting` answer for a (identity, kind); `dot` is indexed by identity. */
export interface Sprites {
  full(identity: number, kind: number): Sprite;
  coasting(identity: number, kind: number): Sprite;
  readonly dots: readonly Sprite[];
  readonly glyphs: Glyphs;
}

/** Something that stands on the map or flies and is no track: a launcher, a fighter, a radar, an airfield. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly sprite: Sprite;
  readonly name: string;
}

/** A line of places in the map plane, x and y in turn. */
export type Path = Float64Array;

/** What is drawn beside the tracks. Engagements go from a place in the map plane to a track. */
export interface Overlay {
  readonly marks: readonly Mark[];
  readonly strobes: readonly Path[];
  readonly engagements: readonly { readonly x: number; readonly y: number; readonly track: number }[];
}

/** How much detail to draw; the governor lowers it. */
export interface Detail {
  readonly symbols: number;
  readonly labels: number;
  readonly history: number;
}

/** One frame: where the map is, what is wanted and how it looks. */
export interface Frame {
  readonly matrix: Matrix;
  /** Seconds since the positions in the store were true. */
  readonly ahead: number;
  readonly vectorSeconds: number;
  readonly detail: Detail;
  /** Track number of the hooked track, or 0. */
  readonly hooked: number;
  readonly focusX: number;
  readonly focusY: number;
  readonly labelOf: (row: number) => readonly string[];
  /** Whether units and sites have their names beside them. */
  readonly names: boolean;
  readonly footer: string;
}

/** Pixels from a symbol's middle that labels keep clear of. */
const SYMBOL_HALF = 13;

/** Most history dots in one frame: beyond some thousands of tracks more of them only hide the picture. */
const MOST_DOTS = 20000;

/** What a painter drew: for the pick, the tests and the measuring page. */
export interface Painted {
  readonly inView: number;
  readonly symbols: number;
  readonly labels: number;
}

/** Paints frames; keeps buffers between them. */
export class Painter {
  readonly visible: Visible = { rows: new Int32Array(0), count: 0 };
  private readonly grid = new LabelGrid();
  private readonly placed: Placed = { left: 0, top: 0, place: NOWHERE };
  private order = new Int32Array(0);
  private important: Int32Array = new Int32Array(0);

  constructor(
    readonly sprites: Sprites,
    public palette: Palette,
  ) {}

  /** Paint a whole frame; the raster is emptied first. */
  paint(raster: Raster, store: TrackStore, overlay: Overlay, frame: Frame): Painted {
    raster.pixels.fill(0);
    const hooked = store.rowOf(frame.hooked);
    toScreen(store, frame.matrix, raster.width, raster.height, frame.ahead, this.visible);
    rank(store, this.visible, frame.detail.symbols, { x: frame.focusX, y: frame.focusY, hooked });
    this.important = this.inOrder(store, hooked);
    this.strobes(raster, overlay, frame.matrix);
    this.trails(raster, store, frame);
    this.vectors(raster, store, frame);
    this.marks(raster, overlay, frame.matrix);
    this.symbols(raster, store, hooked);
    this.engagements(raster, store, overlay, frame.matrix);
    if (hooked >= 0) corners(raster, store.screenX[hooked], store.screenY[hooked], 17, this.palette.hooked);
    const labels = this.labels(raster, store, overlay, frame, hooked);
    this.footer(raster, frame.footer);
    return { inView: this.visible.count, symbols: this.important.length, labels };
  }

  private strobes(raster: Raster, overlay: Overlay, m: Matrix): void {
    for (const path of overlay.strobes) {
      for (let k = 2; k + 1 < path.length; k += 2) {
        const [x0, y0] = apply(m, path[k - 2], path[k - 1]);
        const [x1, y1] = apply(m, path[k], path[k + 1]);
        line(raster, x0, y0, x1, y1, this.palette.strobe, 7);
      }
    }
  }

  private trails(raster: Raster, store: TrackStore, frame: Frame): void {
    const [a, b, c, d, e, f] = frame.matrix;
    const wanted = Math.min(HISTORY, frame.detail.history, Math.ceil(MOST_DOTS / Math.max(1, this.visible.count)));
    const { historyX, historyY } = store;
    for (let k = 0; k < this.visible.count && wanted > 0; k++) {
      const row = this.visible.rows[k];
      const color = this.palette.trail[store.identity[row]];
      const count = Math.min(wanted, store.historyCount[row]);
      let back = store.historyAt[row];
      for (let dot = 0; dot < count; dot++) {
        back = back === 0 ? HISTORY - 1 : back - 1;
        const x = historyX[row * HISTORY + back];
        const y = historyY[row * HISTORY + back];
        speck(raster, a * x + c * y + e, b * x + d * y + f, color);
      }
    }
  }

  private vectors(raster: Raster, store: TrackStore, frame: Frame): void {
    const [a, b, c, d] = frame.matrix;
    const seconds = frame.vectorSeconds;
    if (seconds <= 0) return;
    for (let k = 0; k < this.visible.count; k++) {
      const row = this.visible.rows[k];
      const dx = (a * store.rateX[row] + c * store.rateY[row]) * seconds;
      const dy = (b * store.rateX[row] + d * store.rateY[row]) * seconds;
      if (dx * dx + dy * dy < 4) continue;
      const x = store.screenX[row];
      const y = store.screenY[row];
      const draw = store.full[row] === 1 ? line : thinLine;
      draw(raster, x, y, x + dx, y + dy, this.palette.identity[store.identity[row]]);
    }
  }

  private marks(raster: Raster, overlay: Overlay, m: Matrix): void {
    for (const mark of overlay.marks) {
      const [x, y] = apply(m, mark.x, mark.y);
      blit(raster, mark.sprite, x, y);
    }
  }

  /** Dots first, then symbols from the least to the most pressing, the hooked one on top. */
  private symbols(raster: Raster, store: TrackStore, hooked: number): void {
    const { visible } = this;
    for (let k = 0; k < visible.count; k++) {
      const row = visible.rows[k];
      if (store.full[row] === 0) blit(raster, this.sprites.dots[store.identity[row]], store.screenX[row], store.screenY[row]);
    }
    for (let k = this.important.length - 1; k >= 0; k--) this.symbol(raster, store, this.important[k]);
    if (hooked >= 0) this.symbol(raster, store, hooked);
  }

  private symbol(raster: Raster, store: TrackStore, row: number): void {
    const x = store.screenX[row];
    const y = store.screenY[row];
    const coasting = (store.flags[row] & COASTING) !== 0;
    const pictures = coasting ? this.sprites.coasting : this.sprites.full;
    blit(raster, pictures.call(this.sprites, store.identity[row], store.kind[row]), x, y);
    if (coasting) this.hash(raster, x, y, this.palette.identity[store.identity[row]]);
    if (store.flags[row] & EMERGENCY) ring(raster, x, y, 20, this.palette.identity[HOSTILE]);
  }

  /** The mark of a coasting track: a hash at its lower left. */
  private hash(raster: Raster, x: number, y: number, color: number): void {
    const cx = Math.round(x) - 12;
    const cy = Math.round(y) + 10;
    for (const off of [-2, 2]) {
      line(raster, cx + off, cy - 5, cx + off, cy + 5, color);
      line(raster, cx - 5, cy + off, cx + 5, cy + off, color);
    }
  }

  private engagements(raster: Raster, store: TrackStore, overlay: Overlay, m: Matrix): void {
    for (const shot of overlay.engagements) {
      const row = store.rowOf(shot.track);
      if (row < 0) continue;
      const [x, y] = apply(m, shot.x, shot.y);
      line(raster, x, y, store.screenX[row], store.screenY[row], this.palette.engagement, 5);
      ring(raster, store.screenX[row], store.screenY[row], 19, this.palette.engagement);
    }
  }

  private labels(raster: Raster, store: TrackStore, overlay: Overlay, frame: Frame, hooked: number): number {
    if (frame.detail.labels <= 0) return 0;
    const m = frame.matrix;
    this.grid.reset(raster.width, raster.height, m[4], m[5]);
    for (const row of this.important) {
      this.grid.take(store.screenX[row] - 9, store.screenY[row] - 9, 18, 18, SYMBOL);
    }
    let count = 0;
    for (const row of this.important) {
      if (count < frame.detail.labels && this.label(raster, store, frame, row, hooked)) count += 1;
    }
    if (frame.names) for (const mark of overlay.marks) this.markName(raster, mark, m);
    return count;
  }

  /** Rows with a full symbol, the most pressing first, in the order of the store among equals. */
  private inOrder(store: TrackStore, hooked: number): Int32Array {
    const { visible } = this;
    if (this.order.length < visible.count) this.order = new Int32Array(2 * visible.count);
    const starts = new Int32Array(9);
    for (let k = 0; k < visible.count; k++) {
      const row = visible.rows[k];
      if (store.full[row] === 1 && row !== hooked) starts[7 - store.weight[row] + 1] += 1;
    }
    const first = hooked >= 0 && store.full[hooked] === 1 ? 1 : 0;
    if (first === 1) this.order[0] = hooked;
    starts[0] = first;
    for (let k = 1; k < starts.length; k++) starts[k] += starts[k - 1];
    for (let k = 0; k < visible.count; k++) {
      const row = visible.rows[k];
      if (store.full[row] === 1 && row !== hooked) this.order[starts[7 - store.weight[row]]++] = row;
    }
    return this.order.subarray(0, starts[7]);
  }

  private label(raster: Raster, store: TrackStore, frame: Frame, row: number, hooked: number): boolean {
    const { glyphs } = this.sprites;
    const lines = frame.labelOf(row);
    const width = textWidth(glyphs, Math.max(...lines.map((text) => text.length)));
    const height = lines.length * glyphs.leading + 2;
    const x = store.screenX[row];
    const y = store.screenY[row];
    const wish = { row, x, y, half: SYMBOL_HALF, width, height, last: store.labelAt[row] };
    const { placed } = this;
    const found = place(this.grid, wish, placed);
    store.labelAt[row] = placed.place;
    if (!found) return false;
    if (placed.place >= FAR) this.leader(raster, x, y, placed, width, height);
    const identity = store.identity[row];
    const alarming = identity === HOSTILE || identity === SUSPECT;
    const color = row === hooked ? this.palette.hooked : alarming ? this.palette.identity[identity] : this.palette.text;
    lines.forEach((text, k) => {
      write(raster, glyphs, text, placed.left, placed.top + k * glyphs.leading, color, this.palette.edge);
    });
    return true;
  }

  private leader(raster: Raster, x: number, y: number, placed: Placed, width: number, height: number): void {
    const toX = placed.left > x ? placed.left - 1 : placed.left + width;
    const toY = placed.top > y ? placed.top + 4 : placed.top + height - 4;
    const far = Math.hypot(toX - x, toY - y);
    const from = Math.min(1, 15 / Math.max(1, far));
    line(raster, x + (toX - x) * from, y + (toY - y) * from, toX, toY, this.palette.quiet);
  }

  private markName(raster: Raster, mark: Mark, m: Matrix): void {
    if (mark.name === "") return;
    const { glyphs } = this.sprites;
    const [x, y] = apply(m, mark.x, mark.y);
    const wish = {
      row: -1,
      x,
      y,
      half: 9,
      width: textWidth(glyphs, mark.name.length),
      height: glyphs.leading,
      last: NOWHERE,
    };
    if (!place(this.grid, wish, this.placed) || this.placed.place >= FAR) return;
    write(raster, glyphs, mark.name, this.placed.left, this.placed.top, this.palette.quiet, this.palette.edge);
  }

  private footer(raster: Raster, text: string): void {
    const { glyphs } = this.sprites;
    const left = Math.round((raster.width - textWidth(glyphs, text.length)) / 2);
    write(raster, glyphs, text, left, raster.height - glyphs.cellHeight - 6, this.palette.engagement, this.palette.edge);
  }
}

function apply(m: Matrix, x: number, y: number): [number, number] {
  return [m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]];
}
