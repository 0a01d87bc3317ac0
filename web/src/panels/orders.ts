/** Orders: what may be ordered on the hooked track, by which clause, or what stands against it. */

import { byId, el, say } from "../dom.js";
import { elapsed } from "../format.js";
import { arcBetween } from "../project.js";
import type { ActWord, Answer, DecisionEvent, Shooter } from "../protocol.js";
import type { ConsoleState } from "../state.js";
import { column, tableOf } from "../wire.js";

const REFRESH_MS = 1000;
const ASK_MS = 4000;
const LOG_SHOWN = 40;
const KM_A_DEGREE = 111.195;
/** Stands where clause ids stand when a nation does what needs nobody's grant. */
const NATIONAL = "national";

/** Acts in the order of their buttons, with the word on the button and what each needs. */
const ACTS: readonly { act: ActWord; word: string; weapons?: string; needsTrack: boolean }[] = [
  { act: "scramble", word: "Scramble", needsTrack: true },
  { act: "engage", word: "Engage (simulated)", needsTrack: true },
  { act: "cease", word: "Cease", needsTrack: true },
  { act: "recover", word: "Recover", needsTrack: false },
  { act: "weapons", word: "Weapons hold", weapons: "hold", needsTrack: false },
  { act: "weapons", word: "Weapons tight", weapons: "tight", needsTrack: false },
  { act: "weapons", word: "Weapons free", weapons: "free", needsTrack: false },
];

/** Commands given here that wait for their decision. */
interface Given {
  readonly id: string;
  readonly words: string;
  text: string;
  verdict: "waiting" | "allowed" | "refused";
}

/** The orders panel. */
export class OrdersPanel {
  private readonly unit = byId<HTMLSelectElement>("order-unit");
  private readonly buttons = new Map<string, { button: HTMLButtonElement; note: HTMLElement }>();
  private readonly given: Given[] = [];
  private asked = 0;
  private chosenByHand = false;

  constructor(private readonly state: ConsoleState) {
    for (const entry of ACTS) this.addButton(entry);
    this.unit.addEventListener("change", () => {
      this.chosenByHand = true;
      this.ask();
    });
    state.watch(["hook"], () => {
      this.chosenByHand = false;
    });
    state.watch(["hook", "static", "session"], () => this.refresh(true));
    state.watch(["events"], () => this.settle());
    window.setInterval(() => this.refresh(false), REFRESH_MS);
    window.setInterval(() => this.askAgain(), ASK_MS);
  }

  /** Put the keyboard on the button of an act; giving the order takes another key. */
  focus(act: ActWord): void {
    this.pickUnitFor(act);
    this.buttons.get(act === "weapons" ? "weapons hold" : act)?.button.focus();
  }

  private addButton(entry: (typeof ACTS)[number]): void {
    const key = entry.weapons === undefined ? entry.act : `${entry.act} ${entry.weapons}`;
    const note = el("span", { class: "verdict", id: `verdict-${key.replace(" ", "-")}` });
    const button = el(
      "button",
      { type: "button", "data-act": key, "aria-describedby": note.id, onclick: () => void this.order(entry) },
      entry.word,
    );
    this.buttons.set(key, { button, note });
    byId("order-buttons").append(el("div", { class: "order" }, button, note));
  }

  private refresh(hookChanged: boolean): void {
    const { fixed, session, hooked } = this.state;
    const closed = fixed === null || session === null || !session.orders;
    byId("orders-closed").hidden = !closed;
    byId("orders-open").hidden = closed;
    if (closed) {
      const why = fixed?.seat.control ? "Exercise control watches; orders are given in the posts' seats." : "Orders cannot be given now.";
      const words = this.state.showsData() ? "A watching post sees and gives no orders." : why;
      say(byId("orders-closed"), fixed?.mode === "replay" ? "This is a replay: orders stand as they were given." : words);
      return;
    }
    say(byId("order-target"), hooked === 0 ? "no track hooked" : `track ${hooked}`);
    this.listUnits();
    for (const entry of ACTS) this.enable(entry);
    if (hookChanged) this.ask();
  }

