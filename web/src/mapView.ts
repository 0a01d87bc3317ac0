/** The map: OpenLayers for panning, zooming and the base, our own layer for tracks, and one loop that decides when to paint. */

import OlMap from "ol/Map.js";
import View from "ol/View.js";
import ScaleLine from "ol/control/ScaleLine.js";
import { defaults as defaultInteractions } from "ol/interaction/defaults.js";
import { addCoordinateTransforms, addProjection, get as getProjection, Projection } from "ol/proj.js";
import { Atlas } from "./atlas.js";
import { BaseLayer, type Asset, type Land, type Ring } from "./baseLayer.js";
import { Governor } from "./governor.js";
import { Painter, type Detail, type Frame, type Overlay, type Painted } from "./painter.js";
import { plane as makePlane, type Plane, type PlaneName } from "./project.js";
import { pick, vectorSeconds, type Matrix } from "./screen.js";
import type { Raster } from "./raster.js";
import type { TrackStore } from "./store.js";
import { paletteOf, THEMES, type ThemeName } from "./theme.js";
import { TrackLayer } from "./trackLayer.js";

/** What the map asks of the console each frame. */
export interface MapSource {
  readonly store: TrackStore;
  overlay(plane: Plane, atlas: Atlas): Overlay;
  /** Seconds of the scenario since the positions in the store were true. */
  ahead(now: number): number;
  labelOf(row: number): readonly string[];
  hooked(): number;
  onHook(track: number): void;
}

/** Choices of the operator about the map. `vector` is in seconds, or -1 to follow the scale. */
export interface MapChoices {
  history: number;
  vector: number;
  labels: boolean;
}

const FOOTER = "WEAPONS SIMULATED";
const REACH_PX = 18;
/** Metres a pixel below which units and sites are near enough together on the ground to be named. */
const NAMES_BELOW_M = 900;
const REPAINT_MS = 66;
const MOVING_MS = 150;

/** Degrees and metres of what to show at first. */
export interface Opening {
  readonly lon_deg: number;
  readonly lat_deg: number;
  readonly width_m: number;
}

/** The map of the console. */
export class MapView {
  readonly choices: MapChoices = { history: 5, vector: -1, labels: true };
  readonly governor = new Governor();
  plane: Plane;
  painted: Painted = { inView: 0, symbols: 0, labels: 0 };
  /** Milliseconds the last frame took to paint. */
  paintMs = 0;
  /** Detail to use instead of the governor's, for measuring. */
  fixedDetail: Detail | null = null;
  private atlas: Atlas;
  private painter: Painter;
  private readonly map: OlMap;
  private readonly base: BaseLayer;
  private readonly tracks: TrackLayer;
  private readonly ratio: number;
  private land: readonly Land[] = [];
  private assets: readonly Asset[] = [];
  private rings: readonly Ring[] = [];
  private dirty = true;
  private lastPaint = 0;
  private lastMove = Number.NEGATIVE_INFINITY;
  private focus: [number, number] | null = null;
  private overlay: Overlay = { marks: [], strobes: [], engagements: [] };

  constructor(
    target: HTMLElement,
    private readonly source: MapSource,
    private opening: Opening,
    theme: ThemeName,
    planeName: PlaneName = "laea",
  ) {
    this.ratio = window.devicePixelRatio >= 1.5 ? 2 : 1;
    this.atlas = new Atlas(THEMES[theme], this.ratio);
    this.painter = new Painter(this.atlas, paletteOf(THEMES[theme]));
    this.plane = makePlane(planeName, opening.lon_deg, opening.lat_deg);
    this.base = new BaseLayer(THEMES[theme]);
    this.tracks = new TrackLayer((raster, matrix, resolution) => this.paint(raster, matrix, resolution), this.ratio);
    this.map = new OlMap({
      target,
      pixelRatio: this.ratio,
      layers: [this.base.layer, this.base.coverage, this.tracks],
      controls: [new ScaleLine({ units: "metric", minWidth: 90 })],
      interactions: defaultInteractions({ altShiftDragRotate: false, pinchRotate: false, keyboard: false }),
    });
    this.project(planeName);
    this.listen(target);
    requestAnimationFrame((now) => this.loop(now));
  }

  /** The underlying map, for the measuring page. */
  get ol(): OlMap {
    return this.map;
  }

  /** Show outlines and areas to defend. */
  setLand(land: readonly Land[], assets: readonly Asset[]): void {
    this.land = land;
    this.assets = assets;
    this.base.show(land, assets, this.plane, this.opening.lon_deg, this.opening.lat_deg);
  }

  /** Show where radars see; an empty list shows nothing. */
  setCoverage(rings: readonly Ring[]): void {
    this.rings = rings;
    this.base.showCoverage(rings, this.plane);
  }

  /** Change the map plane and keep the middle of the view. */
  project(name: PlaneName): void {
    const before = this.map.getView().getCenter();
    const middle = [this.opening.lon_deg, this.opening.lat_deg];
    if (before !== undefined && this.map.getView().getResolution() !== undefined) {
      this.plane.inverse(before[0], before[1], middle, 0);
    }
    const resolution = this.map.getView().getResolution() ?? this.opening.width_m / Math.max(400, this.width());
    const stretched = this.plane.name === "mercator" ? 1 / Math.cos((middle[1] * Math.PI) / 180) : 1;
    this.plane = makePlane(name, this.opening.lon_deg, this.opening.lat_deg);
    const stretch = name === "mercator" ? 1 / Math.cos((middle[1] * Math.PI) / 180) : 1;
    const centre = [0, 0];
    this.plane.forward(middle[0], middle[1], centre, 0);
    this.map.setView(this.view(centre, (resolution * stretch) / stretched));
    this.source.store.reproject(this.plane);
    this.setLand(this.land, this.assets);
    this.setCoverage(this.rings);
    this.pictureChanged();
  }

