import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, dollars, duration, percent, usedOfLimit } from "../src/words";

for (const [usd, unpriced, expected] of [
  [null, 0, "price unknown"],
  [0, 0, "$0.00"],
  [0.00004, 0, "under $0.0001"],
  [0.0123, 0, "$0.0123"],
  [12.345, 1200, "$12.35 and 1,200 unpriced"],
] as const) {
  test(`${usd} dollars are ${expected}`, () => assert.equal(dollars(usd, unpriced), expected));
}

test("a share is rounded down, and an unknown one is not zero", () => {
  assert.equal(percent(89.9), "89%");
  assert.equal(percent(null), "unknown");
});

test("only what a window limits is told", () => {
  const window = { source: "budget", label: "5h", usedPercent: 91, resetsAt: null, stale: false };
  const used = { usd: 1.82, tokens: 91022, requests: 7 };
  assert.equal(usedOfLimit({ ...window, used, limit: { usd: 2 } }), "$1.82 of $2.00");
  assert.equal(usedOfLimit({ ...window, used, limit: { tokens: 100000 } }), "91,022 of 100,000 tokens");
  assert.equal(usedOfLimit({ ...window, used: null, limit: null }), "");
});

for (const [minutes, expected] of [
  [-1, "now"],
  [0.5, "1 min"],
  [59, "59 min"],
  [120, "2 h"],
  [133, "2 h 13 min"],
  [4320, "3 days"],
] as const) {
  test(`${minutes} minutes are ${expected}`, () => assert.equal(duration(minutes * 60_000), expected));
}

test("a time of another day has its day", () => {
  const noon = new Date(2026, 10, 21, 12, 0);
  assert.doesNotMatch(clock(new Date(2026, 10, 21, 14, 20), noon), /21/);
  assert.match(clock(new Date(2026, 10, 22, 14, 20), noon), /^Sun /);
  assert.match(clock(new Date(2026, 10, 29, 14, 20), noon), /29/);
});
