// A user's tour through VS Code: type, accept, refactor, tests, the quota runs low, a server dies.
import { readFileSync } from "node:fs";
import { command, focusEditor, page, panelFrame, picture, report, run, SLOW_MS, STATUS_ITEM, textOf } from "./vscode_browser.mjs";

const { INSTRUCTION, SERVER_PID, KEY } = process.env;
const GHOST = ".ghost-text, .ghost-text-decoration, .suggest-preview-text";

async function type() {
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
  await page.keyboard.press("Control+ArrowRight");
  await textOf(GHOST, /^[^f]*total/); // the first word is one letter, which may have been typed
  await page.keyboard.press("Control+ArrowRight");
  report("rest", await textOf(GHOST, /^[^f"]*2f/));
  await page.keyboard.press("Tab");
  report("accepted", await textOf(".view-lines", /\+ f"\{total:\.2f\}"/));
  await page.keyboard.press("Control+S");
}

async function change() {
  await command("Gearshift: Refactor…");
  await page.waitForSelector('.quick-input-widget input[placeholder^="for example"]');
  report("offers", await textOf(".quick-input-list .monaco-list-row", /Simplify/));
  await picture("refactor");
  await page.keyboard.type(INSTRUCTION);
  await textOf(".quick-input-list .monaco-list-row.focused", new RegExp(INSTRUCTION));
  await page.keyboard.press("Enter");
  report("refactored", await textOf(".view-lines", /amount = f/, SLOW_MS));
  await command("Gearshift: Explain");
  report("explained", await textOf(".view-lines", /with two decimals/, SLOW_MS));
  await picture("explained");
  await command("Gearshift: Generate Tests");
  report("tests", await textOf(".view-lines", /def test_label_shows_two_decimals/, SLOW_MS));
  report("label", await textOf(".statusbar", /tests, verified/));
  report("offer", await textOf(".notification-toast", /Open Tests/));
  await picture("tests");
  await page.getByRole("button", { name: "Open Tests" }).click();
  await textOf(".tab.active", /test_shop/);
}

/** Document the function, which takes as many tokens as the story says. */
async function spend(wanted) {
  await focusEditor("shop.py");
  await page.getByText("return", { exact: true }).first().click();
  await command("Gearshift: Document");
  return textOf(STATUS_ITEM, wanted, SLOW_MS);
}

async function colour() {
  return page.locator(STATUS_ITEM).first().getAttribute("class");
}

async function runLow() {
  await page.locator(STATUS_ITEM).first().click();
  const panel = await panelFrame();
  report("panel", await textOf("#panel", /openai|scripted|tests/, SLOW_MS, panel));
  report("at 80", await spend(/saver 8\d%/));
  report("colour at 80", await colour());
  report("at 90", await spend(/mini 9\d%/));
  report("colour at 90", await colour());
  report("shifts", await textOf("#panel", /saver → mini/, SLOW_MS, panel));
  report("meter", await panel.locator('[role="meter"]').first().getAttribute("aria-valuetext"));
  await textOf(".notification-toast", /9\d %/);
  await picture("shift");
  await command("Notifications: Clear All Notifications");
  await page.getByRole("tab", { name: "Gearshift" }).first().click();
  await command("View: Toggle Maximize Editor Group");
  await picture("panel", 1230);
  await panel.getByRole("button", { name: "Full", exact: true }).click();
  report("override", await textOf(STATUS_ITEM, /your choice/));
  await panel.getByRole("button", { name: "Pause" }).press("Enter");
  report("paused", await textOf(STATUS_ITEM, /paused/));
  await panel.getByRole("button", { name: "Resume" }).click();
  await textOf(STATUS_ITEM, /your choice$/);
  await command("View: Toggle Maximize Editor Group");
  report("names", JSON.stringify(await unnamed(panel)));
}

/** Controls of the panel without a name, and text that says nothing to who can't see it. */
function unnamed(panel) {
  return panel.evaluate(() =>
    [...document.querySelectorAll("button, select, input, [role=region], [role=meter], svg")]
      .filter((each) => !(each.textContent?.trim() || each.ariaLabel || each.labels?.[0]?.textContent))
      .map((each) => each.outerHTML.slice(0, 80)),
  );
}

async function die() {
  const pid = Number(readFileSync(SERVER_PID, "utf8"));
  process.kill(pid, "SIGKILL");
  while (Number(readFileSync(SERVER_PID, "utf8")) === pid) await page.waitForTimeout(100);
  report("restarted", await textOf(STATUS_ITEM, /mini 9\d%/, SLOW_MS));
}

async function storeKey() {
  await command("Gearshift: Set API Key…");
  await textOf(".quick-input-list .monaco-list-row", /MISTRAL_API_KEY/);
  await page.keyboard.type("MISTRAL_API_KEY");
  await textOf(".quick-input-list .monaco-list-row.focused", /MISTRAL_API_KEY/);
  await page.keyboard.press("Enter");
  await page.waitForSelector('.quick-input-widget input[type="password"]', { state: "visible" });
  const pid = readFileSync(SERVER_PID, "utf8");
  await page.keyboard.type(KEY);
  await page.keyboard.press("Enter");
  while (readFileSync(SERVER_PID, "utf8") === pid) await page.waitForTimeout(100);
  const environment = readFileSync(`/proc/${readFileSync(SERVER_PID, "utf8")}/environ`, "utf8");
  report("key", String(environment.split("\0").includes(`MISTRAL_API_KEY=${KEY}`)));
  await textOf(STATUS_ITEM, /mini 9\d%/, SLOW_MS);
  await command("Gearshift: Set API Key…");
  report("stored", await textOf(".quick-input-list .monaco-list-row", /MISTRAL_API_KEY.*stored here/));
  await page.keyboard.press("Escape");
}

async function look() {
  await page.locator(STATUS_ITEM).first().hover();
  report("tooltip", await textOf(".monaco-hover, .workbench-hover", /Gearshift/));
  await picture("tooltip");
  await command("File: Save All");
  await page.waitForFunction(() => document.querySelectorAll(".tab.dirty").length === 0);
  await command("Gearshift: Menu");
  report("menu", await textOf(".quick-input-list .monaco-list-row", /Why\?/));
  await picture("menu");
}

await run(async () => {
  await type();
  await change();
  await runLow();
  await die();
  await storeKey();
  await look();
});
