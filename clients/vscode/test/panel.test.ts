import assert from "node:assert/strict";
import { test } from "node:test";
import { told } from "../src/panel/messages";
import { page } from "../src/panel/page";
import { Paced } from "../src/panel/pace";
import type { Day } from "../src/protocol";
import { ceiling, chart, dayName, dayWords, unitOf } from "../webview/chart";

test("the page runs its own script only, and connects to nothing", () => {
  const html = page({ source: "https://own", script: "https://own/panel.js", style: "https://own/panel.css" }, "abc");
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? "";
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'nonce-abc'/);
  assert.doesNotMatch(policy, /unsafe|connect-src|\*/);
  assert.match(html, /<script nonce="abc" src="https:\/\/own\/panel\.js"><\/script>/);
});

test("only known actions are heard from the page", () => {
  assert.deepEqual(told({ kind: "run", action: "pause" }), { kind: "run", action: "pause" });
  assert.deepEqual(told({ kind: "ready" }), { kind: "ready" });
  for (const odd of [null, "ready", {}, { kind: "run", action: "refactor" }, { kind: "run" }]) {
    assert.equal(told(odd), undefined);
  }
});

test("many wishes make one run at once, and one more after the pause", () => {
  let now = 0;
  const planned: { at: number; run: () => void }[] = [];
  const timer = {
    now: () => now,
    after(ms: number, run: () => void) {
      planned.push({ at: now + ms, run });
      return () => planned.pop();
    },
  };
  let runs = 0;
  const paced = new Paced(() => runs++, 500, timer);
  paced.want();
  paced.want();
  assert.deepEqual(planned.map(({ at }) => at), [0]);
  planned.pop()?.run();
  now = 100;
  paced.want();
  paced.want();
  assert.deepEqual(planned.map(({ at }) => at), [500]);
  paced.stop();
  assert.equal(planned.length, 0);
  assert.equal(runs, 1);
});

const day = (date: string, usd: number | null, tokens = 10): Day => ({
  date,
  usd,
  unpriced: usd === null ? 1 : 0,
  tokens,
  requests: 1,
});

test("the highest day reaches the round number on top, and any use can be seen", () => {
  const days = [day("2026-11-19", 0.5), day("2026-11-20", 0.0001), day("2026-11-21", 0)];
  const { bars, top } = chart(days, "usd", 300, 100);
  assert.equal(top, "$0.50");
  assert.deepEqual(bars.map(({ height }) => height), [100, 2, 0]);
  assert.ok(bars.every(({ x, width }) => x >= 0 && x + width <= 300));
});

test("today always has its name below its bar", () => {
  const days = Array.from({ length: 30 }, (_, n) => day(`2026-11-${String(n + 1).padStart(2, "0")}`, 1));
  const { labels } = chart(days, "usd", 600, 100);
  assert.equal(labels.at(-1)?.text, "30 Nov");
  assert.ok(labels.length <= 7);
});

test("money is drawn as soon as any is known, else tokens", () => {
  assert.equal(unitOf([day("2026-11-21", null), day("2026-11-20", 0)]), "tokens");
  assert.equal(unitOf([day("2026-11-21", null), day("2026-11-20", 0.1)]), "usd");
});

test("a day without a price says so", () => {
  assert.equal(dayWords(day("2026-11-21", null, 1234)), "price unknown, 1,234 tokens, 1 requests");
  assert.equal(dayWords({ ...day("2026-11-21", 0), requests: 0 }), "nothing");
  assert.equal(dayName("2026-11-21", true), "Sat 21 Nov");
});

for (const [value, top] of [
  [0, 1],
  [0.3, 0.5],
  [1, 1],
  [1.01, 2],
  [51000, 100000],
] as const) {
  test(`the axis above ${value} ends at ${top}`, () => assert.ok(Math.abs(ceiling(value) - top) < 1e-9));
}
