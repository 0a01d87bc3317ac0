/** Symbols drawn once by milsymbol, when first needed, and kept as sprites; letters drawn once by the browser. */

import {
  ms,
  numberair,
  numberairmissile,
  numberlandequipment,
  numberlandinstallation,
  numberlandunit,
} from "milsymbol-parts";
import { frameOf } from "./codes.js";
import { CHARACTERS, glyphsFromInk, type Glyphs } from "./glyphs.js";
import type { Sprites } from "./painter.js";
import { splitSprite, type Sprite } from "./raster.js";
import { fighterCode, groundCode, trackCode } from "./sidc.js";
import { dotsOf, type Theme } from "./theme.js";

for (const icons of [numberair, numberairmissile, numberlandunit, numberlandequipment, numberlandinstallation]) {
  ms.addIcons(icons);
}

/** Size of a track's symbol and of a unit's, in milsymbol's measure (height of the octagon), and how faint a coasting one is. */
const TRACK_SIZE = 21;
const UNIT_SIZE = 16;
const COASTING_STRENGTH = 140;
/** Share of a frame's half width, at its right edge, that is made anew from the left edge. */
const EDGE = 0.36;

export type MarkKind = "launcher" | "radar" | "airfield" | "fighter";

/** Sprites of one theme and pixel ratio. */
export class Atlas implements Sprites {
  readonly dots: readonly Sprite[];
  readonly glyphs: Glyphs;
  private readonly made = new Map<string, Sprite>();
  private readonly byTrack: (Sprite | undefined)[] = [];
  private readonly byCoasting: (Sprite | undefined)[] = [];

  constructor(
    private readonly theme: Theme,
    private readonly ratio: number,
  ) {
    this.dots = dotsOf(theme);
    this.glyphs = drawGlyphs(ratio);
  }

  full(identity: number, kind: number): Sprite {
    const at = identity * 16 + Math.min(15, kind);
    const sprite = this.byTrack[at] ?? this.track(identity, kind, 255);
    this.byTrack[at] = sprite;
    return sprite;
  }

  coasting(identity: number, kind: number): Sprite {
    const at = identity * 16 + Math.min(15, kind);
    const sprite = this.byCoasting[at] ?? this.track(identity, kind, COASTING_STRENGTH);
    this.byCoasting[at] = sprite;
    return sprite;
  }

  /** The picture of a unit, a radar or an airfield. */
  mark(kind: MarkKind): Sprite {
    const found = this.made.get(kind);
    if (found !== undefined) return found;
    const sidc = kind === "fighter" ? fighterCode() : groundCode(kind);
    const sprite = this.draw(sidc, "friend", UNIT_SIZE, 255, kind !== "fighter");
    this.made.set(kind, sprite);
    return sprite;
  }

  /** How many pictures have been drawn so far. */
  get drawn(): number {
    return this.made.size + Object.keys(this.byTrack).length + Object.keys(this.byCoasting).length;
  }

  private track(identity: number, kind: number, strength: number): Sprite {
    return this.draw(trackCode(identity, kind), frameOf(identity), TRACK_SIZE, strength, false);
  }

  private draw(sidc: string, frame: keyof Theme["fills"], size: number, strength: number, open: boolean): Sprite {
    const dark = this.theme.name === "dark";
    const line = this.theme.frames[frame];
    const drawn = new ms.Symbol(sidc, {
      size: size * this.ratio,
      infoFields: false,
      fill: !open || dark,
      fillColor: open ? this.theme.background : this.theme.fills[frame],
      fillOpacity: open ? 0.7 : 1,
      frameColor: colorMode(open ? this.theme.unit : dark ? "#000000" : line),
      iconColor: colorMode(open ? this.theme.unit : "#000000"),
      strokeWidth: 5,
      outlineWidth: open ? 0 : 4,
      outlineColor: open ? this.theme.background : dark ? line : "#ffffff",
    });
    const canvas = drawn.asCanvas(1);
    const anchor = drawn.getAnchor();
    const { data } = contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
    keepFrame(data, canvas.width, anchor.x);
    return splitSprite(data, canvas.width, Math.round(anchor.x), Math.round(anchor.y), strength);
  }
}

/**
 * Keep the frame and drop the letter of the simulation context at its upper right, which no one can read at this size and which touches
 * the frame: the right edge becomes the mirror image of the left one. The banner and the foot of the map say in words what the letter says.
 */
function keepFrame(data: Uint8ClampedArray, width: number, anchorX: number): void {
  const words = new Uint32Array(data.buffer);
  let left = width;
  words.forEach((word, k) => {
    if (word >>> 24 > 0) left = Math.min(left, k % width);
  });
  const axis = Math.round(2 * anchorX) - 1;
  const from = axis - left - Math.ceil(EDGE * (axis / 2 - left));
  words.forEach((_, k) => {
    const x = k % width;
    const mirrored = axis - x;
    if (x > from) words[k] = mirrored >= 0 ? words[k - x + mirrored] : 0;
  });
}

function colorMode(color: string): Record<string, string> {
  const names = ["Civilian", "Friend", "Hostile", "Neutral", "Unknown", "Suspect"];
  return Object.fromEntries(names.map((name) => [name, color]));
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("the browser gives no canvas to draw on");
  return context;
}

const FONT = "600 11px ui-monospace, 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace";

function drawGlyphs(ratio: number): Glyphs {
  const canvas = document.createElement("canvas");
  const font = FONT.replace("11px", `${Math.round(11 * ratio)}px`);
  const measure = contextOf(canvas);
  measure.font = font;
  const advance = Math.ceil(measure.measureText("M").width);
  const width = advance + 2;
  const height = Math.round(14 * ratio) + 1;
  canvas.width = width * CHARACTERS.length;
  canvas.height = height;
  const context = contextOf(canvas);
  context.font = font;
  context.textBaseline = "alphabetic";
  context.fillStyle = "#ffffff";
  [...CHARACTERS].forEach((character, k) => context.fillText(character, k * width + 1, Math.round(11 * ratio)));
  const bytes = context.getImageData(0, 0, canvas.width, height).data;
  const ink = [...CHARACTERS].map((_, k) => {
    const mask = new Uint8Array(width * height);
    for (let at = 0; at < mask.length; at++) {
      const x = k * width + (at % width);
      mask[at] = bytes[4 * (Math.floor(at / width) * canvas.width + x) + 3];
    }
    return mask;
  });
  return glyphsFromInk(ink, width, height, advance, Math.round(12 * ratio));
}
