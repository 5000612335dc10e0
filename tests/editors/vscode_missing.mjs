// What a user sees whose server can't be found.
import { report, run, SLOW_MS, textOf } from "./vscode_browser.mjs";

await run(async () => {
  report("message", await textOf(".notification-toast", /was not found/, SLOW_MS));
});
