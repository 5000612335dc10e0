// A browser on VS Code for the tours beside this file.
// A tour reports one JSON object a line: {"step", "text": what was seen}; it fails with a picture.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { PLAYWRIGHT, CHROMIUM, CHROMIUM_LIBRARIES, ADDRESS, WORKSPACE, PICTURES } = process.env;
const { chromium } = createRequire(import.meta.url)(PLAYWRIGHT);

export const SLOW_MS = 90_000;
const USUAL_MS = 60_000;
/** How long a busy window may take to act on a key or a click before it is taken for lost. */
const AGAIN_MS = 5_000;
/** The same for what does harm when it is done twice. */
const RELUCTANT_MS = 20_000;
const TIMES = 12;
export const STATUS_ITEM = '.statusbar-item[id*="gearshift.status"]';
export const ROW = ".quick-input-list .monaco-list-row";
export const GHOST = ".ghost-text, .ghost-text-decoration, .suggest-preview-text";
const QUICK_INPUT = ".quick-input-widget";
const FOCUSED = `${ROW}.focused`;
/** Where the cursor is, in the status bar: `Ln 5, Col 1`. */
const PLACE = '[id="status.editor.selection"]';

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  env: { ...process.env, LD_LIBRARY_PATH: CHROMIUM_LIBRARIES },
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
});
const viewport = { width: 1280, height: 760 };
export const page = await browser.newPage({ viewport, reducedMotion: "reduce" });
page.setDefaultNavigationTimeout(SLOW_MS);
page.setDefaultTimeout(USUAL_MS);
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

/**
 * What `look` finds after `act`, which is done again now and then.
 *
 * A key is lost while a frame takes the focus, a click while what it was for is drawn anew.
 * `act` must do no harm when it is done twice; `look` gets the time that it has.
 */
export async function acted(act, look, again = AGAIN_MS) {
  let trouble;
  for (let n = 0; n < TIMES; n++) {
    const failed = await act(n).then(() => undefined, (error) => error);
    try {
      return await look(again);
    } catch (error) {
      trouble = failed ?? error;
    }
  }
  throw trouble;
}

/** Click, until `look` finds what the click is for. */
export function clicked(locator, look) {
  return acted(() => locator.click({ timeout: AGAIN_MS }), look);
}

/** Press a key that is meant for the ghost text, which has to be there. */
export function pressedOnGhost(key, look) {
  const press = async () => {
    if (await page.locator(GHOST).first().isVisible()) await page.keyboard.press(key);
  };
  return acted(press, look, RELUCTANT_MS);
}

/** Wait until the cursor is at a place. */
export function cursorAt(place, timeout) {
  return textOf(PLACE, place, timeout);
}

/** Run a command of the palette by its title. */
export async function command(title) {
  await acted(openPalette, (timeout) =>
    page.waitForSelector(`${QUICK_INPUT} input`, { state: "visible", timeout }),
  );
  await choose(`>${title}`, title);
}

/** Open the palette with the keyboard in the window itself, not in a frame that may drop the key. */
async function openPalette() {
  if (await page.locator(QUICK_INPUT).isVisible()) await page.keyboard.press("Escape");
  // One that is still closing would take the keys along.
  await page.waitForSelector(QUICK_INPUT, { state: "hidden", timeout: AGAIN_MS });
  await page.evaluate(() => document.activeElement?.matches("iframe") && document.activeElement.blur());
  await page.keyboard.press("F1");
}

/** Type into the open list, and take the row that has the focus then: the one with `wanted`. */
export async function choose(typed, wanted = typed) {
  const input = page.locator(`${QUICK_INPUT} .quick-input-filter input`).first();
  const pattern = new RegExp(wanted.replace(/[^\w\s]/g, "."));
  await acted(
    () => input.fill(typed, { timeout: AGAIN_MS }),
    (timeout) => textOf(FOCUSED, pattern, timeout),
  );
  // The list is another one, or none, once the key was taken.
  const isOpen = async () => (await input.isVisible()) && (await input.inputValue()) === typed;
  await acted(
    async () => (await isOpen()) && input.press("Enter", { timeout: AGAIN_MS }),
    (timeout) => page.waitForFunction(
      ([selector, typed]) => {
        const input = document.querySelector(selector);
        return !input?.checkVisibility() || input.value !== typed;
      },
      [`${QUICK_INPUT} .quick-input-filter input`, typed],
      { timeout },
    ),
  );
}

