// Geometry of the chart of days: where the bars stand and what the axis says.

import type { Day } from "../src/protocol";
import { count, dollars } from "../src/words";

export type Unit = "usd" | "tokens";

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
  /** What the bar says in words, with its date. */
  text: string;
}

export interface Chart {
  bars: Bar[];
  /** The value at the top of the chart, in words. */
  top: string;
  labels: { x: number; text: string }[];
}

const GAP = 0.25;
/** A day with any use shows, however little it is beside the others. */
const LEAST = 2;

/** Money, as soon as any day has a price above nothing; else tokens. */
export function unitOf(days: readonly Day[]): Unit {
  return days.some((day) => (day.usd ?? 0) > 0) ? "usd" : "tokens";
}

/** A chart of `days` that fills `width` by `height`. */
export function chart(days: readonly Day[], unit: Unit, width: number, height: number): Chart {
  const top = ceiling(Math.max(0, ...days.map((day) => day[unit] ?? 0)));
  const step = width / Math.max(days.length, 1);
  const bars = days.map((day, n) => {
    const value = day[unit] ?? 0;
    const length = value > 0 ? Math.max((value / top) * height, LEAST) : 0;
    return {
      x: (n + GAP / 2) * step,
      y: height - length,
      width: step * (1 - GAP),
      height: length,
      text: `${dayName(day.date, true)}: ${dayWords(day)}`,
    };
  });
  return { bars, top: unit === "usd" ? dollars(top) : `${count(top)} tokens`, labels: labels(days, step) };
}

/** The next round number at or above `value`: 1, 2 or 5 times a power of ten. */
export function ceiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** What was used on a day: `$0.42, 81,234 tokens, 214 requests`. */
export function dayWords(day: Day): string {
  if (day.requests === 0) return "nothing";
  return `${dollars(day.usd, day.unpriced)}, ${count(day.tokens)} tokens, ${count(day.requests)} requests`;
}

/** `2026-11-21` as `21 Nov`, or with its weekday; read as a local date, not as one of UTC. */
export function dayName(date: string, isLong = false): string {
  const [year, month, day] = date.split("-").map(Number);
  const local = new Date(year ?? 0, (month ?? 1) - 1, day ?? 1);
  const weekday = isLong ? ({ weekday: "short" } as const) : {};
  return local.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...weekday });
}

function labels(days: readonly Day[], step: number): Chart["labels"] {
  const every = Math.ceil(days.length / 7);
  // Counted from today, so that the last day always has its name.
  return days.flatMap((day, n) =>
    (days.length - 1 - n) % every === 0 ? [{ x: (n + 0.5) * step, text: dayName(day.date) }] : [],
  );
}
