// The newcomer's first minutes in VS Code; each step is reported with its seconds.
import {
  acted,
  cursorAt,
  ghostInTime,
  openFile,
  page,
  picture,
  report,
  run,
  STATUS_ITEM,
  textOf,
  typeAtTheEnd,
} from "../../tests/editors/vscode_browser.mjs";

const { NEXT } = process.env;
const PATIENCE_MS = Number(process.env.PATIENCE_MS);
let last = performance.now();

function done(step) {
  const now = performance.now();
  report(step, ((now - last) / 1000).toFixed(1));
  last = now;
}

await run(async () => {
  done("editor opened");
  await textOf(STATUS_ITEM, /full/, PATIENCE_MS);
  done("server installed out of the extension, and ready");
  await openFile("names.py");
  await typeAtTheEnd();
  await ghostInTime(PATIENCE_MS);
  done("first ghost text");
  await picture("newcomer");
  last = performance.now();
  // The first Home stops at the indentation.
  const clear = async () => {
    for (const key of ["Escape", "Home", "Home", "Shift+End", "Delete"]) await page.keyboard.press(key);
  };
  await acted(clear, (timeout) => cursorAt(/Col 1$/, timeout));
  await page.keyboard.type(NEXT);
  await ghostInTime(PATIENCE_MS);
  done("the next one");
});
