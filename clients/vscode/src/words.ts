// Numbers and times in words; what is unknown says so and is never 0.

import type { Amounts, QuotaWindow } from "./protocol";

const UNITS = ["usd", "tokens", "requests"] as const;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** An amount of money; small ones with as many digits as they need. */
export function dollars(usd: number | null | undefined, unpriced = 0): string {
  if (usd == null) return "price unknown";
  const digits = usd >= 0.1 || usd === 0 ? 2 : 4;
  const text = usd > 0 && usd < 0.0001 ? "under $0.0001" : `$${usd.toFixed(digits)}`;
  return unpriced > 0 ? `${text} and ${count(unpriced)} unpriced` : text;
}

/** A whole number with its thousands apart. */
export function count(n: number): string {
  return n.toLocaleString("en");
}

/** The known amounts, each with its unit: `$0.42`, `81,234 tokens`. */
export function amounts(of: Amounts): string[] {
  const words: string[] = [];
  if (typeof of.usd === "number") words.push(`$${of.usd.toFixed(2)}`);
  if (typeof of.tokens === "number") words.push(`${count(of.tokens)} tokens`);
  if (typeof of.requests === "number") words.push(`${count(of.requests)} requests`);
  return words;
}

/** For example `$1.82 of $2.00`: only what the window limits; empty if nothing is known. */
export function usedOfLimit({ used, limit }: QuotaWindow): string {
  const parts = UNITS.filter((unit) => limit?.[unit] != null).flatMap((unit) => {
    const [counted] = amounts({ [unit]: used?.[unit] });
    const [allowed] = amounts({ [unit]: limit?.[unit] });
    return counted && allowed ? [`${counted.replace(/ .*/, "")} of ${allowed}`] : [];
  });
  return parts.join(", ");
}

/** A share in whole percent, rounded down: 89.6 shown as 90 would look like a missed shift. */
export function percent(share: number | null): string {
  return share === null ? "unknown" : `${Math.floor(share)}%`;
}

/** A time of today as `14:20`, one of this week as `Mon 14:20`, any other as `22 Nov 14:20`. */
export function clock(time: Date, now: Date): string {
  const hour = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (time.toDateString() === now.toDateString()) return hour;
  const isNear = Math.abs(time.getTime() - now.getTime()) < 6 * DAY_MS;
  const day = isNear
    ? time.toLocaleDateString([], { weekday: "short" })
    : time.toLocaleDateString([], { day: "numeric", month: "short" });
  return `${day} ${hour}`;
}

/** How long from one moment to a later one: `2 h 13 min`, `3 days`, `now`. */
export function duration(ms: number): string {
  const minutes = Math.ceil(ms / MINUTE_MS);
  if (minutes <= 0) return "now";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.round(hours / 24)} days`;
}
