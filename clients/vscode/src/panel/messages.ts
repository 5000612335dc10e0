// What the panel and the extension say to each other.

import type { Request, Shift, Spend, Status } from "../protocol";

/** From the extension to the panel. */
export type Shown =
  | { kind: "status"; status: Status }
  | { kind: "requests"; requests: Request[] }
  | { kind: "shifts"; shifts: Shift[] }
  | { kind: "spend"; spend: Spend }
  | { kind: "stopped"; reason: string };

/** What a button of the panel may run, by the last part of the command's name. */
export const ACTIONS = [
  "useFull",
  "useMini",
  "useAuto",
  "pause",
  "resume",
  "why",
  "showLog",
  "menu",
  "setup",
  "restart",
] as const;

export type Action = (typeof ACTIONS)[number];

/** From the panel to the extension. */
export type Told = { kind: "ready" } | { kind: "run"; action: Action };

/** A message of the panel, or undefined for what is none: any script's word is checked. */
export function told(message: unknown): Told | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { kind, action } = message as { kind?: unknown; action?: unknown };
  if (kind === "ready") return { kind };
  const known = ACTIONS.find((name) => name === action);
  return kind === "run" && known !== undefined ? { kind, action: known } : undefined;
}
