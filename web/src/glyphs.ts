/** Text in the pixel buffer: letters of one width as masks, each with a dark or light edge so that it reads on anything. */

import { blend, type Raster } from "./raster.js";

/** What of a letter is not empty: offsets from its upper left corner, and how much each pixel is covered (0 to 255). */
export interface Mask {
  readonly x: Uint8Array;
  readonly y: Uint8Array;
  readonly cover: Uint8Array;
}

/** Letters of one width: the ink of each character, and the edge round it. */
export interface Glyphs {
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** Pixels from one letter to the next, and from one line to the next. */
  readonly advance: number;
  readonly leading: number;
  readonly ink: readonly Mask[];
  readonly edge: readonly Mask[];
}

/** Characters that can be drawn; anything else becomes a question mark. */
export const CHARACTERS =
  "?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,:;+-*/()[]<>#=!%'\"_&@\u2191\u2193\u2192\u00b7\u2014";

const AT = new Map([...CHARACTERS].map((character, k) => [character, k]));
const BLANK = AT.get(" ");

/** Letters from masks of ink (0 to 255): the edge is the ink spread by one pixel. */
export function glyphsFromInk(
  ink: readonly Uint8Array[],
  cellWidth: number,
  cellHeight: number,
  advance: number,
  leading: number,
): Glyphs {
  const edge = ink.map((mask) => sparse(spread(mask, cellWidth, cellHeight), cellWidth));
  return { cellWidth, cellHeight, advance, leading, ink: ink.map((mask) => sparse(mask, cellWidth)), edge };
}

function sparse(mask: Uint8Array, width: number): Mask {
  const at = [...mask.keys()].filter((k) => mask[k] > 8);
  return {
    x: Uint8Array.from(at, (k) => k % width),
    y: Uint8Array.from(at, (k) => Math.floor(k / width)),
    cover: Uint8Array.from(at, (k) => mask[k]),
  };
}

function spread(mask: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(mask.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let most = 0;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
          if (inside) most = Math.max(most, mask[(y + dy) * width + x + dx]);
        }
      }
      out[y * width + x] = most;
    }
  }
  return out;
}

/** Pixels a text of `letters` characters is wide. */
export function textWidth(glyphs: Glyphs, letters: number): number {
  return letters * glyphs.advance + 2;
}

/** Write one line with its upper left corner at (left, top), which must be whole pixels. */
export function write(
  raster: Raster,
  glyphs: Glyphs,
  text: string,
  left: number,
  top: number,
  color: number,
  edge: number,
): void {
  let x = left;
  for (const character of text) {
    const k = AT.get(character) ?? 0;
    if (k !== BLANK) stamp(raster, glyphs, glyphs.edge[k], x, top, edge);
    x += glyphs.advance;
  }
  x = left;
  for (const character of text) {
    const k = AT.get(character) ?? 0;
    if (k !== BLANK) stamp(raster, glyphs, glyphs.ink[k], x, top, color);
    x += glyphs.advance;
  }
}

function stamp(raster: Raster, glyphs: Glyphs, mask: Mask, left: number, top: number, color: number): void {
  const { width, height, pixels } = raster;
  if (left < 0 || top < 0 || left + glyphs.cellWidth > width || top + glyphs.cellHeight > height) return;
  const base = top * width + left;
  const { x, y, cover } = mask;
  for (let k = 0; k < cover.length; k++) blend(pixels, base + y[k] * width + x[k], color, cover[k]);
}
