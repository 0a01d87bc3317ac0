/** What the people at a seat may say of the agreements: take consent back, give it again, refuse it, call for help. */

import { byId, el, say } from "../dom.js";
import type { Saying } from "../protocol.js";
import type { ConsoleState } from "../state.js";

/** A choice and a button; hidden where an agreement lets nobody at this seat say anything. */
export function sayingsPanel(state: ConsoleState): void {
  const chosen = byId<HTMLSelectElement>("saying");
  const button = byId<HTMLButtonElement>("say");
  const known = (): readonly Saying[] => state.fixed?.sayings ?? [];

  state.watch(["static", "session"], () => {
    byId("sayings").hidden = known().length === 0;
    button.disabled = state.session?.orders !== true;
    if (chosen.options.length === known().length) return;
    chosen.replaceChildren(...known().map(({ text, name }, k) => el("option", { value: k }, `${text} ${name}`)));
  });
  button.addEventListener("click", () => {
    const saying = known()[Number(chosen.value)];
    if (saying === undefined) return;
    void state.send({ kind: "say", word: saying.word, name: saying.name }).then((answer) => {
      say(byId("say-outcome"), answer.ok ? `Said: ${saying.text} ${saying.name}` : `Refused: ${answer.reason}`);
    });
  });
}
