// The latest requests: what was asked of which model, why, what it took and what came of it.

import type { Request } from "../src/protocol";
import { clock, count, dollars } from "../src/words";
import { h, row, table } from "./dom";

const HEADS = ["Time", "Task", "Model", "Tokens in + out", "Cost", "Outcome", "Result"];
const CLASSES = ["", "", "", "number", "number", "", ""];
const ALL = "all tasks";

export class RequestsSection {
  readonly element: HTMLElement;
  private readonly body = h("tbody");
  private readonly filter = h("select", { "aria-label": "Task" }, h("option", {}, ALL));
  private readonly nothing = h("p", { class: "muted" }, "No request was made yet.");
  private requests: readonly Request[] = [];

  constructor() {
    this.filter.addEventListener("change", () => this.draw());
    this.element = h(
      "section",
      { "aria-labelledby": "requests" },
      h("h2", { id: "requests" }, "Recent requests ", this.filter),
      this.nothing,
      table("Recent requests", HEADS, this.body, CLASSES),
    );
  }

  show(requests: readonly Request[]): void {
    this.requests = requests;
    const known = new Set([...this.filter.options].map(({ value }) => value));
    const tasks = new Set(requests.map(({ task }) => task));
    for (const task of tasks) if (!known.has(task)) this.filter.append(h("option", {}, task));
    this.draw();
  }

  private draw(): void {
    const wanted = this.filter.value;
    const found = this.requests.filter(({ task }) => wanted === ALL || task === wanted);
    const now = new Date();
    this.nothing.hidden = found.length > 0;
    this.body.replaceChildren(...found.flatMap((request) => rows(request, now)));
  }
}

/** A row of figures, and below it the reason over the whole width. */
function rows(request: Request, now: Date): HTMLElement[] {
  const why = h("td", { class: "why", colspan: HEADS.length }, request.reason);
  return [row(cells(request, now), CLASSES), h("tr", {}, why)];
}

function cells(request: Request, now: Date): string[] {
  const { usage, estimated } = request;
  const outcome = request.state === "reserved" ? "running" : (request.outcome ?? request.state);
  const took = request.seconds === null ? "" : `, ${request.seconds.toFixed(1)} s`;
  const kept = request.kept === null ? "" : request.kept ? "kept" : "not kept";
  return [
    clock(new Date(request.at), now),
    request.task,
    `${request.model} (${request.tier})`,
    `${estimated ? "about " : ""}${count(usage.input)} + ${count(usage.output)}`,
    dollars(request.usd),
    `${outcome}${took}`,
    [request.label === "none" ? "" : request.label, kept].filter(Boolean).join(", "),
  ];
}
