/** Tabs of the side panel, as screen readers know them. */

import { byId } from "../dom.js";

const NAMES = ["tracks", "alerts", "orders", "map", "keys"] as const;

export type TabName = (typeof NAMES)[number];

/** The tabs; arrows move among them. */
export class Tabs {
  private readonly watchers: ((name: TabName) => void)[] = [];

  constructor() {
    for (const name of NAMES) byId(`tab-${name}`).addEventListener("click", () => this.show(name));
    byId("tabs").addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step === undefined) return;
      const at = (NAMES.indexOf(this.current) + step + NAMES.length) % NAMES.length;
      this.show(NAMES[at]);
      byId(`tab-${NAMES[at]}`).focus();
    });
    this.show("tracks");
  }

  current: TabName = "tracks";

  /** Call `act` when another tab is shown. */
  watch(act: (name: TabName) => void): void {
    this.watchers.push(act);
  }

  /** Show a tab by name. */
  show(name: TabName): void {
    this.current = name;
    for (const other of NAMES) {
      byId(`panel-${other}`).hidden = other !== name;
      const tab = byId(`tab-${other}`);
      tab.setAttribute("aria-selected", String(other === name));
      tab.tabIndex = other === name ? 0 : -1;
    }
    for (const act of this.watchers) act(name);
  }

  /** Show the tab of a number, from 1. */
  showNumber(number: number): void {
    const name = NAMES[number - 1];
    if (name === undefined) return;
    this.show(name);
    byId(`tab-${name}`).focus();
  }
}