  private enable(entry: (typeof ACTS)[number]): void {
    const key = entry.weapons === undefined ? entry.act : `${entry.act} ${entry.weapons}`;
    const known = this.buttons.get(key);
    const shooter = this.chosen();
    if (known === undefined) return;
    const fits = shooter !== undefined && shooter.acts.includes(entry.act);
    (known.button.parentElement as HTMLElement).hidden = shooter !== undefined && !fits;
    known.button.disabled = !fits || (entry.needsTrack && this.state.hooked === 0);
    if (known.button.disabled) say(known.note, fits ? "hook a track first" : "choose a unit first");
  }

  private chosen(): Shooter | undefined {
    return this.state.fixed?.shooters[Number(this.unit.value || -1)];
  }

  private listUnits(): void {
    const before = this.unit.value;
    const rows = this.ranked();
    const want = rows.map(({ index, words }) => `${index}|${words}`).join("\n");
    if (this.unit.dataset["rows"] === want) return;
    this.unit.dataset["rows"] = want;
    this.unit.replaceChildren(...rows.map(({ index, words }) => el("option", { value: index }, words)));
    const stays = this.chosenByHand && rows.some(({ index }) => String(index) === before);
    this.unit.value = stays ? before : String(rows[0]?.index ?? "");
    if (this.unit.value !== before) this.ask();
  }

  /** Shooters that have reported, the nearest to the hooked track first. */
  private ranked(): { index: number; km: number; words: string }[] {
    const { update, fixed } = this.state;
    if (update === null || fixed === null) return [];
    const table = tableOf(update, "units");
    const shooter = column(table, "shooter");
    const rows = Array.from(shooter, (index, k) => {
      const km = this.distance(column(table, "lon_deg")[k], column(table, "lat_deg")[k]);
      return { index, km, words: this.unitWords(index, k, km) };
    });
    return rows.filter(({ index }) => index < fixed.shooters.length).sort((a, b) => a.km - b.km || a.index - b.index);
  }

  private unitWords(index: number, k: number, km: number): string {
    const table = tableOf(this.state.update!, "units");
    const shooter = this.state.fixed!.shooters[index];
    const { codes } = this.state.fixed!;
    const status = column(table, "status")[k];
    const condition = shooter?.kind === 1 ? (codes.status[status] ?? `status ${status}`) : status === 1 ? "on duty" : "out of action";
    const weapons = codes.weapons[column(table, "weapons")[k]] ?? "not known";
    const far = Number.isFinite(km) ? ` \u00b7 ${Math.round(km / 5) * 5} km` : "";
    return `${shooter?.name ?? "?"} \u00b7 ${condition}${far} \u00b7 ${column(table, "shots_left")[k]} shots \u00b7 weapons ${weapons}`;
  }

  private distance(lon: number, lat: number): number {
    const row = this.state.store.rowOf(this.state.hooked);
    if (row < 0) return Number.POSITIVE_INFINITY;
    return KM_A_DEGREE * arcBetween(lon, lat, this.state.store.lon[row], this.state.store.lat[row]);
  }

  private pickUnitFor(act: ActWord): void {
    if (this.chosen()?.acts.includes(act)) return;
    const found = this.ranked().find(({ index }) => this.state.fixed?.shooters[index]?.acts.includes(act));
    if (found === undefined) return;
    this.unit.value = String(found.index);
    this.chosenByHand = true;
    this.refresh(true);
  }

  private fields(entry: (typeof ACTS)[number]): Readonly<Record<string, unknown>> {
    return {
      act: entry.act,
      shooter: Number(this.unit.value),
      ...(entry.needsTrack ? { track: this.state.hooked } : {}),
      ...(entry.act === "engage" ? { shots: Number(byId<HTMLSelectElement>("order-shots").value) } : {}),
      ...(entry.weapons === undefined ? {} : { weapons: entry.weapons }),
    };
  }

  /** Ask for the verdict on every act that could be ordered now, so that the clause stands beside the button. */
  private ask(): void {
    const round = ++this.asked;
    if (byId("orders-open").hidden) return;
    for (const entry of ACTS) this.enable(entry);
    for (const entry of ACTS) {
      const key = entry.weapons === undefined ? entry.act : `${entry.act} ${entry.weapons}`;
      const known = this.buttons.get(key);
      if (known === undefined || known.button.disabled) continue;
      void this.state.send({ kind: "ask", ...this.fields(entry) }).then((answer) => {
        if (round === this.asked) this.showVerdict(known.button, known.note, answer);
      });
    }
  }

