// The spend: today, 7 or 30 days, as a chart of days and a table of tasks and models.

import type { Day, Period, Spend } from "../src/protocol";
import { count, dollars } from "../src/words";
import { type Chart, chart, dayName, unitOf } from "./chart";
import { h, row, s, table } from "./dom";

/** Drawn in the pixels that there are: a chart that is scaled has letters too small to read. */
const LEAST_WIDTH = 240;
const MOST_WIDTH = 768;
const HEIGHT = 130;
const AXIS = 22;
const TOP = 16;
const CHOICES = [
  ["today", 1],
  ["7 days", 7],
  ["30 days", 30],
] as const;
const DAY_HEADS = ["Day", "Cost", "Tokens", "Requests"];
const DAY_CLASSES = ["", "number", "number", "number"];
const HEADS = ["Task", "Model", "Requests", "In", "Out", "Cost"];
const CLASSES = ["", "", "number", "number", "number", "number"];

export class SpendSection {
  readonly element: HTMLElement;
  private readonly total = h("p", { class: "total" });
  private readonly drawing = h("div", { class: "chart" });
  private readonly days = h("tbody");
  private readonly rows = h("tbody");
  private readonly asTable: HTMLElement;
  private label: string = "7 days";
  private spend: Spend | undefined;
  private width = MOST_WIDTH;

  constructor() {
    new ResizeObserver(() => this.resize()).observe(this.drawing);
    const choices = CHOICES.map(([label]) => this.choice(label));
    const daysTable = table("Use by day", DAY_HEADS, this.days, DAY_CLASSES);
    this.asTable = h("details", {}, h("summary", {}, "The chart as a table"), daysTable);
    this.element = h(
      "section",
      { "aria-labelledby": "spend" },
      h("h2", { id: "spend" }, "Spend"),
      h("fieldset", { class: "choices" }, h("legend", { class: "hidden" }, "Period"), ...choices),
      this.total,
      this.drawing,
      this.asTable,
      table("Use by task and model", HEADS, this.rows, CLASSES),
    );
  }

  show(spend: Spend): void {
    this.spend = spend;
    this.draw();
  }

  private choice(label: string): HTMLElement {
    const input = h("input", { type: "radio", name: "period", value: label });
    input.checked = label === this.label;
    input.addEventListener("change", () => {
      this.label = label;
      this.draw();
    });
    return h("label", {}, input, label);
  }

  private resize(): void {
    const width = Math.min(Math.max(this.drawing.clientWidth, LEAST_WIDTH), MOST_WIDTH);
    if (width === this.width) return;
    this.width = width;
    this.draw();
  }

  private draw(): void {
    const { spend } = this;
    if (spend === undefined) return;
    const n = CHOICES.find(([label]) => label === this.label)?.[1] ?? 1;
    const days = spend.days.slice(-n);
    const period = spend.periods.find(({ label }) => label === this.label);
    this.total.textContent = period ? totalWords(period) : "";
    this.drawing.replaceChildren(...(n > 1 ? [drawn(days, this.label, this.width)] : []));
    this.asTable.hidden = n === 1;
    this.days.replaceChildren(...days.map(dayRow));
    this.rows.replaceChildren(...(period?.rows ?? []).map(periodRow));
  }
}

function totalWords(period: Period): string {
  if (period.rows.length === 0) return "Nothing was used.";
  const requests = period.rows.reduce((sum, each) => sum + each.requests, 0);
  return `${dollars(period.usd, period.unpriced)} · ${count(requests)} requests`;
}

function drawn(days: readonly Day[], label: string, width: number): SVGElement {
  const unit = unitOf(days);
  const made = chart(days, unit, width, HEIGHT);
  const title = `${unit === "usd" ? "Cost" : "Tokens"} by day, ${label}`;
  return s(
    "svg",
    {
      width,
      height: TOP + HEIGHT + AXIS,
      role: "img",
      "aria-label": `${title}; the table below has the figures`,
    },
    ...[0, HEIGHT / 2, HEIGHT].map((y) =>
      s("line", { x1: 0, x2: width, y1: TOP + y, y2: TOP + y, class: "grid" }),
    ),
    s("text", { x: 0, y: TOP - 5, class: "axis" }, made.top),
    ...rectangles(made),
    ...made.labels.map(({ x, text }) =>
      s("text", { x, y: TOP + HEIGHT + 16, class: "axis", "text-anchor": "middle" }, text),
    ),
  );
}

function rectangles({ bars }: Chart): SVGElement[] {
  return bars.map(({ x, y, width, height, text }) =>
    s("rect", { x, y: y + TOP, width, height, rx: 2, class: "day" }, s("title", {}, text)),
  );
}

function dayRow(day: Day): HTMLElement {
  const cells = [dayName(day.date, true), dollars(day.usd, day.unpriced), count(day.tokens)];
  return row([...cells, count(day.requests)], DAY_CLASSES);
}

function periodRow(each: Period["rows"][number]): HTMLElement {
  const { input, output } = each.usage;
  const cells = [each.task, each.model, count(each.requests), count(input), count(output)];
  return row([...cells, dollars(each.usd, each.unpriced)], CLASSES);
}
