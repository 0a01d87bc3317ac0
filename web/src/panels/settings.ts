/** How the map looks: theme, vectors, history, labels, plane and radar coverage. Kept for the next visit. */

import { byId, choice, el, say } from "../dom.js";
import type { MapView } from "../mapView.js";
import { PLANES, type PlaneName } from "../project.js";
import type { ConsoleState } from "../state.js";
import type { ThemeName } from "../theme.js";

const VECTORS = [["-1", "by scale"], ["0", "none"], ["30", "30 s"], ["60", "1 min"], ["120", "2 min"], ["180", "3 min"], ["300", "5 min"]] as const;
const HISTORIES = [["0", "none"], ["3", "3 dots"], ["5", "5 dots"], ["8", "8 dots"]] as const;
const HEIGHTS = [["", "none"], ["50", "50 m"], ["100", "100 m"], ["300", "300 m"], ["1000", "1 000 m"], ["3000", "3 000 m"], ["10000", "10 000 m"]] as const;

type Choice = ReturnType<typeof choice>;

/** Reads a remembered choice; where the browser keeps nothing, the given one. */
export function remembered(name: string, otherwise: string): string {
  try {
    return window.localStorage.getItem(`jointsky.${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function remember(name: string, value: string): void {
  try {
    window.localStorage.setItem(`jointsky.${name}`, value);
  } catch {
    // A browser that keeps nothing is fine: the choice then lasts as long as the page.
    return;
  }
}

/** The choices about the map. */
export class Settings {
  private readonly vector: Choice;
  private readonly history: Choice;
  private readonly labels: Choice;
  private readonly coverage: Choice;
  private readonly plane: Choice;
  private readonly themes: Choice;
  private map: MapView | null = null;

  constructor(private readonly state: ConsoleState) {
    const kept = (name: string, value: string, label: string, options: readonly (readonly [string, string])[]) =>
      choice(label, options, remembered(name, value), (chosen) => this.set(name, chosen));
    this.vector = kept("vector", "-1", "Speed vectors", VECTORS);
    this.history = kept("history", "5", "History", HISTORIES);
    this.labels = kept("labels", "on", "Labels", [["on", "shown"], ["off", "none"]]);
    this.plane = kept("plane", "laea", "Map plane", PLANES.map(({ name, word }) => [name, word] as const));
    this.themes = kept("theme", "dark", "Theme", [["dark", "dark"], ["light", "light"]]);
    this.coverage = choice("Radar coverage at", HEIGHTS, "", () => void this.showCoverage());
    for (const { row } of [this.vector, this.history, this.labels, this.coverage, this.plane, this.themes]) byId("settings").append(row);
    document.body.dataset["theme"] = this.theme;
  }

  get theme(): ThemeName {
    return this.themes.select.value === "light" ? "light" : "dark";
  }

  get planeName(): PlaneName {
    return this.plane.select.value as PlaneName;
  }

  /** Apply all choices to a map. */
  attach(map: MapView): void {
    this.map = map;
    this.apply("vector");
    this.apply("history");
    this.apply("labels");
  }

  /** Move a choice to its next value, as its key does. */
  cycle(name: "vector" | "history" | "labels" | "theme" | "coverage"): void {
    const { select } = { vector: this.vector, history: this.history, labels: this.labels, theme: this.themes, coverage: this.coverage }[name];
    select.selectedIndex = (select.selectedIndex + 1) % select.options.length;
    if (name === "coverage") void this.showCoverage();
    else this.set(name, select.value);
    say(byId("announce"), `${name}: ${select.selectedOptions[0]?.textContent ?? ""}`);
  }

  private set(name: string, value: string): void {
    remember(name, value);
    this.apply(name);
  }

  private apply(name: string): void {
    const { map } = this;
    if (name === "theme") document.body.dataset["theme"] = this.theme;
    if (map === null) return;
    if (name === "theme") map.restyle(this.theme);
    if (name === "plane") map.project(this.planeName);
    map.choices.vector = Number(this.vector.select.value);
    map.choices.history = Number(this.history.select.value);
    map.choices.labels = this.labels.select.value === "on";
    map.pictureChanged();
  }

  private async showCoverage(): Promise<void> {
    const height = this.coverage.select.value;
    const note = byId("coverage-note");
    if (height === "") {
      this.map?.setCoverage([]);
      say(note, "");
      return;
    }
    const answer = await this.state.send({ kind: "coverage", height_m: Number(height) });
    if (this.coverage.select.value !== height) return;
    this.map?.setCoverage((answer.rings ?? []).map(({ ring }) => ring));
    say(note, answer.ok ? `Dotted: where this seat's radars see at ${height} m, over a smooth earth` : `No coverage: ${answer.reason}`);
  }
}

/** The keys as a table for the help sheet. */
export function helpTable(keys: readonly (readonly [string, string])[]): HTMLElement {
  const rows = keys.map(([key, words]) => el("tr", {}, el("th", { scope: "row" }, el("kbd", {}, key)), el("td", {}, words)));
  return el("table", { class: "keys" }, el("tbody", {}, ...rows));
}
