// The status in words: what the status bar shows, its colour, and the page under the pointer.

import type { QuotaWindow, Status } from "./protocol";
import { amounts, percent, usedOfLimit } from "./words";

/** Thresholds of a server that does not tell its own. */
const WARN_PERCENT = 80;
const SWITCH_PERCENT = 90;

const ICONS: Record<Status["state"], string> = {
  ready: "$(dashboard)",
  busy: "$(loading~spin)",
  paused: "$(debug-pause)",
  degraded: "$(warning)",
  offline: "$(debug-disconnect)",
  setup: "$(tools)",
};

export type Severity = "normal" | "warning" | "error";

/** The text in the status bar: the server's words behind an icon of the state. */
export function statusText(status: Status): string {
  return status.text.replace(/^⚙/, () => ICONS[status.state]);
}

/** How alarming a used share is; an unknown one alarms nobody. */
export function severity(share: number | null, quota: Status["quota"]): Severity {
  if (share === null) return "normal";
  if (share >= (quota.switchPercent ?? SWITCH_PERCENT)) return "error";
  if (share >= (quota.warnPercent ?? WARN_PERCENT)) return "warning";
  return "normal";
}

/** The page under the pointer, in Markdown; `clock` turns a time into the user's words. */
export function statusPage(status: Status, clock: (time: Date) => string): string {
  const title = `**Gearshift**, ${status.gear} gear`;
  const parts = [status.message === "" ? title : `${title}: ${escape(status.message)}`];
  if (status.override !== null) parts.push(`You chose the ${status.override} model.`);
  const models = Object.entries(status.models).filter(([, model]) => model);
  if (models.length > 0) {
    parts.push(models.map(([name, model]) => `${escape(name)}: ${escape(model ?? "")}`).join("  \n"));
  }
  if (status.quota.windows.length > 0) parts.push(windowTable(status.quota.windows, clock));
  const today = [...amounts(status.today), ...acceptance(status)];
  if (today.length > 0) parts.push(`Today: ${today.join(" · ")}`);
  return parts.join("\n\n");
}

function windowTable(windows: readonly QuotaWindow[], clock: (time: Date) => string): string {
  const rows = windows.map((window) => {
    const detail = window.usedPercent === null ? "" : usedOfLimit(window);
    const resets = window.resetsAt === null ? "" : clock(new Date(window.resetsAt));
    const used = `${percent(window.usedPercent)}${detail && ` (${detail})`}`;
    const age = window.stale ? ", stale" : "";
    return `| ${escape(`${window.source} ${window.label}`)} | ${used}${age} | ${resets} |`;
  });
  return ["| Quota | Used | Resets |", "|---|---|---|", ...rows].join("\n");
}

/** The share of suggestions that were accepted today, once any was shown. */
export function acceptance(status: Status): string[] {
  const inline = status.today.inline;
  return inline?.shown ? [`${inline.accepted} of ${inline.shown} suggestions accepted`] : [];
}

function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~-]/g, "\\$&").replace(/\s+/g, " ");
}
