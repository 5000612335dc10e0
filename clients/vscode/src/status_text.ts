// The status in words: what the status bar shows, its colour, and the page under the pointer.

import type { Amounts, QuotaWindow, Status } from "./protocol";

const WARNING_PERCENT = 80;
const ERROR_PERCENT = 90;

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

/** How alarming the quota is; an unknown quota alarms nobody. */
export function severity(status: Status): Severity {
  const pressure = status.quota.pressure ?? 0;
  if (pressure >= ERROR_PERCENT) return "error";
  if (pressure >= WARNING_PERCENT) return "warning";
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
    const percent = window.usedPercent === null ? "unknown" : `${Math.floor(window.usedPercent)}%`;
    const detail = window.usedPercent === null ? "" : usedOfLimit(window);
    const resets = window.resetsAt === null ? "" : clock(new Date(window.resetsAt));
    const age = window.stale ? ", stale" : "";
    return `| ${escape(`${window.source} ${window.label}`)} | ${percent}${detail}${age} | ${resets} |`;
  });
  return ["| Quota | Used | Resets |", "|---|---|---|", ...rows].join("\n");
}

/** For example ` ($1.82 of $2.00)`: only what the window limits. */
function usedOfLimit({ used, limit }: QuotaWindow): string {
  const units = (["usd", "tokens", "requests"] as const).filter((unit) => limit?.[unit] != null);
  const parts = units.flatMap((unit) => {
    const [counted] = amounts({ [unit]: used?.[unit] });
    const [allowed] = amounts({ [unit]: limit?.[unit] });
    return counted && allowed ? [`${counted.replace(/ .*/, "")} of ${allowed}`] : [];
  });
  return parts.length > 0 ? ` (${parts.join(", ")})` : "";
}

function amounts(of: Amounts): string[] {
  const words: string[] = [];
  if (typeof of.usd === "number") words.push(`$${of.usd.toFixed(2)}`);
  if (typeof of.tokens === "number") words.push(`${of.tokens.toLocaleString("en")} tokens`);
  if (typeof of.requests === "number") words.push(`${of.requests.toLocaleString("en")} requests`);
  return words;
}

function acceptance(status: Status): string[] {
  const inline = status.today.inline;
  return inline?.shown ? [`${inline.accepted} of ${inline.shown} suggestions accepted`] : [];
}

function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~-]/g, "\\$&").replace(/\s+/g, " ");
}