  /** What is allowed changes with the track's identity, the phase and the units: verdicts that are read are kept fresh. */
  private askAgain(): void {
    if (byId("panel-orders").hidden || byId("orders-open").hidden) return;
    this.ask();
  }

  private showVerdict(button: HTMLButtonElement, note: HTMLElement, answer: Answer): void {
    const allowed = answer.ok && answer.allowed === true;
    button.dataset["verdict"] = allowed ? "allowed" : "refused";
    const approval = answer.approval_by ? `, approval by ${answer.approval_by} in ${answer.takes_s ?? 0} s` : "";
    say(note, allowed ? `${grantWords(answer.clauses)}${approval}` : refusalWords(answer.reason, answer.clauses, answer.against));
  }

  private async order(entry: (typeof ACTS)[number]): Promise<void> {
    const name = this.chosen()?.name ?? "?";
    const target = entry.needsTrack ? ` \u2192 track ${this.state.hooked}` : "";
    const words = `${entry.word} ${name}${target}`;
    const answer = await this.state.send({ kind: "order", ...this.fields(entry) });
    const text = answer.ok ? "waiting for the post's decision" : `refused: ${answer.reason}`;
    this.given.unshift({ id: answer.id, words, text, verdict: answer.ok ? "waiting" : "refused" });
    this.settle();
  }

  private settle(): void {
    for (const order of this.given) {
      const decision = this.state.decisions.filter((event) => event.command === order.id).at(-1);
      if (decision === undefined || order.verdict !== "waiting") continue;
      order.verdict = decision.allowed ? "allowed" : "refused";
      order.text = decisionWords(decision);
      say(byId("announce"), `${order.words}: ${order.text}`);
    }
    this.showLog();
  }

  private showLog(): void {
    const mine = this.given.map((order) =>
      el("li", { "data-verdict": order.verdict }, el("strong", {}, order.words), ` \u2014 ${order.text}`),
    );
    const ids = new Set(this.given.map((order) => order.id));
    const posts = this.state.decisions
      .filter((event) => !ids.has(event.command))
      .slice(-LOG_SHOWN)
      .reverse()
      .map((event) => this.decisionItem(event));
    const [last] = this.given;
    const outcome = byId("order-outcome");
    outcome.hidden = last === undefined;
    if (last !== undefined) {
      outcome.dataset["verdict"] = last.verdict;
      say(outcome, `${last.words} \u2014 ${last.text}`);
    }
    byId("order-log").replaceChildren(...mine.slice(0, LOG_SHOWN));
    byId("decision-log").replaceChildren(...posts);
    byId("decisions-none").hidden = posts.length > 0;
  }

  private decisionItem(event: DecisionEvent): HTMLElement {
    const act = this.state.fixed?.codes.act[event.act] ?? `act ${event.act}`;
    const head = `${elapsed(event.t_s)} ${act} ${event.unit}${event.track > 0 ? ` \u2192 track ${event.track}` : ""}`;
    const verdict = event.allowed ? "allowed" : "refused";
    return el("li", { "data-verdict": verdict }, el("strong", {}, head), ` \u2014 ${decisionWords(event)}`);
  }
}

/** What a decision says: the clauses that allow, or the reason against. */
export function decisionWords(event: DecisionEvent): string {
  if (event.allowed) return `${grantWords(event.clauses)}${event.reason === "" ? "" : `: ${event.reason}`}`;
  return refusalWords(event.reason, event.clauses, event.against);
}

/** By which clauses; what a nation does with its own forces needs none. */
function grantWords(clauses: readonly string[] = []): string {
  const named = clauses.filter((clause) => clause !== NATIONAL);
  return named.length === 0 ? "allowed: own forces" : `allowed by ${named.join(", ")}`;
}

/** Why not, and the clauses that stand against it (or, where none is named, those that were looked at). */
function refusalWords(reason: string, clauses: readonly string[] = [], against: readonly string[] = []): string {
  const named = (against.length > 0 ? against : clauses).filter((clause) => clause !== NATIONAL);
  return `refused: ${reason}${named.length === 0 ? "" : ` (${named.join(", ")})`}`;
}
