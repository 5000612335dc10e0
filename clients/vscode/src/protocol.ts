// The server's own messages, as docs/protocol.md describes them.

export const STATUS = "gearshift/status";
export const TASK_FINISHED = "gearshift/taskFinished";

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
  stale: boolean;
}

export interface Status {
  state: "ready" | "busy" | "paused" | "degraded" | "offline" | "setup";
  gear: "full" | "saver" | "mini" | "local";
  override: "full" | "mini" | null;
  text: string;
  message: string;
  models: Record<string, string | null>;
  quota: { pressure: number | null; windows: QuotaWindow[] };
  today: Amounts & { inline?: { shown: number; accepted: number } };
}

export interface TaskFinished {
  taskId: string;
  action: string;
  outcome: "applied" | "refused" | "failed" | "cancelled";
  label: "verified" | "checked" | "none";
}
