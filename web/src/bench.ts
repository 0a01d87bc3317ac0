/**
 * Frames a second of the map while panning, beside a bare canvas that draws the same with the canvas's own calls.
 *
 * The page measures when asked (`measure(...)` on the window) and hands numbers back; `bench/console/bench_console.py` drives it.
 */

import "ol/ol.css";
import "./style.css";
import { Atlas } from "./atlas.js";
import { labelLines } from "./format.js";
import { MapView } from "./mapView.js";
import type { Overlay } from "./painter.js";
import { toScreen, vectorSeconds, type Matrix, type Visible } from "./screen.js";
import { HISTORY, TrackStore, type TrackBatch } from "./store.js";
import { plane } from "./project.js";
import { THEMES } from "./theme.js";

const LON = 28;
const LAT = 54;
const TICK_MS = 100;

interface Asked {
  readonly tracks: number;
  readonly symbols: number;
  readonly labels: number;
  readonly seconds: number;
  readonly draw: "map" | "bare";
}

interface Measured extends Asked {
  readonly fps: number;
  readonly p95_ms: number;
  /** Mean milliseconds of taking in one update, and of the last frame's painting. */
  readonly apply_ms: number;
  readonly paint_ms: number;
  readonly painted_labels: number;
  readonly painted_symbols: number;
}

/** Tracks on straight courses, spread over the view; the same on every run. */
function traffic(count: number): { batch: (t: number) => TrackBatch } {
  const spread = (k: number, a: number) => (k * a) % 1;
  const column = (make: (k: number) => number) => Float64Array.from({ length: count }, (_, k) => make(k));
  const id = column((k) => k + 1);
  const lon0 = column((k) => LON - 6.5 + 13 * spread(k, 0.6180339887));
  const lat0 = column((k) => LAT - 2.4 + 4.8 * spread(k, 0.7548776662));
  const course = column((k) => 360 * spread(k, 0.5698402911));
  const speed = column((k) => 120 + 180 * spread(k, 0.3819660113));
  const identity = column((k) => [4, 4, 4, 3, 6, 1, 0, 5, 2, 4][k % 10]);
  const kind = column((k) => [5, 5, 6, 0, 1, 255, 2, 3, 4, 7][k % 10]);
  const flags = column((k) => (k % 17 === 0 ? 1 : 0));
  const alt = column((k) => 300 + 11000 * spread(k, 0.2451223338));
  const zero = column(() => 0);
  const none = column(() => -1);
  const north = column((k) => (speed[k] * Math.cos((course[k] * Math.PI) / 180)) / 111195);
  const east = column((k) => (speed[k] * Math.sin((course[k] * Math.PI) / 180)) / 65400);
  const lon = new Float64Array(count);
  const lat = new Float64Array(count);
  const updated = new Float64Array(count);
  // An update comes decoded from the wire in the real console, so making one here must cost little.
  const batch = (t: number): TrackBatch => {
    for (let k = 0; k < count; k++) {
      lon[k] = lon0[k] + t * east[k];
      lat[k] = lat0[k] + t * north[k];
    }
    updated.fill(t - (t % 10));
    return { count, id, lon, lat, alt, course, speed, climb: zero, updated, identity, kind, origin: zero, clause: none, code: none, flags };
  };
  return { batch };
}

const store = new TrackStore(plane("laea", LON, LAT));
const overlay: Overlay = { marks: [], strobes: [], engagements: [] };
let lastTick = 0;
const target = document.getElementById("map") as HTMLElement;
const view = new MapView(
  target,
  {
    store,
    overlay: () => overlay,
    ahead: (now) => Math.min(1, (now - lastTick) / 1000),
    labelOf: (row) => labelLines(store, row, ""),
    hooked: () => 1,
    onHook: () => undefined,
  },
  { lon_deg: LON, lat_deg: LAT, width_m: 850000 },
  "dark",
);

async function measure(asked: Asked): Promise<Measured> {
  const source = traffic(asked.tracks);
  store.clear();
  for (let k = 0; k < HISTORY; k++) store.apply(source.batch(k * 12));
  const started = performance.now();
  let applied = 0;
  let ticks = 0;
  const tick = () => {
    lastTick = performance.now();
    store.apply(source.batch(HISTORY * 12 + (lastTick - started) / 1000));
    view.pictureChanged();
    applied += performance.now() - lastTick;
    ticks += 1;
  };
  tick();
  const timer = setInterval(tick, TICK_MS);
  view.fixedDetail = { symbols: asked.symbols, labels: asked.labels, history: 5 };
  const bare = asked.draw === "bare" ? new BareCanvas() : null;
  target.style.visibility = bare === null ? "" : "hidden";
  await frames(0.7, bare, 0);
  const intervals = await frames(asked.seconds, bare, 1);
  clearInterval(timer);
  bare?.canvas.remove();
  intervals.sort((a, b) => a - b);
  const total = intervals.reduce((sum, value) => sum + value, 0);
  return {
    ...asked,
    fps: (1000 * intervals.length) / total,
    p95_ms: intervals[Math.floor(intervals.length * 0.95)],
    apply_ms: applied / ticks,
    paint_ms: bare === null ? view.paintMs : Number.NaN,
    painted_labels: bare?.labels ?? view.painted.labels,
    painted_symbols: bare?.symbols ?? view.painted.symbols,
  };
}

