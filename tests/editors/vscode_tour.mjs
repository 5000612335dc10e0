// A user's tour through VS Code: type, accept, refactor, generate tests, look at the status.
import { command, page, picture, report, run, SLOW_MS, STATUS_ITEM, textOf } from "./vscode_browser.mjs";

const { INSTRUCTION } = process.env;
const GHOST = ".ghost-text, .ghost-text-decoration, .suggest-preview-text";

await run(async () => {
  await page.getByText("shop.py", { exact: true }).first().dblclick();
  await page.waitForSelector(".monaco-editor .view-line", { timeout: SLOW_MS });
  report("status", await textOf(STATUS_ITEM, /full 0%/, SLOW_MS));

  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("End");
  await page.keyboard.type(" ");
  report("ghost", await textOf(GHOST, /total/));
  await picture("ghost");
  await page.keyboard.press("Tab");
  report("accepted", await textOf(".view-lines", /\+ f"\{total:\.2f\}"/));
  await page.keyboard.press("Control+S");

  await command("Gearshift: Refactor…");
  await page.waitForSelector('.quick-input-widget input[placeholder^="for example"]');
  await page.keyboard.type(INSTRUCTION);
  await page.keyboard.press("Enter");
  report("refactored", await textOf(".view-lines", /amount = f/, SLOW_MS));

  await command("Gearshift: Explain");
  report("explained", await textOf(".view-lines", /with two decimals/, SLOW_MS));
  await picture("explained");

  await command("Gearshift: Generate Tests");
  report("tests", await textOf(".view-lines", /def test_label_shows_two_decimals/, SLOW_MS));
  report("label", await textOf(".statusbar", /tests, verified/));
  await picture("tests");

  await page.locator(STATUS_ITEM).first().hover();
  report("tooltip", await textOf(".monaco-hover, .workbench-hover", /Gearshift/));
  await picture("tooltip");
  await page.locator(STATUS_ITEM).first().click();
  report("menu", await textOf(".quick-input-list .monaco-list-row", /Why\?/));
  await picture("menu");
  await page.keyboard.press("Escape");

  await command("Gearshift: Pause Inline Completions");
  report("paused", await textOf(STATUS_ITEM, /paused/));
});
