// A browser on VS Code for the tours beside this file.
// A tour reports one JSON object a line: {"step", "text": what was seen}; it fails with a picture.
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { PLAYWRIGHT, CHROMIUM, CHROMIUM_LIBRARIES, ADDRESS, WORKSPACE, PICTURES } = process.env;
const { chromium } = createRequire(import.meta.url)(PLAYWRIGHT);

export const SLOW_MS = 90_000;
const USUAL_MS = 30_000;
export const STATUS_ITEM = '.statusbar-item[id*="gearshift.status"]';
const FOCUSED = ".quick-input-list .monaco-list-row.focused";

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  env: { ...process.env, LD_LIBRARY_PATH: CHROMIUM_LIBRARIES },
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
});
const viewport = { width: 1280, height: 760 };
export const page = await browser.newPage({ viewport, reducedMotion: "reduce" });
mkdirSync(PICTURES, { recursive: true });

/** Report what was seen at a step. */
export function report(step, text) {
  console.log(JSON.stringify({ step, text }));
}

/** Keep a picture of what is there, once it has faded in; in a window of another height if told. */
export async function picture(name, height = viewport.height) {
  await page.setViewportSize({ ...viewport, height });
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  await page.setViewportSize(viewport);
}

/** The text of the first element that matches and holds `wanted`; blanks made plain. */
export async function textOf(selector, wanted, timeout = USUAL_MS, frame = page) {
  const handle = await frame.waitForFunction(
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

/** Run a command of the palette by its title. */
export async function command(title) {
  // One that is still closing would take the keys along.
  await page.waitForSelector(".quick-input-widget", { state: "hidden" });
  await page.keyboard.press("F1");
  await page.waitForSelector(".quick-input-widget input", { state: "visible" });
  await page.keyboard.type(title);
  await textOf(FOCUSED, new RegExp(title.replace(/[.?…]/g, ".")));
  await page.keyboard.press("Enter");
}

/** The document inside of the panel's frames. */
export async function panelFrame() {
  const outer = await (await page.waitForSelector("iframe.webview.ready")).contentFrame();
  const inner = await (await outer.waitForSelector("iframe#active-frame")).contentFrame();
  await inner.waitForSelector("#panel h1");
  return inner;
}

/** Give a text editor of the file the focus. */
export async function focusEditor(name) {
  await page.getByRole("tab", { name }).first().click();
  await page.locator(`.editor-instance .monaco-editor[data-uri$="${name}"] .view-lines`).first().click();
}

/** Open the workspace and wait until it is there. */
export async function openWorkspace() {
  await page.goto(`${ADDRESS}/?folder=${encodeURIComponent(WORKSPACE)}`);
  await page.waitForSelector(".explorer-folders-view .monaco-list-row", { timeout: SLOW_MS });
}

/** Run a tour to its end; the process fails with it. */
export async function run(tour) {
  try {
    await openWorkspace();
    await tour();
  } catch (error) {
    await picture("failure");
    console.error(String(error));
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
