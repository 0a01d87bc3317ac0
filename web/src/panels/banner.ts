/** The top of the page: whose seat, what agreement and phase, which clock, and two things that can never be put away. */

import { byId, say } from "../dom.js";
import { elapsed, zulu } from "../format.js";
import type { ConsoleState } from "../state.js";

const FRAMES = { exercise: "EXERCISE", live: "LIVE DATA", recorded: "RECORDED DATA", replay: "REPLAY" } as const;
const SIMULATED = "WEAPONS SIMULATED";

/** Keep the banner up to date. */
export function banner(state: ConsoleState): void {
  state.watch(["static", "session"], () => identify(state));
  state.watch(["link"], () => connection(state));
  window.setInterval(() => clocks(state), 250);
  window.setInterval(keepSimulated, 1000);
  keepSimulated();
}

function identify(state: ConsoleState): void {
  const { fixed, session } = state;
  if (fixed === null) return;
  document.body.dataset["mode"] = fixed.mode;
  say(byId("mode"), FRAMES[fixed.mode]);
  const looking = session?.looks_at ?? fixed.seat.looks_at;
  const watching = fixed.seat.control ? (looking ? ` \u00b7 looks at ${looking}` : " \u00b7 truth") : "";
  say(byId("seat"), `${fixed.seat.title}${watching}`);
  (byId("nation").parentElement as HTMLElement).hidden = fixed.seat.nation < 0;
  say(byId("nation"), state.nationOf(fixed.seat.nation));
  for (const id of ["agreement", "phase"]) (byId(id).parentElement as HTMLElement).hidden = state.showsData();
  say(byId("source"), state.showsData() ? fixed.scenario.title : "");
  (byId("source").parentElement as HTMLElement).hidden = !state.showsData();
  say(byId("agreement"), fixed.scenario.agreement || "none");
  say(byId("phase"), session?.phase || "\u2014");
  say(byId("run-state"), session === null ? "" : stateWords(session.state, session.rate, session.reason));
  document.title = `${FRAMES[fixed.mode]} \u00b7 ${fixed.seat.title} \u00b7 jointsky`;
}

function stateWords(state: string, rate: number, reason: string): string {
  if (state === "running") return `running \u00d7${rate}`;
  return reason === "" ? state : `${state}: ${reason}`;
}

function clocks(state: ConsoleState): void {
  const { update } = state;
  if (state.linkState === "open" && update !== null) byId("connection").hidden = true;
  const ahead = state.ahead(performance.now());
  say(byId("clock"), update === null ? zulu(Number.NaN) : zulu(update.utcMs + 1000 * ahead));
  say(byId("elapsed"), update === null ? "T+-:--:--" : elapsed(update.time + ahead));
  const lag = state.lagMs;
  say(byId("lag"), Number.isFinite(lag) ? `${Math.max(0, Math.round(lag))} ms` : "\u2014");
}

function connection(state: ConsoleState): void {
  const strip = byId("connection");
  document.body.dataset["link"] = state.linkState;
  strip.hidden = state.linkState === "open" && state.update !== null;
  if (state.linkState === "open") say(strip, "Connected; waiting for the first picture \u2026");
  if (state.linkState === "connecting") say(strip, "Connecting \u2026");
  if (state.linkState === "refused") say(strip, `Refused: ${state.linkReason}. Open the link that the server printed.`);
  if (state.linkState !== "lost") return;
  const since = state.update === null ? "" : ` The picture is frozen at ${zulu(state.update.utcMs)}.`;
  say(strip, `Connection lost: ${state.linkReason}.${since} Trying again every few seconds.`);
}

/** The safety words stand whatever happened to the page: missing, emptied or hidden, they are put back. */
function keepSimulated(): void {
  let words = document.getElementById("simulated");
  if (words === null) {
    words = document.createElement("strong");
    words.id = "simulated";
    byId("banner").append(words);
  }
  say(words, SIMULATED);
  words.hidden = false;
  words.removeAttribute("aria-hidden");
  const looks = getComputedStyle(words);
  const gone = looks.display === "none" || looks.visibility !== "visible" || Number(looks.opacity) < 0.9;
  if (gone) words.style.cssText = "display:inline-block !important;visibility:visible !important;opacity:1 !important";
}
