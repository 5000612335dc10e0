import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { candidates, findBase } from "../src/base_python";
import { isClaim } from "../src/claim";
import { CANCELLED, Environment, type Install, wheelIn } from "../src/environment";
import type { Ended, Run } from "../src/run";

const BASE = { command: ["/usr/bin/python3"], version: "3.12" };
const FINE: Ended = { code: 0, output: "", lastWords: [] };

function place(): { storage: string; wheel: string } {
  const folder = mkdtempSync(join(tmpdir(), "gearshift-"));
  const wheel = join(folder, "gearshift-0.1.0-py3-none-any.whl");
  writeFileSync(wheel, "a wheel");
  return { storage: join(folder, "storage"), wheel };
}

/** An installation whose programs answer as told, by the first word that their arguments hold. */
function installWith(answers: Record<string, Ended>, done: string[][] = []): Install {
  const run: Run = (program, args) => {
    done.push([program, ...args]);
    if (args.includes("venv")) mkdirSync(args.at(-1) ?? "", { recursive: true });
    const key = Object.keys(answers).find((word) => args.some((arg) => arg.includes(word)));
    return Promise.resolve(key === undefined ? FINE : (answers[key] ?? FINE));
  };
  const nothing = (): void => {};
  return { base: BASE, run, signal: new AbortController().signal, report: nothing, log: nothing };
}

test("the environment is there once all of it is", async () => {
  const { storage, wheel } = place();
  const environment = new Environment(storage, wheel);
  const done: string[][] = [];
  assert.equal(environment.python, undefined);
  const installed = await environment.make(installWith({}, done));
  assert.ok("python" in installed);
  assert.equal(environment.python, installed.python);
  assert.deepEqual(done[0]?.slice(0, 3), ["/usr/bin/python3", "-m", "venv"]);
  assert.match(done[1]?.at(-1) ?? "", /^gearshift\[local\] @ file:\/\/\/.*\.whl$/);
});

test("without a build of the embedded model the rest is installed", async () => {
  const { storage, wheel } = place();
  const done: string[][] = [];
  const failing = { code: 1, output: "", lastWords: ["ERROR: No matching distribution"] };
  const install = installWith({ "[local]": failing }, done);
  assert.ok("python" in (await new Environment(storage, wheel).make(install)));
  assert.match(done.at(-1)?.at(-1) ?? "", /^gearshift @ file:/);
});

test("a failure says which step failed and why, and leaves no mark", async () => {
  const { storage, wheel } = place();
  const environment = new Environment(storage, wheel);
  const lastWords = ["Collecting pygls", "ERROR: Could not find a version", "see the log"];
  const installed = await environment.make(installWith({ install: { code: 1, output: "", lastWords } }));
  assert.ok("reason" in installed);
  assert.match(installed.reason, /installing the server failed \(ERROR: Could not find a version\)/);
  assert.equal(environment.python, undefined);
  assert.ok(!readdirSync(storage).some(isClaim));
});

test("a window that was killed does not hold up the next one", async () => {
  const { storage, wheel } = place();
  let claimed = "";
  const looking: Run = () => {
    claimed = readdirSync(storage).find(isClaim) ?? "";
    return Promise.resolve({ code: 1, output: "", lastWords: [] });
  };
  await new Environment(storage, wheel).make({ ...installWith({}), run: looking });
  const ofOneGone = claimed.replace(`-${process.pid}-`, "-999999999-");
  assert.notEqual(ofOneGone, claimed);
  writeFileSync(join(storage, ofOneGone), "");
  assert.ok("python" in (await new Environment(storage, wheel).make(installWith({}))));
  assert.equal(existsSync(join(storage, ofOneGone)), false);
});

test("who gives up while another window installs is not kept waiting", async () => {
  const { storage, wheel } = place();
  const abort = new AbortController();
  const first = new Environment(storage, wheel);
  let release = (_: Ended): void => {};
  const slow: Run = () => new Promise((resolve) => (release = resolve));
  const running = first.make({ ...installWith({}), run: slow });
  abort.abort();
  const second = await new Environment(storage, wheel).make({ ...installWith({}), signal: abort.signal });
  assert.deepEqual(second, { reason: CANCELLED });
  release({ code: 1, output: "", lastWords: [] });
  await running;
});

test("the wheel is found by its ending", () => {
  const { wheel } = place();
  assert.equal(wheelIn(join(wheel, "..")), wheel);
  assert.equal(wheelIn("/no/such/folder"), undefined);
});

test("the selected Python is tried first, and Windows' launcher last", () => {
  const paths: Record<string, string> = { python3: "/bin/python3", python: "/bin/python3", py: "C:/py.exe" };
  assert.deepEqual(candidates((name) => paths[name], "/venv/python", true), [
    ["/venv/python"],
    ["/bin/python3"],
    ["C:/py.exe", "-3"],
  ]);
});

function pythons(answers: Record<string, string>): Run {
  return (program) => Promise.resolve({ code: 0, output: answers[program] ?? "", lastWords: [] });
}

test("the first Python that is new enough and whole is taken", async () => {
  const run = pythons({ old: "3.9\nwhole", bare: "3.11", good: "3.12\nwhole", better: "3.14\nwhole" });
  const found = await findBase([["none"], ["old"], ["bare"], ["good"], ["better"]], run);
  assert.deepEqual(found, { base: { command: ["good"], version: "3.12" } });
});

for (const [name, answers, expected] of [
  ["none at all", {}, /needs Python 3\.10 or newer, and no Python was found\. Install it/],
  ["an old one", { p: "3.8\nwhole" }, /only Python 3\.8 \(p\) was found/],
  ["one without venv", { p: "3.11" }, /Python 3\.11 \(p\) has no `venv`.*python3-venv/],
] as const) {
  test(`without a usable Python the reason says what to do: ${name}`, async () => {
    const found = await findBase([["p"]], pythons(answers));
    assert.ok("reason" in found);
    assert.match(found.reason, expected);
  });
}
