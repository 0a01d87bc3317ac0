/** What only the seat that steers has: pause, rate, step; for exercise control also whose picture to look at, the end and the report. */

import { byId, choice, el, say } from "../dom.js";
import type { Answer, Steer } from "../protocol.js";
import type { ConsoleState } from "../state.js";

const RATES = [0.5, 1, 2, 5, 10, 20, 60];
/** The report of a long exercise takes a while. */
const REPORT_WITHIN_MS = 300_000;
/** How long a first press of End waits for the second. */
const SURE_WITHIN_MS = 5000;

/** The controls of the seat that steers; hidden in other seats. */
export class ControlPanel {
  private readonly pauseButton = el("button", { type: "button", onclick: () => this.pause() }, "Pause");
  private readonly stepButton = el("button", { type: "button", onclick: () => this.step() }, "Step");
  private readonly endButton = el("button", { type: "button", id: "end", onclick: () => this.end() }, "End");
  private readonly reportButton = el("button", { type: "button", id: "report", onclick: () => void this.report() }, "Make report");
  private readonly rate: ReturnType<typeof choice>;
  private readonly look: ReturnType<typeof choice>;
  private sureTimer = 0;

  constructor(private readonly state: ConsoleState) {
    const rates = RATES.map((rate) => [String(rate), `\u00d7${rate}`] as const);
    this.rate = choice("Rate", rates, "1", (value) => this.send({ kind: "rate", rate: Number(value) }));
    this.look = choice("Look at", [["", "truth only"]], "", (value) => this.send({ kind: "look", post: value === "" ? null : value }));
    byId("control").append(this.pauseButton, this.stepButton, this.rate.row, this.look.row, this.endButton, this.reportButton);
    state.watch(["static", "session"], () => this.show());
  }

  /** Pause what runs, or go on. Nothing happens in other seats. */
  pause(): void {
    if (!this.may("pause")) return;
    this.send({ kind: this.state.session?.state === "paused" ? "resume" : "pause" });
  }

  /** One tick on, while paused. */
  step(): void {
    if (this.may("step") && this.state.session?.state === "paused") this.send({ kind: "step", ticks: 1 });
  }

  private may(steer: Steer): boolean {
    return this.state.fixed?.seat.may.includes(steer) === true;
  }

  private show(): void {
    const { fixed, session } = this.state;
    byId("control").hidden = fixed === null || fixed.seat.may.length === 0;
    if (fixed === null || fixed.seat.may.length === 0) return;
    const [paused, ended] = [session?.state === "paused", session?.state === "ended"];
    say(this.pauseButton, paused ? "Resume" : "Pause");
    this.pauseButton.disabled = ended;
    this.stepButton.disabled = !paused;
    this.rate.select.disabled = ended;
    this.showRate(session?.rate ?? 1);
    this.look.row.hidden = !this.may("look");
    const posts = fixed.posts.map((post) => el("option", { value: post.name }, post.name));
    this.look.select.replaceChildren(el("option", { value: "" }, "truth only"), ...posts);
    this.look.select.value = session?.looks_at ?? fixed.seat.looks_at ?? "";
    this.endButton.hidden = !this.may("end");
    this.endButton.disabled = ended;
    this.reportButton.hidden = !this.may("report");
    this.reportButton.title = ended ? "" : "the report is made of a finished recording: end the exercise first";
  }

  private showRate(rate: number): void {
    const { select } = this.rate;
    if (![...select.options].some((option) => option.value === String(rate))) {
      select.append(el("option", { value: rate }, `\u00d7${rate}`));
    }
    select.value = String(rate);
  }

  /** The end cannot be taken back, so it takes a second press. */
  private end(): void {
    window.clearTimeout(this.sureTimer);
    if (this.endButton.dataset["sure"] === "yes") {
      this.unsure();
      this.send({ kind: "end" });
      return;
    }
    this.endButton.dataset["sure"] = "yes";
    say(this.endButton, "End for all: press again");
    this.sureTimer = window.setTimeout(() => this.unsure(), SURE_WITHIN_MS);
  }

  private unsure(): void {
    delete this.endButton.dataset["sure"];
    say(this.endButton, "End");
  }

  private send(command: { readonly kind: string } & Readonly<Record<string, unknown>>): void {
    void this.state.send(command).then((answer) => this.told(answer));
  }

  private told(answer: Answer): void {
    say(byId("notice"), answer.ok ? "" : `Refused: ${answer.reason}`);
    this.show();
  }

  private async report(): Promise<void> {
    say(byId("notice"), "The report is being made \u2026");
    this.reportButton.disabled = true;
    const answer = await this.state.send({ kind: "report" }, REPORT_WITHIN_MS);
    this.reportButton.disabled = false;
    if (!answer.ok || answer.url === undefined) {
      say(byId("notice"), `No report: ${answer.reason}`);
      return;
    }
    const link = el("a", { href: answer.url, target: "_blank", rel: "noopener" }, "Open the report");
    byId("notice").replaceChildren(link);
    link.focus();
  }
}
