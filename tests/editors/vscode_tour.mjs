// A user's tour through VS Code: type, accept, generate tests, look at the status.
// Reports one JSON object a line: {"step", ...what was seen}. Fails when something does not come.
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { PLAYWRIGHT, CHROMIUM, CHROMIUM_LIBRARIES, ADDRESS, WORKSPACE, PICTURES } = process.env;
const { chromium } = createRequire(import.meta.url)(PLAYWRIGHT);

const SLOW_MS = 60_000;
const USUAL_MS = 15_000;
const GHOST = ".ghost-text, .ghost-text-decoration, .suggest-preview-text";
const STATUS_ITEM = '.statusbar-item[id*="gearshift.status"]';

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  env: { ...process.env, LD_LIBRARY_PATH: CHROMIUM_LIBRARIES },
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
});
const page = await browser.newPage({ viewport: { width: 1100, height: 640 } });
mkdirSync(PICTURES, { recursive: true });

function report(step, seen) {
  console.log(JSON.stringify({ step, ...seen }));
}

async function picture(name) {
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** The text of the first element that matches and holds `wanted`; blanks made plain. */
async function textOf(selector, wanted, timeout = USUAL_MS) {
  const handle = await page.waitForFunction(
    ([selector, wanted]) => {
      const texts = [...document.querySelectorAll(selector)].map((element) =>
        (element.textContent ?? "").replaceAll("\u00a0", " "),
      );
      const text = texts.join("\n");
      return new RegExp(wanted).test(text) ? text : null;
    },
    [selector, wanted.source],
    { timeout },
  );
  return handle.jsonValue();
}

async function command(title) {
  await page.keyboard.press("F1");
  await page.waitForSelector(".quick-input-widget input", { state: "visible" });
  await page.keyboard.type(title);
  await textOf(".quick-input-list .monaco-list-row.focused", new RegExp(title.replace(/[.?…]/g, ".")));
  await page.keyboard.press("Enter");
}

async function tour() {
  await page.goto(`${ADDRESS}/?folder=${encodeURIComponent(WORKSPACE)}`);
  await page.waitForSelector(".explorer-folders-view .monaco-list-row", { timeout: SLOW_MS });
  await page.getByText("cart.py", { exact: true }).first().dblclick();
  await page.waitForSelector(".monaco-editor .view-line", { timeout: SLOW_MS });
  report("status", { text: await textOf(STATUS_ITEM, /full/, SLOW_MS) });

  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("    return ");
  report("ghost", { text: await textOf(GHOST, /sum/) });
  await picture("ghost");
  await page.keyboard.press("Tab");
  report("accepted", { text: await textOf(".view-line", /return sum/) });

  await page.keyboard.press("ArrowUp");
  await command("Gearshift: Generate Tests");
  report("tests", { text: await textOf(".view-line, .tab", /test_cart/) });
  await picture("tests");

  await page.locator(STATUS_ITEM).first().click();
  report("menu", { text: await textOf(".quick-input-list .monaco-list-row", /Why\?/) });
  await picture("menu");
  await page.keyboard.press("Escape");
}

try {
  await tour();
} catch (error) {
  await picture("failure");
  console.error(String(error));
  process.exitCode = 1;
} finally {
  await browser.close();
}
