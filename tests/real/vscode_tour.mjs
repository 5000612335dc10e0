// VS Code with the embedded models: ghost text accepted, tests generated.
import {
  answered,
  clicked,
  command,
  cursorAt,
  focusEditor,
  GHOST,
  ghostInTime,
  notification,
  openFile,
  page,
  picture,
  pressedOnGhost,
  report,
  run,
  saved,
  SLOW_MS,
  textOf,
  typeAtTheEnd,
} from "../editors/vscode_browser.mjs";

const { SUBJECT } = process.env;
/** How long a model may load and write on a machine that does other things as well. */
const MODEL_MS = 8 * SLOW_MS;

async function complete() {
  await openFile("brew.py");
  await typeAtTheEnd();
  report("ghost", await ghostInTime(MODEL_MS));
  await picture("real-ghost");
  await pressedOnGhost("Tab", (timeout) => page.waitForSelector(GHOST, { state: "hidden", timeout }));
  await saved(/brew\.py$/, /fills\."""\s+return \S/);
}

async function generateTests() {
  await focusEditor("brew.py");
  await clicked(page.locator(".view-line", { hasText: SUBJECT }).first(), (timeout) =>
    cursorAt(/Ln 4,/, timeout),
  );
  await command("Gearshift: Generate Tests");
  report("tests", await notification(/Open Tests/, MODEL_MS));
  await picture("real-tests");
  await answered(/Open Tests/, "Open Tests", (timeout) => textOf(".tab.active", /test_brew/, timeout));
  await saved(/test_brew\.py$/, /import water/);
}

await run(async () => {
  await complete();
  await generateTests();
});
