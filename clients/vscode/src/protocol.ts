// The server's own messages, as docs/protocol.md describes them.

export const STATUS = "gearshift/status";
export const TASK_FINISHED = "gearshift/taskFinished";
export const REQUESTS = "gearshift/requests";
export const SPEND = "gearshift/spend";
export const SHIFTS = "gearshift/shifts";
export const KEYS = "gearshift/keys";
export const DID_SHOW = "textDocument/didShowCompletion";
export const DID_ACCEPT_PART = "textDocument/didPartiallyAcceptCompletion";

export type Gear = "full" | "saver" | "mini" | "local";
export type Tier = "full" | "mini";
export type Label = "verified" | "checked" | "none";

/** Unknown numbers are null, never 0. */
export interface Amounts {
  usd?: number | null | undefined;
  tokens?: number | null | undefined;
  requests?: number | null | undefined;
}

export interface QuotaWindow {
  source: string;
  label: string;
  usedPercent: number | null;
  used?: Amounts | null;
  limit?: Amounts | null;
  resetsAt: string | null;
  observedAt?: string | null;
  stale: boolean;
}

export interface Status {
  state: "ready" | "busy" | "paused" | "degraded" | "offline" | "setup";
  gear: Gear;
  override: Tier | null;
  text: string;
  message: string;
  models: Record<string, string | null>;
  quota: {
    pressure: number | null;
    warnPercent?: number;
    switchPercent?: number;
    windows: QuotaWindow[];
  };
  today: Amounts & { inline?: { shown: number; accepted: number } };
}

/** What the user should know of the code, whatever became of the edit. */
export interface Finding {
  kind: "security" | "bug";
  severity: "low" | "medium" | "high";
  message: string;
  path: string | null;
  /** From 0. */
  line: number | null;
}

export interface TaskFinished {
  taskId: string;
  action: string;
  outcome: "applied" | "refused" | "failed" | "cancelled";
  label: Label;
  reason?: string | null;
  summary?: string;
  findings?: Finding[];
  /** Paths on the server's machine. */
  files?: string[];
}

export interface Request {
  id: string;
  at: string;
  state: "reserved" | "settled" | "lapsed";
  task: string;
  provider: string;
  model: string;
  tier: Tier;
  gear: Gear;
  reason: string;
  usage: { input: number; cached: number; output: number };
  estimated: boolean;
  usd: number | null;
  seconds: number | null;
  outcome: string | null;
  label: Label | null;
  kept: boolean | null;
}

export interface Day {
  /** Local date, `2026-11-21`. */
  date: string;
  usd: number | null;
  unpriced: number;
  tokens: number;
  requests: number;
}

export interface PeriodRow {
  task: string;
  provider: string;
  model: string;
  requests: number;
  usage: { input: number; cached: number; output: number };
  usd: number | null;
  unpriced: number;
  kept: number;
}

export interface Period {
  label: string;
  usd: number | null;
  unpriced: number;
  rows: PeriodRow[];
}

export interface Spend {
  days: Day[];
  periods: Period[];
}

export interface Shift {
  at: string;
  from: Gear;
  to: Gear;
  reason: string;
}

export interface Key {
  variable: string;
  /** Names in `models` that use it. */
  models: string[];
  isSet: boolean;
}
