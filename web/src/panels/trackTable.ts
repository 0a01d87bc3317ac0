/** The track table: all the map tells, as text, by keyboard; pages of rows so that thousands of tracks stay light. */

import { frameOf, IDENTITIES, identityWord, KINDS_SHORT } from "../codes.js";
import { byId, choice, el, say } from "../dom.js";
import { age, climbArrow, course, knots, level } from "../format.js";
import { NO_FILTER, sortedRows, type Filter, type SortKey } from "../rows.js";
import type { ConsoleState } from "../state.js";
import { COASTING, NO_HEIGHT } from "../store.js";

const REFRESH_MS = 1000;
const PAGE_ROWS = 100;
const COLUMNS: readonly (readonly [SortKey, string])[] = [
  ["track", "Track"],
  ["identity", "Identity"],
  ["kind", "Kind"],
  ["level", "FL"],
  ["speed", "kt"],
  ["course", "Crs"],
  ["age", "Age"],
  ["nation", "By"],
  ["release", "Clause"],
];

/** The table and its filters. */
export class TrackTable {
  private readonly filter: Filter = { ...NO_FILTER };
  private sortKey: SortKey = "identity";
  private descending = false;
  private page = 0;
  private readonly body = el("tbody");
  private readonly heads = new Map<SortKey, HTMLTableCellElement>();
  private readonly nation: HTMLSelectElement;

  constructor(private readonly state: ConsoleState) {
    const all = [["-1", "all"]] as const;
    const identities = IDENTITIES.map((word, k) => [String(k), word] as const);
    const identity = choice("Identity", [...all, ...identities], "-1", (value) => this.narrow({ identity: Number(value) }));
    const nation = choice("Made by", all, "-1", (value) => this.narrow({ nation: Number(value) }));
    this.nation = nation.select;
    byId("track-filters").append(identity.row, nation.row, this.levels(), this.releasedOnly());
    byId("track-table").append(this.head(), this.body);
    byId("tracks-back").addEventListener("click", () => this.turn(-1));
    byId("tracks-on").addEventListener("click", () => this.turn(1));
    this.body.addEventListener("keydown", (event) => this.key(event));
    state.watch(["static"], () => this.nations());
    state.watch(["hook"], () => this.refresh());
    window.setInterval(() => this.refresh(), REFRESH_MS);
  }

  /** Put the keyboard on the hooked row, or on the first. */
  focus(): void {
    this.refresh();
    const hooked = this.body.querySelector<HTMLElement>("tr[aria-selected=true]");
    (hooked ?? this.body.querySelector<HTMLElement>("tr"))?.focus();
  }

  private narrow(change: Partial<Filter>): void {
    Object.assign(this.filter, change);
    this.page = 0;
    this.refresh();
  }

  private turn(by: number): void {
    this.page += by;
    this.refresh();
  }

  private levels(): HTMLElement {
    const field = (label: string, change: (value: string) => void) => {
      const input = el("input", { type: "number", min: 0, max: 999, step: 10, "aria-label": label, placeholder: "FL" });
      input.addEventListener("input", () => change(input.value));
      return input;
    };
    return el(
      "span",
      { class: "field" },
      el("span", {}, "Level"),
      field("lowest flight level", (value) => this.narrow({ lowest: Number(value) || 0 })),
      "\u2013",
      field("highest flight level", (value) =>
        this.narrow({ highest: value === "" ? Number.POSITIVE_INFINITY : Number(value) }),
      ),
    );
  }

  private releasedOnly(): HTMLElement {
    const box = el("input", { type: "checkbox" });
    box.addEventListener("change", () => this.narrow({ releasedOnly: box.checked }));
    return el("label", { class: "field" }, box, el("span", {}, "only by release"));
  }

  private nations(): void {
    const known = this.state.fixed?.nations ?? [];
    this.nation.replaceChildren(el("option", { value: "-1" }, "all"));
    known.forEach((_, k) => this.nation.append(el("option", { value: k }, this.state.nationOf(k))));
    this.nation.value = String(this.filter.nation);
  }

