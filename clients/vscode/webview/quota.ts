// The quota: a meter for each window, with its thresholds and its reset.

import type { QuotaWindow, Status } from "../src/protocol";
import { severity } from "../src/status_text";
import { clock, duration, percent, usedOfLimit } from "../src/words";
import { h } from "./dom";

const NO_BUDGET = "No budget is set and no plan is known. The setting gearshift.quota.budgets sets one.";

/** The windows of a status, as meters. */
export function meters({ quota }: Status, now: Date): HTMLElement[] {
  if (quota.windows.length === 0) return [h("p", { class: "muted" }, NO_BUDGET)];
  return quota.windows.map((window) => meter(window, quota, now));
}

function meter(window: QuotaWindow, quota: Status["quota"], now: Date): HTMLElement {
  const used = window.usedPercent;
  const name = `${window.label} ${window.source}`;
  const details = [usedOfLimit(window), reset(window, now), window.stale ? "stale, never acted on" : ""];
  const detail = details.filter((text) => text !== "").join(" · ");
  const values = used === null ? {} : { "aria-valuenow": Math.min(used, 100) };
  const bar = h(
    "div",
    {
      class: `meter ${severity(used, quota)}`,
      role: "meter",
      "aria-label": name,
      "aria-valuemin": 0,
      "aria-valuemax": 100,
      "aria-valuetext": `${percent(used)} used${detail && `, ${detail}`}`,
      ...values,
    },
    fill(used),
    ...[quota.warnPercent, quota.switchPercent].flatMap((at) => (at === undefined ? [] : [tick(at)])),
  );
  const head = h("p", {}, h("strong", {}, name), h("span", { class: "value" }, percent(used)));
  return h("div", { class: "window" }, head, bar, h("p", { class: "muted" }, detail));
}

function fill(used: number | null): HTMLElement {
  const element = h("span", { class: "fill" });
  element.style.inlineSize = `${Math.min(used ?? 0, 100)}%`;
  return element;
}

function tick(at: number): HTMLElement {
  const element = h("span", { class: "tick", title: `gears change at ${at}%` });
  element.style.insetInlineStart = `${at}%`;
  return element;
}

function reset({ resetsAt }: QuotaWindow, now: Date): string {
  if (resetsAt === null) return "";
  const at = new Date(resetsAt);
  const left = at.getTime() - now.getTime();
  return left > 0 ? `resets ${clock(at, now)}, in ${duration(left)}` : "reset";
}