  /** Take the colours of a theme. */
  restyle(theme: ThemeName): void {
    this.atlas = new Atlas(THEMES[theme], this.ratio);
    this.painter = new Painter(this.atlas, paletteOf(THEMES[theme]));
    this.base.restyle(THEMES[theme]);
    this.pictureChanged();
  }

  /** Tell that a new picture, another hooked track or another choice must be drawn. */
  pictureChanged(): void {
    this.overlay = this.source.overlay(this.plane, this.atlas);
    this.dirty = true;
  }

  /** Move the view by a share of its size, or zoom by steps. */
  nudge(right: number, up: number, zoom: number): void {
    const view = this.map.getView();
    const resolution = view.getResolution() ?? 1;
    const centre = view.getCenter() ?? [0, 0];
    const step = 0.2 * this.width() * resolution;
    if (zoom !== 0) view.setResolution(resolution * 2 ** -zoom);
    view.setCenter([centre[0] + right * step, centre[1] + up * step]);
  }

  /** Bring a place into the middle. */
  centre(lon: number, lat: number): void {
    const out = [0, 0];
    this.plane.forward(lon, lat, out, 0);
    this.map.getView().setCenter(out);
  }

  /** Another beginning: what there is to see lies elsewhere now. */
  reopen(opening: Opening): void {
    this.opening = opening;
    this.project(this.plane.name);
    this.reset();
  }

  /** Back to the view of the start. */
  reset(): void {
    this.centre(this.opening.lon_deg, this.opening.lat_deg);
    this.map.getView().setResolution(this.opening.width_m / Math.max(400, this.width()));
  }

  private width(): number {
    return this.map.getSize()?.[0] ?? 1000;
  }

  private view(center: number[], resolution: number): View {
    const projection = register(this.plane);
    const limits = { minResolution: 5, maxResolution: 12000, constrainOnlyCenter: true };
    const view = new View({ projection, center, resolution, ...limits });
    view.on("change", () => {
      this.lastMove = performance.now();
    });
    return view;
  }

  private listen(target: HTMLElement): void {
    this.map.on("singleclick", (event) => {
      const at = event.pixel.map((value) => value * this.ratio);
      const row = pick(this.source.store, this.painter.visible, at[0], at[1], REACH_PX * this.ratio);
      this.source.onHook(row < 0 ? 0 : this.source.store.id[row]);
    });
    target.addEventListener("pointermove", (event) => {
      const box = target.getBoundingClientRect();
      this.focus = [(event.clientX - box.left) * this.ratio, (event.clientY - box.top) * this.ratio];
      const row = pick(this.source.store, this.painter.visible, this.focus[0], this.focus[1], REACH_PX * this.ratio);
      target.style.cursor = row < 0 ? "" : "pointer";
    });
    target.addEventListener("pointerleave", () => {
      this.focus = null;
    });
    new ResizeObserver(() => this.map.updateSize()).observe(target);
  }

  private loop(now: number): void {
    this.governor.frame(now);
    if (this.dirty || now - this.lastPaint >= REPAINT_MS) {
      // While the view moves the map paints anyway: asking it joins the two, painting here would do the work twice.
      if (now - this.lastMove < MOVING_MS) this.map.render();
      else this.tracks.repaint();
    }
    requestAnimationFrame((next) => this.loop(next));
  }

  private paint(raster: Raster, matrix: Matrix, resolution: number): void {
    const { source, choices } = this;
    this.dirty = false;
    this.lastPaint = performance.now();
    const detail = this.fixedDetail ?? this.governor.detail;
    const frame: Frame = {
      matrix,
      ahead: source.ahead(performance.now()),
      vectorSeconds: choices.vector < 0 ? vectorSeconds(resolution) : choices.vector,
      detail: {
        symbols: detail.symbols,
        labels: choices.labels ? detail.labels : 0,
        history: Math.min(choices.history, detail.history),
      },
      hooked: source.hooked(),
      focusX: this.focus?.[0] ?? raster.width / 2,
      focusY: this.focus?.[1] ?? raster.height / 2,
      labelOf: (row) => source.labelOf(row),
      names: resolution * this.ratio < NAMES_BELOW_M,
      footer: FOOTER,
    };
    this.painted = this.painter.paint(raster, source.store, this.overlay, frame);
    this.paintMs = performance.now() - this.lastPaint;
  }
}

function register(plane: Plane): Projection {
  const known = getProjection(plane.code);
  if (known !== null) return known;
  const { reach } = plane;
  const projection = new Projection({ code: plane.code, units: "m", extent: [-reach, -reach, reach, reach], metersPerUnit: 1 });
  addProjection(projection);
  const pair = (transform: Plane["forward"]) => (place: number[]) => {
    const out = [0, 0];
    transform(place[0], place[1], out, 0);
    return out;
  };
  addCoordinateTransforms("EPSG:4326", projection, pair(plane.forward), pair(plane.inverse));
  return projection;
}
