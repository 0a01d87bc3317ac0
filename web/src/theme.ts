/** The two themes as the painter and the map need them; the page has the same in its style sheet. */

import { hex, type Sprite, textSprite } from "./raster.js";
import type { Palette } from "./painter.js";
import { frameOf, IDENTITIES } from "./codes.js";

export type ThemeName = "dark" | "light";

/** Colours of a theme as text. */
export interface Theme {
  readonly name: ThemeName;
  readonly background: string;
  readonly land: string;
  readonly border: string;
  readonly grid: string;
  readonly nations: readonly string[];
  readonly coverage: string;
  readonly frames: Readonly<Record<"unknown" | "friend" | "neutral" | "hostile", string>>;
  readonly fills: Readonly<Record<"unknown" | "friend" | "neutral" | "hostile", string>>;
  readonly text: string;
  readonly quiet: string;
  /** Outline of units and sites. */
  readonly unit: string;
  readonly hooked: string;
  readonly strobe: string;
  readonly engagement: string;
}

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  dark: {
    name: "dark",
    background: "#000000",
    land: "#0b0e0d",
    border: "#4a5350",
    grid: "#1c2221",
    nations: ["#6f8f9a", "#9a8f6f", "#8a7f9a", "#7f9a80"],
    coverage: "#5f7f6f",
    frames: { unknown: "#ffff00", friend: "#00ffff", neutral: "#00ff00", hostile: "#ff4040" },
    fills: { unknown: "#ffff80", friend: "#80e0ff", neutral: "#aaffaa", hostile: "#ff8080" },
    text: "#e6ebe8",
    quiet: "#9aa5a0",
    unit: "#c8d2cd",
    hooked: "#ffffff",
    strobe: "#ffb347",
    engagement: "#ff9d5c",
  },
  light: {
    name: "light",
    background: "#ffffff",
    land: "#f4f4f0",
    border: "#8d948f",
    grid: "#e2e5e2",
    nations: ["#3f6f80", "#806f3f", "#6a5f80", "#4f7a50"],
    coverage: "#6f8f7f",
    frames: { unknown: "#6b5a00", friend: "#005f7a", neutral: "#146614", hostile: "#b00018" },
    fills: { unknown: "#ffff80", friend: "#80e0ff", neutral: "#aaffaa", hostile: "#ff8080" },
    text: "#14191a",
    quiet: "#4c5653",
    unit: "#2f3836",
    hooked: "#000000",
    strobe: "#8a4b00",
    engagement: "#9c3500",
  },
};

/** Packed colours for the painter. */
export function paletteOf(theme: Theme): Palette {
  const colors = IDENTITIES.map((_, identity) => theme.frames[frameOf(identity)]);
  return {
    identity: colors.map((color) => hex(color)),
    trail: colors.map((color) => hex(between(color, theme.background, 0.45))),
    text: hex(theme.text),
    edge: hex(theme.background, 215),
    quiet: hex(theme.quiet),
    hooked: hex(theme.hooked),
    strobe: hex(theme.strobe, 210),
    engagement: hex(theme.engagement),
  };
}

/** The colour a share of the way from one to another, as #rrggbb. */
function between(from: string, to: string, share: number): string {
  const part = (k: number) => {
    const a = Number.parseInt(from.slice(k, k + 2), 16);
    const b = Number.parseInt(to.slice(k, k + 2), 16);
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${part(1)}${part(3)}${part(5)}`;
}

const SHAPES = {
  hostile: ["   .   ", "  .#.  ", " .###. ", ".##.##.", " .###. ", "  .#.  ", "   .   "],
  friend: [" ..... ", ".#####.", ".#...#.", ".#   #.", ".#   #.", ".#   #.", " .   . "],
  neutral: [".......", ".#####.", ".#...#.", ".#. .#.", ".#...#.", ".#####.", "......."],
  unknown: ["  ...  ", " .###. ", ".##.##.", ".#...#.", ".##.##.", " .###. ", "  ...  "],
} as const;

/** Small marks for tracks without a full symbol, one an identity: the shape tells it, the colour repeats it. */
export function dotsOf(theme: Theme): Sprite[] {
  return IDENTITIES.map((_, identity) => {
    const frame = frameOf(identity);
    return textSprite(SHAPES[frame], hex(theme.frames[frame]), hex(theme.background));
  });
}
