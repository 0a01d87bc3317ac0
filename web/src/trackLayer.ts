/** The track layer on the map: owns a canvas, and paints it whenever the map or the picture changed. */

import Layer from "ol/layer/Layer.js";
import type { FrameState } from "ol/Map.js";
import type { Matrix } from "./screen.js";
import { newRaster, type Raster } from "./raster.js";

/** Paints a raster for the map's transform and resolution (metres a pixel of the raster). */
export type PaintRaster = (raster: Raster, matrix: Matrix, resolution: number) => void;

/** A custom layer without a source; `repaint` redraws with the last view, so that a tick need not render the map. */
export class TrackLayer extends Layer {
  readonly canvas = document.createElement("canvas");
  private readonly context: CanvasRenderingContext2D;
  private raster = newRaster(1, 1);
  private image = new ImageData(1, 1);
  private lastState: FrameState | null = null;

  constructor(
    private readonly paintRaster: PaintRaster,
    private readonly ratio: number,
  ) {
    super({ className: "tracks", zIndex: 10 });
    const context = this.canvas.getContext("2d");
    if (context === null) throw new Error("the browser gives no canvas to draw on");
    this.context = context;
    this.canvas.className = "track-canvas";
    this.canvas.style.cssText = "position:absolute;left:0;top:0;pointer-events:none";
    this.render = (state: FrameState | null): HTMLElement => {
      if (state !== null) this.paintState(state);
      return this.canvas;
    };
  }

  /** Paint again with the view of the last map frame. */
  repaint(): void {
    if (this.lastState !== null) this.paintState(this.lastState);
  }

  private paintState(state: FrameState): void {
    this.lastState = state;
    this.resize(state.size[0], state.size[1]);
    const s = this.ratio;
    const m = state.coordinateToPixelTransform;
    const matrix: Matrix = [m[0] * s, m[1] * s, m[2] * s, m[3] * s, m[4] * s, m[5] * s];
    this.paintRaster(this.raster, matrix, state.viewState.resolution / s);
    this.context.putImageData(this.image, 0, 0);
  }

  private resize(cssWidth: number, cssHeight: number): void {
    const width = Math.max(1, Math.round(cssWidth * this.ratio));
    const height = Math.max(1, Math.round(cssHeight * this.ratio));
    if (width === this.raster.width && height === this.raster.height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    this.canvas.style.width = `${cssWidth}px`;
    this.canvas.style.height = `${cssHeight}px`;
    this.image = new ImageData(width, height);
    this.raster = { width, height, pixels: new Uint32Array(this.image.data.buffer) };
  }
}