  private head(): HTMLElement {
    const row = el("tr");
    for (const [key, words] of COLUMNS) {
      const cell = el("th", { scope: "col" }, el("button", { type: "button", onclick: () => this.sortBy(key) }, words));
      this.heads.set(key, cell);
      row.append(cell);
    }
    return el("thead", {}, row);
  }

  private sortBy(key: SortKey): void {
    this.descending = key === this.sortKey && !this.descending;
    this.sortKey = key;
    this.refresh();
  }

  /** Fill the table anew; nothing happens while it is not shown. */
  refresh(): void {
    if (this.body.closest("[hidden]") !== null) return;
    for (const [key, cell] of this.heads) {
      cell.setAttribute("aria-sort", key !== this.sortKey ? "none" : this.descending ? "descending" : "ascending");
    }
    const rows = sortedRows(this.state.store, this.filter, this.sortKey, this.descending);
    const pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
    this.page = Math.max(0, Math.min(pages - 1, this.page));
    this.count(rows.length, pages);
    this.fill(rows.slice(this.page * PAGE_ROWS, (this.page + 1) * PAGE_ROWS));
  }

  private count(shown: number, pages: number): void {
    const all = this.state.store.count;
    say(byId("tracks-count"), `${shown} of ${all} tracks \u00b7 page ${this.page + 1} of ${pages}`);
    byId<HTMLButtonElement>("tracks-back").disabled = this.page === 0;
    byId<HTMLButtonElement>("tracks-on").disabled = this.page >= pages - 1;
  }

  private fill(rows: readonly number[]): void {
    while (this.body.rows.length > rows.length) this.body.deleteRow(-1);
    const focused = this.body.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null;
    const wanted = focused?.dataset["track"];
    rows.forEach((row, k) => this.row(this.body.rows[k] ?? this.newRow(), row));
    this.rove(wanted);
  }

  private newRow(): HTMLTableRowElement {
    const row = this.body.insertRow();
    COLUMNS.forEach(() => row.insertCell());
    row.tabIndex = -1;
    row.addEventListener("click", () => this.state.hook(Number(row.dataset["track"])));
    return row;
  }

  private row(line: HTMLTableRowElement, row: number): void {
    const { store } = this.state;
    const id = store.id[row];
    const flags = store.flags[row];
    const high = level(store.alt[row], (flags & NO_HEIGHT) === 0);
    const old = (this.state.update?.time ?? 0) - store.updated[row];
    line.dataset["track"] = String(id);
    line.dataset["frame"] = frameOf(store.identity[row]);
    line.setAttribute("aria-selected", String(id === this.state.hooked));
    const texts = [
      this.state.nameOf(id),
      identityWord(store.identity[row]),
      KINDS_SHORT[store.kind[row]] ?? "\u2014",
      `${high}${climbArrow(store.climb[row])}`,
      knots(store.speed[row]),
      course(store.course[row]),
      `${age(old)}${flags & COASTING ? " CST" : ""}`,
      this.state.nationName(store.origin[row]),
      store.clause[row] < 0 ? "own" : (this.state.fixed?.clauses[store.clause[row]]?.id ?? "?"),
    ];
    texts.forEach((text, k) => say(line.cells[k], text));
  }

  /** One row is in the order of Tab; the keyboard stays with its track when rows change places. */
  private rove(wanted: string | undefined): void {
    const lines = [...this.body.rows];
    const same = wanted === undefined ? undefined : lines.find((line) => line.dataset["track"] === wanted);
    const hooked = lines.find((line) => line.getAttribute("aria-selected") === "true");
    const chosen = same ?? hooked ?? lines[0];
    for (const line of lines) line.tabIndex = line === chosen ? 0 : -1;
    if (wanted !== undefined) chosen?.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    const line = (event.target as HTMLElement).closest("tr");
    if (line === null) return;
    const at = line.rowIndex - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.body.rows.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") this.state.hook(Number(line.dataset["track"]));
    else if (event.key === "PageDown") this.turn(1);
    else if (event.key === "PageUp") this.turn(-1);
    else if (to !== undefined) this.body.rows[Math.max(0, Math.min(this.body.rows.length - 1, to))]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
