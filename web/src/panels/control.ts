/** What only exercise control has: pause, rate, step, whose picture to look at, and the report. */

import { byId, choice, el, say } from "../dom.js";
import type { Answer } from "../protocol.js";
import type { ConsoleState } from "../state.js";

const RATES = [0.5, 1, 2, 5, 10, 20, 60];

/** The controls of exercise control; hidden in other seats. */
export class ControlPanel {
  private readonly pauseButton = el("button", { type: "button", onclick: () => this.pause() }, "Pause");
  private readonly stepButton = el("button", { type: "button", onclick: () => this.step() }, "Step");
  private readonly rate: ReturnType<typeof choice>;
  private readonly look: ReturnType<typeof choice>;

  constructor(private readonly state: ConsoleState) {
    const rates = RATES.map((rate) => [String(rate), `\u00d7${rate}`] as const);
    this.rate = choice("Rate", rates, "1", (value) => this.send({ kind: "rate", rate: Number(value) }));
    this.look = choice("Look at", [["", "truth only"]], "", (value) => this.send({ kind: "look", post: value === "" ? null : value }));
    const report = el("button", { type: "button", onclick: () => void this.report() }, "Make report");
    byId("control").append(this.pauseButton, this.stepButton, this.rate.row, this.look.row, report);
    state.watch(["static", "session"], () => this.show());
  }

  /** Pause what runs, or go on. Nothing happens in other seats. */
  pause(): void {
    if (!this.isControl()) return;
    this.send({ kind: this.state.session?.state === "paused" ? "resume" : "pause" });
  }

  /** One tick on, while paused. */
  step(): void {
    if (this.isControl() && this.state.session?.state === "paused") this.send({ kind: "step", ticks: 1 });
  }

  private isControl(): boolean {
    return this.state.fixed?.seat.control === true;
  }

  private show(): void {
    const { fixed, session } = this.state;
    byId("control").hidden = !this.isControl();
    if (fixed === null || !this.isControl()) return;
    const paused = session?.state === "paused";
    say(this.pauseButton, paused ? "Resume" : "Pause");
    this.pauseButton.disabled = session?.state === "ended";
    this.stepButton.disabled = !paused;
    this.showRate(session?.rate ?? 1);
    const posts = fixed.posts.map((post) => el("option", { value: post.name }, post.name));
    this.look.select.replaceChildren(el("option", { value: "" }, "truth only"), ...posts);
    this.look.select.value = session?.looks_at ?? fixed.seat.looks_at ?? "";
  }

  private showRate(rate: number): void {
    const { select } = this.rate;
    if (![...select.options].some((option) => option.value === String(rate))) {
      select.append(el("option", { value: rate }, `\u00d7${rate}`));
    }
    select.value = String(rate);
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
    const answer = await this.state.send({ kind: "report" });
    if (!answer.ok || answer.url === undefined) {
      say(byId("notice"), `No report: ${answer.reason}`);
      return;
    }
    const link = el("a", { href: answer.url, target: "_blank", rel: "noopener" }, "Open the report");
    byId("notice").replaceChildren(link);
  }
}
