import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { claim, isClaim } from "../src/claim";

const GONE = 999_999_999;

function place(): { folder: string; path: string } {
  const folder = mkdtempSync(join(tmpdir(), "gearshift-"));
  return { folder, path: join(folder, "server-1") };
}

test("a place has one holder at a time, and is free again afterwards", () => {
  const { folder, path } = place();
  const giveBack = claim(path);
  assert.ok(giveBack !== undefined);
  assert.equal(claim(path), undefined);
  giveBack();
  claim(path)?.();
  assert.deepEqual(readdirSync(folder), []);
});

test("two that find the claim of a killed window do not both get its place", () => {
  const { folder, path } = place();
  writeFileSync(`${path}.claim-${GONE}-x`, "");
  assert.ok(claim(path) !== undefined);
  assert.equal(claim(path), undefined);
  const [only, ...more] = readdirSync(folder);
  assert.match(only ?? "", new RegExp(`claim-${process.pid}-`));
  assert.deepEqual(more, []);
});

test("places do not stand in each other's way, also where one's name begins the other's", () => {
  const { path } = place();
  assert.ok(claim(path) !== undefined);
  assert.ok(claim(`${path}2`) !== undefined);
});

test("a claim is known by its name", () => {
  const { folder, path } = place();
  claim(path);
  assert.ok(readdirSync(folder).every(isClaim));
  assert.equal(isClaim("server-1"), false);
});
