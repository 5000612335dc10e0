// What a user sees whose server can't be found.
import { notification, report, run, SLOW_MS } from "./vscode_browser.mjs";

await run(async () => {
  report("message", await notification(/was not found/, SLOW_MS));
});