/** The words of a notification; one that hid itself meanwhile is brought back. */
export async function notification(wanted, timeout = USUAL_MS) {
  const end = Date.now() + timeout;
  const shown = (timeout) => textOf(".notification-list-item", wanted, timeout);
  for (;;) {
    try {
      return await shown(AGAIN_MS);
    } catch (error) {
      if (Date.now() > end) throw error;
      await command("Notifications: Show Notifications");
    }
  }
}

/** Press a button of a notification, until `look` finds what it is for. */
export function answered(words, button, look) {
  const answer = async () => {
    await notification(words);
    await page.getByRole("button", { name: button }).first().click({ timeout: AGAIN_MS });
  };
  return acted(answer, look);
}

/** The document inside of the panel's frames. */
export async function panelFrame(timeout = USUAL_MS) {
  const outer = await (await page.waitForSelector("iframe.webview.ready", { timeout })).contentFrame();
  const inner = await (await outer.waitForSelector("iframe#active-frame", { timeout })).contentFrame();
  await inner.waitForSelector("#panel h1", { timeout });
  return inner;
}

/** Give a text editor of the file the focus. */
export async function focusEditor(name) {
  await clicked(page.getByRole("tab", { name }).first(), (timeout) =>
    textOf(".tab.active", new RegExp(name.replace(".", "\\.")), timeout),
  );
  const editor = `.editor-instance .monaco-editor[data-uri$="${name}"]`;
  await clicked(page.locator(`${editor} .view-lines`).first(), (timeout) =>
    page.waitForSelector(`${editor}.focused`, { timeout }),
  );
}

/** Open a file of the explorer, and wait until the server has said how things are. */
export async function openFile(name, level = 1) {
  const row = `.explorer-folders-view .monaco-list-row[aria-level="${level}"]`;
  await acted(
    () => page.locator(row).getByText(name, { exact: true }).first().dblclick({ timeout: AGAIN_MS }),
    (timeout) => page.waitForSelector(`.monaco-editor[data-uri$="${name}"] .view-line`, { timeout }),
  );
  await textOf(STATUS_ITEM, /full/, SLOW_MS);
  await focusEditor(name);
}

/** Type at the end of the last line that holds something, where the story's suggestion belongs. */
export async function typeAtTheEnd() {
  // Each place differs from the one before, so that none is taken for reached too early.
  for (const [key, place] of [
    ["Control+Home", /Ln 1, Col 1$/],
    ["Control+End", /Ln (?!1,)\d+, Col 1$/],
    ["ArrowLeft", /Col (?!1$)\d+$/],
  ]) {
    await acted(() => page.keyboard.press(key), (timeout) => cursorAt(place, timeout), RELUCTANT_MS);
  }
  const place = await page.locator(PLACE).first().textContent();
  const type = async () => {
    if ((await page.locator(PLACE).first().textContent()) === place) await page.keyboard.type(" ");
  };
  const isElsewhere = (timeout) =>
    page.waitForFunction(
      ([selector, place]) => document.querySelector(selector)?.textContent !== place,
      [PLACE, place],
      { timeout },
    );
  await acted(type, isElsewhere, RELUCTANT_MS);
}

/** The ghost text that comes while one types on; a model that is still loading offers none. */
export async function ghostInTime(timeout) {
  const end = Date.now() + timeout;
  for (;;) {
    try {
      return await textOf(GHOST, /\w/, 2 * AGAIN_MS);
    } catch (error) {
      if (Date.now() > end) throw error;
      await page.keyboard.press("Backspace");
      await page.keyboard.type(" ");
    }
  }
}

/**
 * Save all, until a file of the workspace with such a name holds `wanted` on disk.
 *
 * A tab says nothing of that: where the editor saves by itself it is never marked, and a file that
 * is being written is empty for a moment.
 */
export async function saved(name, wanted) {
  const holds = () =>
    readdirSync(WORKSPACE, { recursive: true })
      .filter((path) => name.test(path))
      .some((path) => wanted.test(readFileSync(join(WORKSPACE, path), "utf8")));
  await acted(
    () => command("File: Save All"),
    async (timeout) => {
      for (const end = Date.now() + timeout; !holds(); await page.waitForTimeout(100)) {
        if (Date.now() > end) throw new Error(`${name} was not saved with ${wanted}`);
      }
    },
  );
}

/** Open the workspace and wait until it is there; another than the story's if told. */
export async function openWorkspace(query = { folder: WORKSPACE }) {
  // A workspace of several folders comes up without any of them now and then: a slow disk will do.
  await acted(
    () => page.goto(`${ADDRESS}/?${new URLSearchParams(query)}`),
    () => page.waitForSelector(".explorer-folders-view .monaco-list-row", { timeout: SLOW_MS / 2 }),
  );
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
