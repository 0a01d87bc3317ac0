/** Keys: one key one act; orders take a second key, since a key only goes to the order's button. */

/** What keys can do. */
export interface KeyActs {
  tab(number: number): void;
  help(): void;
  theme(): void;
  nextAlert(): void;
  acknowledge(): void;
  cycleTrack(by: 1 | -1): void;
  unhook(): void;
  centre(): void;
  table(): void;
  vectors(): void;
  history(): void;
  labels(): void;
  coverage(): void;
  order(act: "scramble" | "engage" | "cease" | "weapons"): void;
  pause(): void;
  step(): void;
  pan(right: number, up: number): void;
  zoom(by: number): void;
  reset(): void;
}

/** Keys and their words, for the help sheet. */
export const KEY_HELP: readonly (readonly [string, string])[] = [
  ["] and [", "hook the next or the previous track, the most pressing first"],
  ["Esc", "let go of the hooked track"],
  ["C", "bring the hooked track into the middle"],
  ["F", "go to the track table; arrows move, Enter hooks"],
  ["N", "next alert that nobody has seen: hook its track"],
  ["A", "acknowledge the alerts of the hooked track"],
  ["S, E, X, W", "go to scramble, engage, cease, weapons status; Enter gives the order"],
  ["arrows", "move the map"],
  ["+ and \u2212", "zoom"],
  ["0", "the view of the start"],
  ["V, H, L", "speed vectors, history, labels"],
  ["G", "radar coverage at the next height"],
  ["T", "dark or light"],
  ["1 \u2026 5", "tracks, alerts, orders, map, keys"],
  ["P and .", "pause or go on, one step (exercise control)"],
  ["?", "this sheet"],
];

/** Listen for keys; what is typed into a field, and keys with Ctrl, Alt or Meta, are left alone. */
export function listenToKeys(acts: KeyActs): void {
  const simple: Readonly<Record<string, () => void>> = {
    "?": () => acts.help(),
    t: () => acts.theme(),
    n: () => acts.nextAlert(),
    a: () => acts.acknowledge(),
    "]": () => acts.cycleTrack(1),
    "[": () => acts.cycleTrack(-1),
    Escape: () => acts.unhook(),
    c: () => acts.centre(),
    f: () => acts.table(),
    v: () => acts.vectors(),
    h: () => acts.history(),
    l: () => acts.labels(),
    g: () => acts.coverage(),
    s: () => acts.order("scramble"),
    e: () => acts.order("engage"),
    x: () => acts.order("cease"),
    w: () => acts.order("weapons"),
    p: () => acts.pause(),
    ".": () => acts.step(),
    ArrowLeft: () => acts.pan(-1, 0),
    ArrowRight: () => acts.pan(1, 0),
    ArrowUp: () => acts.pan(0, 1),
    ArrowDown: () => acts.pan(0, -1),
    "+": () => acts.zoom(0.5),
    "=": () => acts.zoom(0.5),
    "-": () => acts.zoom(-0.5),
    "0": () => acts.reset(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = /^[1-5]$/.test(key) ? () => acts.tab(Number(key)) : simple[key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}

function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (event.key === "Escape") return false;
  if (target.matches("input, select, textarea")) return true;
  // Arrows scroll a list or move among tabs where one has the keyboard; elsewhere they move the map.
  return event.key.startsWith("Arrow") && target.closest("[role=tablist], [data-scroll]") !== null;
}
