// The extension's own tests in the real extension host: VS Code's smoke-test driver tells the page.
import { page, report, SLOW_MS } from "./vscode_browser.mjs";

const { ADDRESS, WORKSPACE, EXTENSION, TESTS } = process.env;
const MINUTES_MS = 4 * SLOW_MS;

const ended = new Promise((resolve) => {
  void page.exposeFunction("codeAutomationExit", resolve);
});
await page.exposeFunction("codeAutomationLog", (_type, words) => {
  for (const word of words) {
    const [, ok, name] = /^(ok|not ok|ran) (.*)/s.exec(String(word)) ?? [];
    if (ok !== undefined) report(ok, name);
  }
});
const remote = (path) => `vscode-remote://${new URL(ADDRESS).host}${path}`;
const payload = [
  ["extensionDevelopmentPath", remote(EXTENSION)],
  ["extensionTestsPath", remote(TESTS)],
];
const query = new URLSearchParams({ folder: WORKSPACE, payload: JSON.stringify(payload) });
await page.goto(`${ADDRESS}/?${query}`);
const late = new Promise((resolve) => setTimeout(resolve, MINUTES_MS, "late"));
process.exitCode = (await Promise.race([ended, late])) === 0 ? 0 : 1;
await page.context().browser().close();
