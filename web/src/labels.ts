/**
 * Where labels go: a grid of occupied cells, eight places near each symbol and four farther off with a leader line.
 *
 * Labels are steady: the last place is tried first, and the grid moves with the map, so that panning changes nothing.
 */

/** Pixels of a cell of the grid. */
export const CELL = 8;

/** Places of a label about its symbol: four corners, then above, below, right and left, then four corners farther off. */
export const FAR = 8;
export const PLACES = 12;
export const NOWHERE = 255;

/** What wants a label: where its symbol is, how large the symbol and the label are, and where the label was last. */
export interface Wish {
  readonly row: number;
  readonly x: number;
  readonly y: number;
  readonly half: number;
  readonly width: number;
  readonly height: number;
  readonly last: number;
}

/** Where the upper left corner of a label goes; `place` is NOWHERE for one that found no room. */
export interface Placed {
  left: number;
  top: number;
  place: number;
}

/** What lies in a cell: a symbol, over which a label may go where there is no other room, or a label. */
export const SYMBOL = 1;
export const LABEL = 2;

/** Occupied cells of a picture. */
export class LabelGrid {
  private width = 0;
  private height = 0;
  private columns = 0;
  private lines = 0;
  private cells = new Uint8Array(0);
  private shiftX = 0;
  private shiftY = 0;

  /** Empty the grid for a picture of this size; (originX, originY) is where a fixed point of the map is on the screen. */
  reset(width: number, height: number, originX: number, originY: number): void {
    this.shiftX = CELL - (((Math.round(originX) % CELL) + CELL) % CELL);
    this.shiftY = CELL - (((Math.round(originY) % CELL) + CELL) % CELL);
    this.width = width;
    this.height = height;
    this.columns = Math.ceil(width / CELL) + 2;
    this.lines = Math.ceil(height / CELL) + 2;
    const size = this.columns * this.lines;
    if (this.cells.length < size) this.cells = new Uint8Array(size);
    else this.cells.fill(0, 0, size);
  }

  /** Take the cells of a box for a symbol or a label. */
  take(left: number, top: number, width: number, height: number, what: number): void {
    const [c0, r0, c1, r1] = this.span(left, top, width, height);
    for (let r = Math.max(0, r0); r <= Math.min(this.lines - 1, r1); r++) {
      this.cells.fill(what, r * this.columns + Math.max(0, c0), r * this.columns + Math.min(this.columns - 1, c1) + 1);
    }
  }

  /** Whether a box lies wholly in the picture and on cells that hold less than `what`. */
  isFree(left: number, top: number, width: number, height: number, what: number): boolean {
    if (left < 0 || top < 0 || left + width > this.width || top + height > this.height) return false;
    const [c0, r0, c1, r1] = this.span(left, top, width, height);
    for (let r = r0; r <= r1; r++) {
      for (let at = r * this.columns + c0; at <= r * this.columns + c1; at++) if (this.cells[at] >= what) return false;
    }
    return true;
  }

  private span(left: number, top: number, width: number, height: number): [number, number, number, number] {
    const x = left + this.shiftX;
    const y = top + this.shiftY;
    return [
      Math.floor(x / CELL),
      Math.floor(y / CELL),
      Math.floor((x + width - 1) / CELL),
      Math.floor((y + height - 1) / CELL),
    ];
  }
}

/**
 * Find room for one label and take it: off all symbols and labels if there is such a place, else off labels alone. The last place
 * is tried first, then the near ones, then the far ones.
 */
export function place(grid: LabelGrid, wish: Wish, out: Placed): boolean {
  if (tryPlaces(grid, wish, SYMBOL, PLACES, out) || tryPlaces(grid, wish, LABEL, FAR, out)) {
    grid.take(out.left, out.top, wish.width, wish.height, LABEL);
    return true;
  }
  out.place = NOWHERE;
  return false;
}

function tryPlaces(grid: LabelGrid, wish: Wish, limit: number, places: number, out: Placed): boolean {
  for (let k = -1; k < places; k++) {
    const at = k < 0 ? wish.last : k;
    if (at >= places || (k >= 0 && at === wish.last)) continue;
    corner(wish, at, out);
    out.place = at;
    if (grid.isFree(out.left, out.top, wish.width, wish.height, limit)) return true;
  }
  return false;
}

/** The upper left corner of a label at a place. Corners go upper right, lower right, upper left, lower left. */
function corner(wish: Wish, at: number, out: Placed): void {
  if (at >= 4 && at < FAR) {
    beside(wish, at - 4, out);
    return;
  }
  const side = at % 4;
  const gap = wish.half + (at < FAR ? 2 : 26);
  const up = at < FAR ? 4 : 20;
  out.left = Math.round(side < 2 ? wish.x + gap : wish.x - gap - wish.width);
  out.top = Math.round(side % 2 === 0 ? wish.y - wish.height + 2 - up : wish.y - 2 + up);
}

/** Above, below, right or left of the symbol. */
function beside(wish: Wish, side: number, out: Placed): void {
  const { x, y, half, width, height } = wish;
  const gap = half + 6;
  out.left = Math.round(side < 2 ? x - width / 2 : side === 2 ? x + gap : x - gap - width);
  out.top = Math.round(side === 0 ? y - gap - height : side === 1 ? y + gap : y - height / 2);
}
