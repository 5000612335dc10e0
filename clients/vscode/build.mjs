// Bundles the extension into out/extension.js; with --tests, the tests into out/test/ instead.
import { readdirSync } from "node:fs";
import { build } from "esbuild";

const isForTests = process.argv.includes("--tests");
const shared = { bundle: true, platform: "node", target: "node20", logLevel: "warning" };

if (isForTests) {
  await build({
    ...shared,
    entryPoints: readdirSync("test").map((name) => `test/${name}`),
    format: "esm",
    outdir: "out/test",
    outExtension: { ".js": ".mjs" },
  });
} else {
  await build({
    ...shared,
    entryPoints: ["src/extension.ts"],
    format: "cjs",
    outfile: "out/extension.js",
    external: ["vscode"],
    minify: true,
  });
}
