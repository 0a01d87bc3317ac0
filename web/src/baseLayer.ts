/** What does not move: outlines of countries, a graticule, areas to defend, radar coverage. Sent by the server, drawn without tiles. */

import Feature from "ol/Feature.js";
import Circle from "ol/geom/Circle.js";
import type Geometry from "ol/geom/Geometry.js";
import LineString from "ol/geom/LineString.js";
import MultiLineString from "ol/geom/MultiLineString.js";
import Polygon from "ol/geom/Polygon.js";
import VectorLayer from "ol/layer/Vector.js";
import VectorSource from "ol/source/Vector.js";
import Fill from "ol/style/Fill.js";
import Stroke from "ol/style/Stroke.js";
import Style from "ol/style/Style.js";
import { arcBetween, destination, type Plane } from "./project.js";
import type { Theme } from "./theme.js";

export type Ring = readonly (readonly [number, number])[];

/** An outline and whose it is: the index of a nation of the exercise, or -1. */
export interface Land {
  readonly nation: number;
  readonly rings: readonly Ring[];
}

/** A circle to defend. */
export interface Asset {
  readonly lon_deg: number;
  readonly lat_deg: number;
  readonly radius_m: number;
}

/** Degrees of arc from the centre of the scene beyond which nothing is drawn. */
const HORIZON_DEG = 75;

/** The base and the coverage, each one layer in one canvas. */
export class BaseLayer {
  readonly layer: VectorLayer;
  readonly coverage: VectorLayer;
  private readonly source = new VectorSource();
  private readonly rings = new VectorSource();

  constructor(private theme: Theme) {
    const options = { className: "base", updateWhileInteracting: false, updateWhileAnimating: false };
    this.layer = new VectorLayer({ ...options, source: this.source, zIndex: 0 });
    this.coverage = new VectorLayer({ ...options, source: this.rings, zIndex: 1 });
    this.restyle(theme);
  }

  /** Show outlines and areas in a plane about (lon0, lat0). */
  show(land: readonly Land[], assets: readonly Asset[], plane: Plane, lon0: number, lat0: number): void {
    this.source.clear(true);
    const features: Feature<Geometry>[] = [];
    for (const { nation, rings } of land) {
      for (const ring of rings) {
        if (!reachable(ring, lon0, lat0)) continue;
        const shape = new Polygon([project(ring, plane)]);
        features.push(new Feature({ geometry: shape, what: nation >= 0 ? `nation${nation}` : "land" }));
      }
    }
    features.push(new Feature({ geometry: graticule(plane, lon0, lat0), what: "grid" }));
    for (const asset of assets) features.push(new Feature({ geometry: circle(asset, plane), what: "asset" }));
    this.source.addFeatures(features);
  }

  /** Show where radars see, as rings of longitude and latitude. */
  showCoverage(rings: readonly Ring[], plane: Plane): void {
    this.rings.clear(true);
    this.rings.addFeatures(rings.map((ring) => new Feature({ geometry: new Polygon([project(ring, plane)]) })));
  }

  /** Take the colours of another theme. */
  restyle(theme: Theme): void {
    this.theme = theme;
    const styles = new Map<string, Style>();
    this.layer.setStyle((feature) => {
      const what = feature.get("what") as string;
      const style = styles.get(what) ?? this.styleOf(what);
      styles.set(what, style);
      return style;
    });
    this.coverage.setStyle(
      new Style({ stroke: new Stroke({ color: theme.coverage, width: 1.25, lineDash: [2, 4] }) }),
    );
  }

  private styleOf(what: string): Style {
    const { theme } = this;
    if (what === "grid") return new Style({ stroke: new Stroke({ color: theme.grid, width: 1 }), zIndex: 2 });
    if (what === "asset") {
      return new Style({ stroke: new Stroke({ color: theme.quiet, width: 1.25, lineDash: [6, 4] }), zIndex: 4 });
    }
    if (what === "land") return new Style({ stroke: new Stroke({ color: theme.border, width: 1 }), zIndex: 1 });
    const color = theme.nations[Number(what.slice(6)) % theme.nations.length];
    return new Style({ fill: new Fill({ color: theme.land }), stroke: new Stroke({ color, width: 2 }), zIndex: 0 });
  }
}

function reachable(ring: Ring, lon0: number, lat0: number): boolean {
  return ring.length > 2 && ring.every(([lon, lat]) => arcBetween(lon, lat, lon0, lat0) < HORIZON_DEG);
}

function project(ring: Ring, plane: Plane): number[][] {
  const places = ring.map(([lon, lat]) => {
    const out = [0, 0];
    plane.forward(lon, lat, out, 0);
    return out;
  });
  const [first] = places;
  const last = places[places.length - 1];
  return first[0] === last[0] && first[1] === last[1] ? places : [...places, first];
}

function circle(asset: Asset, plane: Plane): Geometry {
  const places: [number, number][] = [];
  for (let k = 0; k < 48; k++) places.push(destination(asset.lon_deg, asset.lat_deg, k * 7.5, asset.radius_m));
  return asset.radius_m > 0 ? new Polygon([project(places, plane)]) : new Circle(project(places, plane)[0], 1);
}

function graticule(plane: Plane, lon0: number, lat0: number): Geometry {
  const lines: number[][][] = [];
  const west = Math.round(lon0 / 5) * 5 - 40;
  const south = Math.max(-80, Math.round(lat0 / 5) * 5 - 30);
  const north = Math.min(80, south + 60);
  for (let lon = west; lon <= west + 80; lon += 5) lines.push(walk(plane, (t) => [lon, south + t * (north - south)]));
  for (let lat = south; lat <= north; lat += 5) lines.push(walk(plane, (t) => [west + 80 * t, lat]));
  return new MultiLineString(lines.map((places) => new LineString(places)));
}

function walk(plane: Plane, at: (t: number) => [number, number]): number[][] {
  const places: number[][] = [];
  for (let k = 0; k <= 32; k++) {
    const out = [0, 0];
    plane.forward(...at(k / 32), out, 0);
    places.push(out);
  }
  return places;
}
