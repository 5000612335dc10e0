// A user's tour through VS Code: type, accept, refactor, tests, the quota runs low, a server dies.
import { readFileSync } from "node:fs";
import {
  acted,
  answered,
  choose,
  clicked,
  command,
  cursorAt,
  focusEditor,
  GHOST,
  notification,
  openFile,
  page,
  panelFrame,
  picture,
  pressedOnGhost,
  report,
  ROW,
  run,
  saved,
  SLOW_MS,
  STATUS_ITEM,
  textOf,
  typeAtTheEnd,
} from "./vscode_browser.mjs";

const { INSTRUCTION, SERVER_PID, KEY } = process.env;

async function type() {
  await openFile("shop.py");
  report("status", await textOf(STATUS_ITEM, /full 0%/, SLOW_MS));
  await typeAtTheEnd();
  report("ghost", await textOf(GHOST, /total/));
  await picture("ghost");
  const ghost = (wanted) => (timeout) => textOf(GHOST, wanted, timeout);
  // The first word is one letter, which may have been typed.
  await pressedOnGhost("Control+ArrowRight", ghost(/^[^f]*total/));
  report("rest", await pressedOnGhost("Control+ArrowRight", ghost(/^[^f"]*2f/)));
  const isAccepted = (timeout) => textOf(".view-lines", /\+ f"\{total:\.2f\}"/, timeout);
  report("accepted", await pressedOnGhost("Tab", isAccepted));
  await page.keyboard.press("Control+S");
}

async function change() {
  await command("Gearshift: Refactor…");
  await page.waitForSelector('.quick-input-widget input[placeholder^="for example"]');
  report("offers", await textOf(ROW, /Simplify/));
  await picture("refactor");
  await choose(INSTRUCTION);
  report("refactored", await textOf(".view-lines", /amount = f/, SLOW_MS));
  await command("Gearshift: Explain");
  report("explained", await textOf(".view-lines", /with two decimals/, SLOW_MS));
  await picture("explained");
  await command("Gearshift: Generate Tests");
  // Looked for together: the word in the status bar stays for some seconds.
  const [tests, label] = await Promise.all([
    textOf(".view-lines", /def test_label_shows_two_decimals/, 2 * SLOW_MS),
    textOf(".statusbar", /tests, verified/, 2 * SLOW_MS),
  ]);
  report("tests", tests);
  report("label", label);
  report("offer", await notification(/Open Tests/));
  await picture("tests");
  await answered(/Open Tests/, "Open Tests", (timeout) => textOf(".tab.active", /test_shop/, timeout));
}

/** Document the function, which takes as many tokens as the story says. */
async function spend(wanted) {
  await focusEditor("shop.py");
  // In line 6, and in line 7 once there is a docstring.
  await clicked(page.getByText("return", { exact: true }).first(), (timeout) =>
    cursorAt(/Ln [67],/, timeout),
  );
  await command("Gearshift: Document");
  return textOf(STATUS_ITEM, wanted, SLOW_MS);
}

async function colour() {
  return page.locator(STATUS_ITEM).first().getAttribute("class");
}

async function runLow() {
  const panel = await clicked(page.locator(STATUS_ITEM).first(), panelFrame);
  report("panel", await textOf("#panel", /openai|scripted|tests/, SLOW_MS, panel));
  report("at 80", await spend(/saver 8\d%/));
  report("colour at 80", await colour());
  report("at 90", await spend(/mini 9\d%/));
  report("colour at 90", await colour());
  report("shifts", await textOf("#panel", /saver → mini/, SLOW_MS, panel));
  report("meter", await panel.locator('[role="meter"]').first().getAttribute("aria-valuetext"));
  await notification(/9\d %/);
  await picture("shift");
  await command("Notifications: Clear All Notifications");
  await clicked(page.getByRole("tab", { name: "Gearshift" }).first(), (timeout) =>
    textOf(".tab.active", /Gearshift/, timeout),
  );
  await command("View: Toggle Maximize Editor Group");
  await picture("panel", 1230);
  const button = (name) => panel.getByRole("button", { name, exact: true });
  const inStatus = (wanted) => (timeout) => textOf(STATUS_ITEM, wanted, timeout);
  report("override", await clicked(button("Full"), inStatus(/your choice/)));
  report("paused", await acted(() => button("Pause").press("Enter", { timeout: 5000 }), inStatus(/paused/)));
  await clicked(button("Resume"), inStatus(/your choice$/));
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
  await textOf(ROW, /MISTRAL_API_KEY/);
  await choose("MISTRAL_API_KEY");
  const secret = page.locator('.quick-input-widget input[type="password"]');
  await secret.waitFor();
  const pid = readFileSync(SERVER_PID, "utf8");
  await secret.fill(KEY);
  await acted(
    () => secret.press("Enter", { timeout: 1000 }),
    (timeout) => secret.waitFor({ state: "hidden", timeout }),
  );
  while (readFileSync(SERVER_PID, "utf8") === pid) await page.waitForTimeout(100);
  const environment = readFileSync(`/proc/${readFileSync(SERVER_PID, "utf8")}/environ`, "utf8");
  report("key", String(environment.split("\0").includes(`MISTRAL_API_KEY=${KEY}`)));
  await textOf(STATUS_ITEM, /mini 9\d%/, SLOW_MS);
  await command("Gearshift: Set API Key…");
  report("stored", await textOf(ROW, /MISTRAL_API_KEY.*stored here/));
  await page.keyboard.press("Escape");
}

async function look() {
  const over = async () => {
    await page.locator(".statusbar").hover({ position: { x: 400, y: 5 } });
    await page.locator(STATUS_ITEM).first().hover();
  };
  const tooltip = (timeout) => textOf(".monaco-hover, .workbench-hover", /Gearshift/, timeout);
  report("tooltip", await acted(over, tooltip));
  await picture("tooltip");
  await saved(/shop\.py$/, /Return the total with two decimals/);
  await saved(/test_\w+\.py$/, /def test_label_rounds/);
  await command("Gearshift: Menu");
  report("menu", await textOf(ROW, /Why\?/));
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
