/** The hooked track in full: what it is held to be, why, how good it is, and by which clause it is here. */

import { frameOf, identityWord, kindWord } from "../codes.js";
import { byId, el, say } from "../dom.js";
import { age, climbArrow, course, elapsed, knots, level, place, squawk } from "../format.js";
import { TRUTH_BASE } from "../picture.js";
import type { ConsoleState } from "../state.js";
import { COASTING, NO_HEIGHT, RELEASED } from "../store.js";
import { column, tableOf } from "../wire.js";

const REFRESH_MS = 500;

/** Keep the panel of the hooked track up to date. */
export function hookedPanel(state: ConsoleState): void {
  const rows = new Map<string, HTMLElement>();
  const list = byId("hooked-facts");
  const show = () => fill(state, list, rows);
  state.watch(["hook", "static"], show);
  window.setInterval(show, REFRESH_MS);
}

function fill(state: ConsoleState, list: HTMLElement, rows: Map<string, HTMLElement>): void {
  const row = state.hooked === 0 ? -1 : state.store.rowOf(state.hooked);
  byId("hooked").dataset["empty"] = String(row < 0);
  byId("hooked-none").hidden = row >= 0;
  list.hidden = row < 0;
  byId("hooked-reasons").hidden = row < 0 || state.hooked >= TRUTH_BASE;
  if (row < 0) {
    const gone = state.lostTrack === 0 ? "" : ` (${state.nameOf(state.lostTrack)} has left the picture)`;
    say(byId("hooked-title"), `No track hooked${gone}`);
    delete byId("hooked-title").dataset["frame"];
    return;
  }
  const { store } = state;
  const truth = state.hooked >= TRUTH_BASE;
  say(byId("hooked-title"), truth ? `Truth: ${state.nameOf(state.hooked)}` : `Track ${state.hooked}`);
  byId("hooked-title").dataset["frame"] = frameOf(store.identity[row]);
  const facts = truth ? truthFacts(state, row) : trackFacts(state, row);
  for (const [name, value] of facts) fact(list, rows, name, value);
  for (const [name, cell] of rows) {
    (cell.parentElement as HTMLElement).hidden = !facts.some(([known]) => known === name);
  }
  reasons(state);
}

function fact(list: HTMLElement, rows: Map<string, HTMLElement>, name: string, value: string): void {
  let cell = rows.get(name);
  if (cell === undefined) {
    cell = el("dd");
    list.append(el("div", {}, el("dt", {}, name), cell));
    rows.set(name, cell);
  }
  say(cell, value);
}

type Facts = (readonly [string, string])[];

function motion(state: ConsoleState, row: number): Facts {
  const { store } = state;
  const known = (store.flags[row] & NO_HEIGHT) === 0;
  const height = known ? `FL${level(store.alt[row])}${climbArrow(store.climb[row])} \u00b7 ${Math.round(store.alt[row])} m` : "not measured";
  return [
    ["Kind", kindWord(store.kind[row])],
    ["Level", height],
    ["Motion", `${knots(store.speed[row])} kt \u00b7 ${course(store.course[row])}\u00b0`],
    ["Position", place(store.lon[row], store.lat[row])],
  ];
}

function truthFacts(state: ConsoleState, row: number): Facts {
  const type = state.fixed?.truth[state.hooked - TRUTH_BASE]?.type ?? "";
  return [["Type", type], ["Nation", state.nationOf(state.store.origin[row])], ...motion(state, row)];
}

function trackFacts(state: ConsoleState, row: number): Facts {
  const { store } = state;
  const at = state.rowInUpdate();
  const table = state.update === null ? null : tableOf(state.update, "tracks");
  const value = (name: string) => (table === null || at < 0 ? Number.NaN : column(table, name)[at]);
  const iff = state.fixed?.codes.iff[value("iff")] ?? "\u2014";
  const coasting = store.flags[row] & COASTING ? " \u00b7 COASTING" : "";
  return [
    ["Identity", identityWord(store.identity[row])],
    ...motion(state, row),
    ["Age", `${age(value("age_s"))}${coasting}`],
    ["Sources", sources(value("sensors"), value("own_age_s"), value("released_age_s"))],
    ["Made by", state.nationOf(store.origin[row])],
    ["Release", release(state, row)],
    ["Accuracy", `\u00b1${Math.round(value("sigma_pos_m"))} m \u00b7 existence ${(100 * value("existence")).toFixed(0)} %`],
    ["Transponder", `${squawk(store.code[row])} \u00b7 IFF ${iff}`],
    ["First seen", elapsed((state.update?.time ?? Number.NaN) - value("first_s"))],
    ["Engaged", value("engaged") > 0 ? `by ${value("engaged")} order(s), simulated` : "no"],
  ];
}

function sources(sensors: number, own: number, released: number): string {
  const count = sensors === 1 ? "single sensor" : `${sensors} sensors`;
  return `${count} \u00b7 own ${age(own)} \u00b7 released ${age(released)}`;
}

function release(state: ConsoleState, row: number): string {
  const clause = state.store.clause[row];
  const only = state.store.flags[row] & RELEASED ? "held only by release" : "own data";
  return clause < 0 ? only : `${state.clauseWords(clause)} \u00b7 ${only}`;
}

function reasons(state: ConsoleState): void {
  const at = state.rowInUpdate();
  const list = byId("hooked-reason-list");
  const bits = at < 0 || state.update === null ? 0 : column(tableOf(state.update, "tracks"), "reasons")[at];
  const words = (state.fixed?.codes.reasons ?? []).filter(({ bit }) => (bits & bit) !== 0).map(({ text }) => text);
  const shown = words.length > 0 ? words : ["nothing speaks for or against yet"];
  if ([...list.children].map((item) => item.textContent).join("|") === shown.join("|")) return;
  list.replaceChildren(...shown.map((text) => el("li", {}, text)));
}
