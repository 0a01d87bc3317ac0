/** What the console knows: the picture, the session, the events and what is hooked. Panels and the map watch it. */

import { labelLines } from "./format.js";
import type { Link, LinkListener, LinkState } from "./link.js";
import { batchOf, COAST_AFTER_S, coastAfter, TRUTH_BASE } from "./picture.js";
import { plane } from "./project.js";
import type { Answer, Closing, DecisionEvent, Events, SeatEvent, Session, Shooter, Static } from "./protocol.js";
import { TrackStore } from "./store.js";
import { column, tableOf, type Update } from "./wire.js";

/** What a watcher can wait for. `tick` comes with every update, `events` with every event. */
export type Topic = "static" | "session" | "tick" | "events" | "hook" | "link";

/** An alert as the list shows it; the same alert on the same track is one entry. */
export interface AlertEntry {
  readonly key: string;
  readonly event: SeatEvent;
  readonly severity: "danger" | "warning" | "notice";
  readonly text: string;
  readonly track: number;
  readonly count: number;
  readonly acknowledged: boolean;
}

/** Most alerts and decisions kept; older ones are in the recording. */
const KEPT = 400;

/** Everything the page shows comes from here. */
export class ConsoleState implements LinkListener {
  fixed: Static | null = null;
  session: Session | null = null;
  update: Update | null = null;
  store = new TrackStore(plane("laea", 0, 0));
  hooked = 0;
  /** The hooked track that left the picture last, 0 where another was hooked since. */
  lostTrack = 0;
  link: Link | null = null;
  linkState: LinkState = "connecting";
  linkReason = "";
  linkWait = 0;
  /** Milliseconds from sending to arrival of updates, smoothed. */
  lagMs = Number.NaN;
  readonly alerts = new Map<string, AlertEntry>();
  readonly decisions: DecisionEvent[] = [];
  readonly notes: SeatEvent[] = [];
  private coast = COAST_AFTER_S;
  private last = 0;
  private arrived = 0;
  private readonly watchers = new Map<Topic, (() => void)[]>();

  /** Call `act` whenever a topic changes. */
  watch(topics: readonly Topic[], act: () => void): void {
    for (const topic of topics) this.watchers.set(topic, [...(this.watchers.get(topic) ?? []), act]);
  }

  /** Hook a track by number; 0 lets go. */
  hook(track: number): void {
    if (track === this.hooked) return;
    if (track !== 0) this.lostTrack = 0;
    this.hooked = track;
    this.tell("hook");
  }

  onText(message: Static | Session | Events | Closing): void {
    if (message.kind === "static") {
      this.fixed = message;
      this.coast = message.coast_s ?? coastAfter(message.sensors.map((sensor) => sensor.period_s));
      this.tell("static");
    } else if (message.kind === "session") {
      this.session = message;
      this.tell("session");
    } else if (message.kind === "events") {
      for (const event of message.events) this.takeEvent(event);
      this.tell("events");
    }
  }

  onUpdate(update: Update): void {
    this.update = update;
    this.arrived = performance.now();
    const lag = Date.now() - update.sentMs;
    this.lagMs = Number.isNaN(this.lagMs) ? lag : this.lagMs + 0.2 * (lag - this.lagMs);
    this.store.apply(batchOf(update, this.coast));
    if (this.hooked !== 0 && this.store.rowOf(this.hooked) < 0) this.loseHooked();
    this.tell("tick");
  }

  /** Let go of a hooked track that is no longer in the picture, and keep its number for whoever tells it. */
  private loseHooked(): void {
    this.lostTrack = this.hooked;
    this.hook(0);
  }

  onState(state: LinkState, reason: string, wait: number): void {
    if (state === "connecting" && this.linkState === "lost") return;
    this.linkState = state;
    this.linkReason = reason;
    this.linkWait = wait;
    this.tell("link");
  }

  lastEvent(): number {
    return this.last;
  }

  /** Seconds of the scenario since the positions of the last update were true; none while nothing runs. */
  ahead(now: number): number {
    if (this.session?.state !== "running" || this.linkState !== "open") return 0;
    const { rate } = this.session;
    const most = 1.5 * Math.max(this.fixed?.scenario.tick_s ?? 1, 0.1 * rate);
    return Math.min(most, ((now - this.arrived) / 1000) * rate);
  }

