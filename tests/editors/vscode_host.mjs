// The extension's own tests in the real extension host: VS Code's smoke-test driver tells the page.
import { page, report } from "./vscode_browser.mjs";

const { ADDRESS, WORKSPACE, EXTENSION, TESTS } = process.env;

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
process.exitCode = (await ended) === 0 ? 0 : 1; // who started this stops it if it never ends
await page.context().browser().close();
