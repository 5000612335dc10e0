import assert from "node:assert/strict";
import { test } from "node:test";
import { findingWords, untold } from "../src/findings";
import type { Finding, TaskFinished } from "../src/protocol";

const found: Finding = {
  kind: "security",
  severity: "medium",
  message: "Use of eval.",
  path: "/project/shop.py",
  line: 11,
};
const task: TaskFinished = {
  taskId: "1",
  action: "refactor",
  outcome: "applied",
  label: "checked",
  findings: [found],
};

for (const [path, line, place] of [
  ["/project/shop.py", 11, " (shop.py:12)"],
  ["C:\\project\\shop.py", 0, " (shop.py:1)"],
  ["/project/shop.py", null, " (shop.py)"],
  [null, null, ""],
] as const) {
  test(`a finding in ${path}, ${line} names its place`, () =>
    assert.equal(findingWords({ ...found, path, line }), `security, medium: Use of eval.${place}`));
}

test("a finding in an edit that was made is told", () => assert.deepEqual(untold(task), [found]));

test("what the server or the message on tests says is not told again", () => {
  const summary = "Added 1 test. Look at this first: Use of eval (bandit:B307).";
  assert.deepEqual(untold({ ...task, outcome: "refused", reason: "Use of eval (bandit:B307)." }), []);
  assert.deepEqual(untold({ ...task, action: "tests", summary }), []);
  assert.deepEqual(untold({ ...task, summary }), [found], "only the tests' summary is shown");
});

test("an older server tells of no findings", () => {
  const { findings: _, ...older } = task;
  assert.deepEqual(untold(older), []);
});
