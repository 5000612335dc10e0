import assert from "node:assert/strict";
import { test } from "node:test";
import { explanation, launch, type Machine } from "../src/launch";

function machineWith(
  paths: Record<string, string>,
  servers: string[],
  selected?: string,
  made?: string,
): Machine {
  return {
    privatePython: () => made,
    find: (program) => paths[program],
    hasServer: (python) => Promise.resolve(servers.includes(python)),
    selectedPython: () => Promise.resolve(selected),
  };
}

test("the setting comes first", async () => {
  const machine = machineWith({ mine: "/opt/mine", gearshift: "/bin/gearshift" }, []);
  assert.deepEqual(await launch(["mine", "serve", "-v"], machine), {
    found: true,
    command: "/opt/mine",
    args: ["serve", "-v"],
  });
});

test("a setting that names no program is not replaced by another server", async () => {
  const machine = machineWith({ gearshift: "/bin/gearshift" }, []);
  assert.deepEqual(await launch(["mine"], machine), {
    found: false,
    tried: ["`mine` (the setting gearshift.serverCommand)"],
  });
});

test("the selected Python comes before gearshift on PATH", async () => {
  const machine = machineWith({ gearshift: "/bin/gearshift" }, ["/venv/python"], "/venv/python");
  assert.deepEqual(await launch([], machine), {
    found: true,
    command: "/venv/python",
    args: ["-m", "gearshift", "serve"],
  });
});

test("gearshift on PATH comes before the private environment and other Pythons", async () => {
  const paths = { gearshift: "/bin/gearshift", python3: "/bin/python3" };
  const machine = machineWith(paths, ["/bin/python3"], undefined, "/made/python");
  assert.deepEqual(await launch([], machine), {
    found: true,
    command: "/bin/gearshift",
    args: ["serve"],
  });
});

test("the private environment comes before a Python that only happens to have the server", async () => {
  const machine = machineWith({ python3: "/bin/python3" }, ["/bin/python3"], undefined, "/made/python");
  const found = await launch([], machine);
  assert.equal(found.found && found.command, "/made/python");
});

test("a Python without the server is passed over", async () => {
  const machine = machineWith({ python3: "/bin/python3" }, ["/bin/python3"], "/venv/python");
  const found = await launch([], machine);
  assert.equal(found.found && found.command, "/bin/python3");
});

test("all that was tried is told, with what to do", async () => {
  const machine = machineWith({ python3: "/bin/python3", python: "/bin/python3" }, []);
  const found = await launch([], machine);
  assert.ok(!found.found);
  assert.equal(
    explanation(found.tried),
    "Gearshift's server was not found. Tried: `gearshift` on PATH; the package `gearshift` in " +
      "/bin/python3. Install it with `pipx install gearshift`, or set gearshift.serverCommand.",
  );
});
