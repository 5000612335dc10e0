import assert from "node:assert/strict";
import { test } from "node:test";
import type { Status } from "../src/protocol";
import { severity, statusPage, statusText } from "../src/status_text";

const READY: Status = {
  state: "ready",
  gear: "full",
  override: null,
  text: "⚙ full",
  message: "Ready",
  models: { mini: "small", full: "large" },
  quota: { pressure: null, windows: [] },
  today: { usd: null, tokens: null, requests: null },
};

const clock = (time: Date): string => time.toISOString().slice(11, 16);

function withPressure(pressure: number | null): Status {
  return { ...READY, quota: { pressure, windows: [] } };
}

test("the status bar has the server's words behind the state's icon", () => {
  const text = "⚙ saver 82% · 5h resets 14:20";
  assert.equal(statusText({ ...READY, text }), "$(dashboard) saver 82% · 5h resets 14:20");
  assert.equal(
    statusText({ ...READY, state: "busy", text: "⚙ full 12% · busy" }),
    "$(loading~spin) full 12% · busy",
  );
});

for (const [pressure, expected] of [
  [null, "normal"],
  [79.9, "normal"],
  [80, "warning"],
  [89.9, "warning"],
  [90, "error"],
] as const) {
  test(`a pressure of ${pressure} is ${expected}`, () => {
    const { quota } = withPressure(pressure);
    assert.equal(severity(pressure, quota), expected);
  });
}

test("the user's own thresholds count", () => {
  const quota = { ...withPressure(55).quota, warnPercent: 50, switchPercent: 60 };
  assert.equal(severity(55, quota), "warning");
  assert.equal(severity(60, quota), "error");
});

test("the page lists windows with what is used, the limit and the reset", () => {
  const page = statusPage(
    {
      ...READY,
      quota: {
        pressure: 91.2,
        windows: [
          {
            source: "budget",
            label: "5h",
            usedPercent: 91.2,
            used: { usd: 1.82, tokens: 91022 },
            limit: { usd: 2 },
            resetsAt: "2026-11-21T14:20:00Z",
            stale: true,
          },
        ],
      },
    },
    clock,
  );
  assert.match(page, /\| budget 5h \| 91% \(\$1\.82 of \$2\.00\), stale \| 14:20 \|/);
});

test("an unknown share is called unknown, not zero", () => {
  const window = { source: "plan", label: "week", usedPercent: null, resetsAt: null, stale: false };
  const page = statusPage({ ...READY, quota: { pressure: null, windows: [window] } }, clock);
  assert.match(page, /\| plan week \| unknown \|  \|/);
});

test("unknown figures of today are left out", () => {
  assert.doesNotMatch(statusPage(READY, clock), /Today/);
});

test("today's suggestions are counted", () => {
  const today = { usd: 0.42, tokens: 81234, requests: 214, inline: { shown: 120, accepted: 44 } };
  assert.match(
    statusPage({ ...READY, today }, clock),
    /Today: \$0\.42 · 81,234 tokens · 214 requests · 44 of 120 suggestions accepted/,
  );
});

test("the page begins with the gear and, if there is one, the message", () => {
  assert.ok(statusPage(READY, clock).startsWith("**Gearshift**, full gear: Ready\n"));
  assert.ok(statusPage({ ...READY, message: "" }, clock).startsWith("**Gearshift**, full gear\n"));
});

test("an override is shown", () => {
  assert.match(statusPage({ ...READY, override: "full" }, clock), /You chose the full model\./);
});

test("the server's words can't become links or commands", () => {
  const page = statusPage({ ...READY, message: "[x](command:evil) <b>" }, clock);
  assert.match(page, /\\\[x\\\]\\\(command:evil\\\) \\<b\\>/);
});
