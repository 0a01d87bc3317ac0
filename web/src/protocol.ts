/** Text messages of the server, as `docs/understand/console-wire.md` tells them. */

import type { Asset, Land, Ring } from "./baseLayer.js";
import type { Opening } from "./mapView.js";
import type { TableForm } from "./wire.js";

export type Mode = "exercise" | "live" | "recorded" | "replay";

/** What the seat that steers may do. */
export type Steer = "pause" | "rate" | "step" | "look" | "end" | "report";

export interface Seat {
  readonly name: string;
  readonly title: string;
  readonly nation: number;
  readonly control: boolean;
  readonly looks_at: string | null;
  /** How this seat may steer; empty for all but one. */
  readonly may: readonly Steer[];
}

export interface Clause {
  readonly id: string;
  readonly verb: string;
  readonly words: readonly string[];
  readonly agreement: string;
}

/** Something that the people at a seat may say of the agreements: `text` and then the name. */
export interface Saying {
  readonly word: string;
  readonly name: string;
  readonly text: string;
}

export interface Shooter {
  readonly name: string;
  readonly unit: string;
  readonly nation: number;
  /** 0 a launcher, 1 a fighter. */
  readonly kind: number;
  readonly lon_deg: number | null;
  readonly lat_deg: number | null;
  readonly range_m: number;
  readonly acts: readonly string[];
}

export interface Sensor {
  readonly name: string;
  readonly nation: number;
  readonly lon_deg: number;
  readonly lat_deg: number;
  readonly range_m: number;
  readonly period_s: number;
  readonly moving: boolean;
}

export interface Site {
  readonly name: string;
  readonly nation: number;
  readonly lon_deg: number;
  readonly lat_deg: number;
}

export interface Codes {
  readonly act: readonly string[];
  readonly status: readonly string[];
  readonly weapons: readonly string[];
  readonly alert: readonly string[];
  readonly iff: readonly string[];
  readonly shot: readonly string[];
  readonly reasons: readonly { readonly bit: number; readonly text: string }[];
}

/** What does not change while a seat is open. */
export interface Static {
  readonly kind: "static";
  readonly mode: Mode;
  readonly seat: Seat;
  readonly scenario: {
    readonly name: string;
    readonly title: string;
    readonly agreement: string;
    readonly start: string;
    readonly duration_s: number | null;
    readonly tick_s: number;
  };
  readonly nations: readonly { readonly name: string; readonly title: string }[];
  readonly posts: readonly { readonly name: string; readonly nation: number; readonly host: string | null }[];
  readonly clauses: readonly Clause[];
  /** Absent or empty where nobody speaks for an agreement. */
  readonly sayings?: readonly Saying[];
  /** The age from which a track coasts; null for control without a post. */
  readonly coast_s: number | null;
  readonly tables: readonly TableForm[];
  readonly codes: Codes;
  readonly shooters: readonly Shooter[];
  readonly sensors: readonly Sensor[];
  readonly airfields: readonly Site[];
  readonly assets: readonly (Asset & { readonly name: string })[];
  readonly truth: readonly { readonly name: string; readonly type: string }[];
  readonly land: readonly Land[];
  readonly view: Opening;
}

/** The state of the exercise, told whenever it changes. */
export interface Session {
  readonly kind: "session";
  readonly state: "running" | "paused" | "ended";
  readonly rate: number;
  readonly phase: string;
  readonly tick: number;
  readonly end_s: number | null;
  readonly orders: boolean;
  readonly reason: string;
  readonly looks_at?: string | null;
}

interface EventBase {
  readonly n: number;
  readonly t_s: number;
}

export interface AlertEvent extends EventBase {
  readonly type: "alert";
  readonly alert: number;
  readonly track: number;
  readonly probability: number | null;
  readonly distance_m: number | null;
  readonly lon_deg: number | null;
  readonly lat_deg: number | null;
  readonly severity: string;
  readonly text: string;
}

export interface DecisionEvent extends EventBase {
  readonly type: "decision";
  readonly act: number;
  readonly unit: string;
  readonly track: number;
  readonly allowed: boolean;
  readonly phase: string;
  readonly clauses: readonly string[];
  /** Ids of the clauses that stand against it. */
  readonly against: readonly string[];
  readonly reason: string;
  readonly order: number;
  readonly approved_s: number | null;
  readonly command: string;
}

export interface ResultEvent extends EventBase {
  readonly type: "result";
  readonly order: number;
  readonly track: number;
  readonly shooter: number;
  readonly shot: number;
  readonly shots: number;
}

export interface PhaseEvent extends EventBase {
  readonly type: "phase";
  readonly phase: string;
}

export interface LinkEvent extends EventBase {
  readonly type: "link";
  readonly link: string;
  readonly up: boolean;
}

export interface OrderEvent extends EventBase {
  readonly type: "order";
  readonly command: string;
  readonly act: number;
  readonly unit: string;
  readonly track: number;
}

/** Something whoever sits here should know, in words. */
export interface NoticeEvent extends EventBase {
  readonly type: "notice";
  readonly text: string;
}

export type SeatEvent = AlertEvent | DecisionEvent | ResultEvent | PhaseEvent | LinkEvent | OrderEvent | NoticeEvent;

/** The answer to a command; what it holds beside `ok` depends on the command. */
export interface Answer {
  readonly kind: "answer";
  readonly id: string;
  readonly ok: boolean;
  readonly reason: string;
  readonly tick?: number;
  readonly allowed?: boolean;
  readonly clauses?: readonly string[];
  readonly against?: readonly string[];
  readonly approval_by?: string | null;
  readonly takes_s?: number | null;
  readonly rings?: readonly { readonly sensor: number; readonly ring: Ring }[];
  readonly url?: string;
}

export interface Closing {
  readonly kind: "closing";
  readonly code: number;
  readonly reason: string;
}

export interface Events {
  readonly kind: "events";
  readonly events: readonly SeatEvent[];
}

export type ServerText = Static | Session | Events | Answer | Closing;

/** Acts that a person may order, with the words of the wire. */
export type ActWord = "scramble" | "engage" | "cease" | "recover" | "weapons";