/** Pan for some seconds and return the milliseconds between frames. */
function frames(seconds: number, bare: BareCanvas | null, pan: number): Promise<number[]> {
  const centre = [0, 0];
  view.plane.forward(LON, LAT, centre, 0);
  const mapView = view.ol.getView();
  const resolution = mapView.getResolution() ?? 1;
  const intervals: number[] = [];
  const start = performance.now();
  return new Promise((resolve) => {
    let last = start;
    const step = (now: number) => {
      if (now > last) intervals.push(now - last);
      last = now;
      const angle = (now - start) / 700;
      const at = [centre[0] + pan * 30 * resolution * Math.cos(angle), centre[1] + pan * 20 * resolution * Math.sin(angle)];
      if (bare === null) mapView.setCenter(at);
      else bare.draw(at, resolution);
      if (now - start < 1000 * seconds) requestAnimationFrame(step);
      else resolve(intervals.slice(1));
    };
    requestAnimationFrame(step);
  });
}

/** The yardstick: no map library and no base, sprites by drawImage, vectors by stroke, text by fillText. */
class BareCanvas {
  readonly canvas = document.createElement("canvas");
  labels = 0;
  symbols = 0;
  private readonly context: CanvasRenderingContext2D;
  private readonly visible: Visible = { rows: new Int32Array(0), count: 0 };
  private readonly pictures = new Map<number, HTMLCanvasElement>();
  private readonly atlas = new Atlas(THEMES.dark, 1);

  constructor() {
    this.canvas.width = target.clientWidth;
    this.canvas.height = target.clientHeight;
    this.canvas.style.cssText = "position:fixed;left:0;top:0;z-index:5;background:#000";
    document.body.append(this.canvas);
    this.context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
  }

  draw(centre: readonly number[], resolution: number): void {
    const { width, height } = this.canvas;
    const s = 1 / resolution;
    const matrix: Matrix = [s, 0, 0, -s, width / 2 - centre[0] * s, height / 2 + centre[1] * s];
    toScreen(store, matrix, width, height, (performance.now() - lastTick) / 1000, this.visible);
    this.context.clearRect(0, 0, width, height);
    this.trailsAndVectors(matrix, vectorSeconds(resolution));
    const detail = view.fixedDetail ?? { symbols: 500, labels: 200, history: 5 };
    this.symbols = 0;
    this.labels = 0;
    this.context.font = "11px monospace";
    for (let k = 0; k < this.visible.count; k++) this.track(this.visible.rows[k], detail.symbols, detail.labels);
  }

  private trailsAndVectors(m: Matrix, seconds: number): void {
    const { context } = this;
    context.fillStyle = "#7aa";
    context.strokeStyle = "#9cc";
    context.beginPath();
    for (let k = 0; k < this.visible.count; k++) {
      const row = this.visible.rows[k];
      for (let back = 0; back < 5; back++) {
        const at = row * HISTORY + ((store.historyAt[row] - back - 1 + HISTORY) % HISTORY);
        context.fillRect(m[0] * store.historyX[at] + m[4], m[3] * store.historyY[at] + m[5], 2, 2);
      }
      context.moveTo(store.screenX[row], store.screenY[row]);
      const dx = m[0] * store.rateX[row] * seconds;
      context.lineTo(store.screenX[row] + dx, store.screenY[row] + m[3] * store.rateY[row] * seconds);
    }
    context.stroke();
  }

  private track(row: number, symbols: number, labels: number): void {
    const { context } = this;
    const x = store.screenX[row];
    const y = store.screenY[row];
    if (this.symbols >= symbols) {
      context.fillRect(x - 2, y - 2, 4, 4);
      return;
    }
    this.symbols += 1;
    const picture = this.picture(store.identity[row], store.kind[row]);
    context.drawImage(picture, x - 16, y - 16);
    if (this.labels >= labels) return;
    this.labels += 1;
    context.fillStyle = "#e6ebe8";
    labelLines(store, row, "").forEach((text, k) => context.fillText(text, x + 14, y - 10 + 12 * k));
  }

  private picture(identity: number, kind: number): HTMLCanvasElement {
    const key = identity * 256 + kind;
    const known = this.pictures.get(key);
    if (known !== undefined) return known;
    const canvas = document.createElement("canvas");
    canvas.width = 32;
    canvas.height = 32;
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const sprite = this.atlas.full(identity, kind);
    const image = new ImageData(32, 32);
    const words = new Uint32Array(image.data.buffer);
    const put = (dx: Int16Array, dy: Int16Array, colors: Uint32Array) => {
      for (let k = 0; k < dx.length; k++) {
        const x = dx[k] + 16;
        const y = dy[k] + 16;
        if (x >= 0 && y >= 0 && x < 32 && y < 32) words[y * 32 + x] = colors[k];
      }
    };
    put(sprite.solidX, sprite.solidY, sprite.solidColor);
    put(sprite.softX, sprite.softY, sprite.softColor);
    context.putImageData(image, 0, 0);
    this.pictures.set(key, canvas);
    return canvas;
  }
}

Object.assign(window, { measure, view, store });
document.body.dataset["ready"] = "yes";
