// Elements made without markup: text stays text, whatever the server says.

type Attributes = Readonly<Record<string, string | number>>;
type Child = Node | string;

/** An HTML element with its attributes and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

/** An SVG element. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  return filled(element, attributes, children);
}

/** A table in a region that a keyboard can scroll; `body` is filled by the caller. */
export function table(
  caption: string,
  columns: readonly string[],
  body: HTMLElement,
  classes: readonly string[] = [],
): HTMLElement {
  const head = columns.map((name, n) => h("th", { scope: "col", class: classes[n] ?? "" }, name));
  return h(
    "div",
    { class: "scroll", role: "region", "aria-label": caption, tabindex: 0 },
    h(
      "table",
      {},
      h("caption", { class: "hidden" }, caption),
      h("thead", {}, h("tr", {}, ...head)),
      body,
    ),
  );
}

/** A row of a table; the first cell names it. */
export function row(cells: readonly Child[], classes: readonly string[] = []): HTMLElement {
  return h(
    "tr",
    {},
    ...cells.map((cell, n) => {
      const attributes = classes[n] ? { class: classes[n] } : {};
      return n === 0 ? h("th", { scope: "row", ...attributes }, cell) : h("td", attributes, cell);
    }),
  );
}

function filled<E extends Element>(element: E, attributes: Attributes, children: Child[]): E {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}
