/** The connection to the server: says hello, reads updates, sends commands, and comes back by itself after a loss. */

import type { Answer, ServerText } from "./protocol.js";
import { decode, WireError, type TableForm, type Update } from "./wire.js";

export type LinkState = "connecting" | "open" | "lost" | "refused";

/** What a link tells. */
export interface LinkListener {
  onText(message: Exclude<ServerText, Answer>): void;
  onUpdate(update: Update): void;
  /** `wait` is the number of seconds until the next try, 0 where there is none. */
  onState(state: LinkState, reason: string, wait: number): void;
  /** Number of the last event taken in. */
  lastEvent(): number;
}

/** A command without its id. */
export type Command = Readonly<Record<string, unknown>> & { readonly kind: string };

/** What the console needs of a connection; the measuring page has one without a server. */
export interface Link {
  /** `within` milliseconds it is answered, or counts as refused. */
  send(command: Command, within?: number): Promise<Answer>;
}

/** Closes after which trying again would only be refused again. */
const FINAL = new Set([4400, 4401, 4403]);
const FIRST_WAIT_S = 0.5;
const LONGEST_WAIT_S = 8;
const ANSWER_WITHIN_MS = 15000;

/** Whom a page is opened for: the part of its address behind the #. */
export interface Ticket {
  readonly seat: string;
  readonly key: string;
}

/** Seat and key from the part of an address behind the #, or null where they are not there. */
export function ticketFrom(hash: string): Ticket | null {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const seat = parts.get("seat");
  const key = parts.get("key");
  return seat && key ? { seat, key } : null;
}

/** A websocket link. */
export class SocketLink implements Link {
  private socket: WebSocket | null = null;
  private forms: readonly TableForm[] = [];
  private wait = FIRST_WAIT_S;
  private nextId = 1;
  private refusal: { code: number; reason: string } | null = null;
  private readonly prefix = Math.random().toString(36).slice(2, 8);
  private readonly waiting = new Map<string, { done: (answer: Answer) => void; timer: number }>();

  constructor(
    private readonly address: string,
    private readonly ticket: Ticket,
    private readonly listener: LinkListener,
  ) {
    this.open();
  }

  /** Send a command; the promise holds its answer, which is a refusal when the connection is or gets lost. */
  send(command: Command, within = ANSWER_WITHIN_MS): Promise<Answer> {
    const id = `${this.prefix}-${this.nextId++}`;
    if (this.socket?.readyState !== WebSocket.OPEN) return Promise.resolve(lost(id));
    return new Promise((done) => {
      const timer = window.setTimeout(() => this.settle({ ...lost(id), reason: "no answer in time" }), within);
      this.waiting.set(id, { done, timer });
      this.socket?.send(JSON.stringify({ ...command, id }));
    });
  }

  private open(): void {
    this.listener.onState("connecting", "", 0);
    this.refusal = null;
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      const { seat, key } = this.ticket;
      socket.send(JSON.stringify({ kind: "hello", seat, key, since: this.listener.lastEvent() }));
    };
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => this.take(event.data);
    socket.onclose = (event) => this.closed(event.code, event.reason);
  }

  private take(data: string | ArrayBuffer): void {
    try {
      if (typeof data === "string") this.takeText(JSON.parse(data) as ServerText);
      else this.listener.onUpdate(decode(data, this.forms));
    } catch (error) {
      if (!(error instanceof WireError || error instanceof SyntaxError)) throw error;
      this.refusal = { code: 0, reason: error.message };
      this.socket?.close();
    }
  }

  private takeText(message: ServerText): void {
    if (message.kind === "answer") {
      this.settle(message);
      return;
    }
    if (message.kind === "closing") this.refusal = message;
    if (message.kind === "static") {
      this.forms = message.tables;
      this.wait = FIRST_WAIT_S;
      this.listener.onState("open", "", 0);
    }
    this.listener.onText(message);
  }

  private settle(answer: Answer): void {
    const waiting = this.waiting.get(answer.id);
    if (waiting === undefined) return;
    this.waiting.delete(answer.id);
    window.clearTimeout(waiting.timer);
    waiting.done(answer);
  }

  private closed(code: number, reason: string): void {
    this.socket = null;
    for (const id of [...this.waiting.keys()]) this.settle(lost(id));
    const why = this.refusal?.reason || reason || "the server does not answer";
    if (FINAL.has(this.refusal?.code ?? code)) {
      this.listener.onState("refused", why, 0);
      return;
    }
    this.listener.onState("lost", why, this.wait);
    window.setTimeout(() => this.open(), 1000 * this.wait);
    this.wait = Math.min(LONGEST_WAIT_S, 2 * this.wait);
  }
}

function lost(id: string): Answer {
  return { kind: "answer", id, ok: false, reason: "not sent: the connection is lost" };
}
