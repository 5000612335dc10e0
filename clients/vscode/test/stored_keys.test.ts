import assert from "node:assert/strict";
import { test } from "node:test";
import { keysIn } from "../src/stored_keys";

test("keys are read as they were stored", () => {
  assert.deepEqual(keysIn(undefined), {});
  assert.deepEqual(keysIn('{"OPENAI_API_KEY": "one"}'), { OPENAI_API_KEY: "one" });
});

test("a damaged secret is no key, and no error", () => {
  for (const text of ["", "{", "null", "[]", '"key"', "3"]) assert.equal(keysIn(text), undefined, text);
});

test("what could not be a variable with a key is left out", () => {
  assert.deepEqual(keysIn('{"A": "1", "B": 2, "C D": "3", "E=F": "4"}'), { A: "1" });
});
