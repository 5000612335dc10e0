// The first start on a machine without the server: it comes out of the extension, with progress.
import { picture, report, run, SLOW_MS, STATUS_ITEM, textOf } from "./vscode_browser.mjs";

await run(async () => {
  report("progress", await textOf(".notification-toast", /setting up its server/, SLOW_MS));
  await textOf(".notification-toast", /install|collect|download/, SLOW_MS);
  await picture("first-start");
  report("status", await textOf(STATUS_ITEM, /full 0%/, 4 * SLOW_MS));
});
