// Bundles the extension and the panel's script into out/; with --tests, the tests instead:
// out/test/ for node, out/host/ for the extension host.
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { build } from "esbuild";

const shared = { bundle: true, logLevel: "warning" };
const node = { ...shared, platform: "node", target: "node20" };

async function buildTests() {
  await build({
    ...node,
    entryPoints: readdirSync("test")
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `test/${name}`),
    format: "esm",
    outdir: "out/test",
    outExtension: { ".js": ".mjs" },
  });
  await build({
    ...node,
    entryPoints: ["test/host/index.ts"],
    format: "cjs",
    outdir: "out/host",
    external: ["vscode"],
  });
}

async function buildExtension() {
  await build({
    ...node,
    entryPoints: ["src/extension.ts"],
    format: "cjs",
    outfile: "out/extension.js",
    external: ["vscode"],
    minify: true,
  });
  await build({
    ...shared,
    entryPoints: { panel: "webview/main.ts" },
    platform: "browser",
    target: "es2023",
    format: "iife",
    outdir: "out",
    minify: true,
  });
  mkdirSync("out", { recursive: true });
  copyFileSync("webview/style.css", "out/panel.css");
}

await (process.argv.includes("--tests") ? buildTests() : buildExtension());
