/** The alert list: newest first, what nobody has seen on top; a new one is told once to whoever listens. */

import { byId, el, say } from "../dom.js";
import { elapsed } from "../format.js";
import type { AlertEntry, ConsoleState } from "../state.js";

/** Most entries on the page at once. */
const SHOWN = 100;

/** The list, and what keys do with it. */
export class AlertList {
  private told = 0;
  private pointer = 0;

  constructor(private readonly state: ConsoleState) {
    byId("alerts-all").addEventListener("click", () => state.acknowledge(null));
    state.watch(["events"], () => this.show());
  }

  /** Hook the track of the next alert that nobody has seen; says whether there was one. */
  next(): AlertEntry | null {
    const open = this.ordered().filter((entry) => !entry.acknowledged);
    if (open.length === 0) return null;
    const entry = open[this.pointer++ % open.length];
    if (entry.track !== 0) this.state.hook(entry.track);
    return entry;
  }

  private ordered(): AlertEntry[] {
    const entries = [...this.state.alerts.values()].reverse();
    return [...entries.filter((entry) => !entry.acknowledged), ...entries.filter((entry) => entry.acknowledged)];
  }

  private show(): void {
    const entries = this.ordered();
    const open = entries.filter((entry) => !entry.acknowledged);
    say(byId("alerts-open"), open.length === 0 ? "" : String(open.length));
    byId("alerts-none").hidden = entries.length > 0;
    byId<HTMLButtonElement>("alerts-all").disabled = open.length === 0;
    byId("alert-list").replaceChildren(...entries.slice(0, SHOWN).map((entry) => this.item(entry)));
    this.announce(open);
  }

  private announce(open: readonly AlertEntry[]): void {
    const fresh = open.filter((entry) => entry.event.n > this.told);
    this.told = Math.max(this.told, ...open.map((entry) => entry.event.n));
    if (fresh.length > 0) say(byId("announce"), fresh.slice(0, 3).map((entry) => entry.text).join("; "));
  }

  private item(entry: AlertEntry): HTMLElement {
    const { event } = entry;
    const repeated = entry.count > 1 ? ` (${entry.count} times)` : "";
    const hook = () => this.state.hook(entry.track);
    const name = entry.track === 0 ? null : el("button", { type: "button", onclick: hook }, `track ${entry.track}`);
    const seen = el("button", { type: "button", onclick: () => this.state.acknowledge(entry.key) }, "Acknowledge");
    return el(
      "li",
      { "data-severity": entry.severity, "data-seen": entry.acknowledged },
      el("span", { class: "when" }, elapsed(event.t_s)),
      el("strong", { class: "severity" }, entry.severity),
      el("span", { class: "what" }, `${entry.text}${repeated}${details(entry)}`),
      el("span", { class: "acts" }, name, entry.acknowledged ? el("span", {}, "seen") : seen),
    );
  }
}

function details(entry: AlertEntry): string {
  const { event } = entry;
  if (event.type !== "alert") return "";
  const parts = [];
  if (typeof event.probability === "number") parts.push(`probability inside ${Math.round(100 * event.probability)} %`);
  if (typeof event.distance_m === "number" && Number.isFinite(event.distance_m)) {
    const km = Math.abs(event.distance_m / 1000).toFixed(0);
    parts.push(event.distance_m < 0 ? `${km} km inside` : `${km} km to the line`);
  }
  return parts.length === 0 ? "" : ` \u00b7 ${parts.join(", ")}`;
}
