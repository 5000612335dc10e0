import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen, nested, restricted } from "../src/chosen";

test("what the user did not set is not chosen", () => {
  assert.equal(chosen({}), undefined);
  assert.equal(chosen(undefined), undefined);
});

test("the inner level wins", () => {
  assert.equal(chosen({ globalValue: 1, workspaceValue: 2 }), 2);
});

test("a false at the inner level wins too", () => {
  assert.equal(chosen({ globalValue: true, workspaceFolderValue: false }), false);
});

test("tables of two levels are merged, the inner one on top", () => {
  assert.deepEqual(
    chosen({ globalValue: { a: 1, b: 1 }, workspaceValue: { b: 2 } }),
    { a: 1, b: 2 },
  );
});

test("lists are not merged", () => {
  assert.deepEqual(chosen({ globalValue: [1], workspaceValue: [2] }), [2]);
});

test("dotted keys become tables", () => {
  assert.deepEqual(
    nested([
      ["inline.enable", false],
      ["inline.maxTokens", 64],
      ["models", { mini: {} }],
    ]),
    { inline: { enable: false, maxTokens: 64 }, models: { mini: {} } },
  );
});

test("in a workspace that is not trusted nothing is run and its file is not read", () => {
  assert.deepEqual(restricted({ verify: { run: "always", timeoutSeconds: 5 }, inline: {} }), {
    inline: {},
    project: { enable: false },
    verify: { run: "never", timeoutSeconds: 5 },
  });
});
