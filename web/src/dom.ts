/** Building the page from code; text goes in as text, never as markup. */

type Child = Node | string | null;
type Props = Readonly<Record<string, string | number | boolean | ((event: Event) => void)>>;

/** An element with attributes, `on...` listeners and children. A boolean attribute is set when true. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** The element of an id. Throws where the page has none: the page and the code do not fit. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
}

/** Change a text only where it differs, so that screen readers and selections are left alone. */
export function say(target: Node, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** A labelled choice; `options` are (value, words). */
export function choice(
  label: string,
  options: readonly (readonly [string, string])[],
  value: string,
  onChange: (value: string) => void,
): { row: HTMLLabelElement; select: HTMLSelectElement } {
  const select = el("select", { onchange: () => onChange(select.value) });
  for (const [key, words] of options) select.append(el("option", { value: key }, words));
  select.value = value;
  return { row: el("label", { class: "field" }, el("span", {}, label), select), select };
}