  /** Whether sensors' own data are shown, live or recorded, rather than a scenario. */
  showsData(): boolean {
    return this.fixed?.mode === "live" || this.fixed?.mode === "recorded";
  }

  /** Lines of a track's label. */
  labelOf(row: number): readonly string[] {
    const id = this.store.id[row];
    const lines = labelLines(this.store, row, "");
    return id >= TRUTH_BASE ? [this.nameOf(id), lines[1]] : lines;
  }

  /** How a track is called: its number, or the name of a row of truth. */
  nameOf(track: number): string {
    if (track < TRUTH_BASE) return String(track);
    return this.fixed?.truth[track - TRUTH_BASE]?.name ?? `row ${track - TRUTH_BASE}`;
  }

  /** Words for a nation's number. */
  nationOf(nation: number): string {
    const found = this.fixed?.nations[nation];
    return found === undefined ? "\u2014" : found.title || found.name;
  }

  /** A nation's short name, for narrow columns. */
  nationName(nation: number): string {
    return this.fixed?.nations[nation]?.name || "\u2014";
  }

  /** A clause in words: its id, verb and what it grants. */
  clauseWords(clause: number): string {
    const found = this.fixed?.clauses[clause];
    if (found === undefined) return "own";
    return `${found.id} (${found.verb} ${found.words.join(", ")})`;
  }

  /** Row of the hooked track in the last update's tracks, or -1. */
  rowInUpdate(): number {
    if (this.update === null || this.hooked === 0) return -1;
    const tracks = tableOf(this.update, "tracks");
    return tracks.rows === 0 ? -1 : Array.from(column(tracks, "track")).indexOf(this.hooked);
  }

  /** Send a command; refused where there is no connection at all. */
  send(command: { readonly kind: string } & Readonly<Record<string, unknown>>, within?: number): Promise<Answer> {
    if (this.link !== null) return this.link.send(command, within);
    return Promise.resolve({ kind: "answer", id: "", ok: false, reason: "not connected" });
  }

  /** Mark alerts as seen: one, or all where no key is given. */
  acknowledge(key: string | null): void {
    for (const [at, entry] of this.alerts) {
      if (key === null || key === at) this.alerts.set(at, { ...entry, acknowledged: true });
    }
    this.tell("events");
  }

  /** The index of a shooter by its name, or -1. */
  shooter(name: string): Shooter | undefined {
    return this.fixed?.shooters.find((shooter) => shooter.name === name);
  }

  private takeEvent(event: SeatEvent): void {
    if (event.n <= this.last) return;
    this.last = event.n;
    if (event.type === "decision") push(this.decisions, event);
    else if (event.type === "result" || event.type === "order") push(this.notes, event);
    const alert = alertOf(event);
    if (alert === null) return;
    const before = this.alerts.get(alert.key);
    this.alerts.delete(alert.key);
    // Nothing is told twice: a repeat keeps its acknowledgement unless it says something new.
    const acknowledged = before?.acknowledged === true && before.text === alert.text;
    this.alerts.set(alert.key, { ...alert, count: (before?.count ?? 0) + 1, acknowledged });
    const [oldest] = this.alerts.keys();
    if (this.alerts.size > KEPT) this.alerts.delete(oldest);
  }

  private tell(topic: Topic): void {
    for (const act of this.watchers.get(topic) ?? []) act();
  }
}

function push<T>(list: T[], entry: T): void {
  list.push(entry);
  if (list.length > KEPT) list.shift();
}

function alertOf(event: SeatEvent): Omit<AlertEntry, "count" | "acknowledged"> | null {
  if (event.type === "alert") {
    const severity = event.severity === "danger" || event.severity === "warning" ? event.severity : "notice";
    return { key: `alert ${event.alert} ${event.track}`, event, severity, text: event.text, track: event.track };
  }
  if (event.type === "phase") {
    return { key: "phase", event, severity: "warning", text: `phase in force: ${event.phase}`, track: 0 };
  }
  if (event.type === "notice") {
    return { key: `notice ${event.text}`, event, severity: "notice", text: event.text, track: 0 };
  }
  if (event.type === "link") {
    const text = `link ${event.link} is ${event.up ? "up again" : "down"}`;
    return { key: `link ${event.link}`, event, severity: event.up ? "notice" : "danger", text, track: 0 };
  }
  return null;
}
