// Windows of other kinds: a workspace that is not trusted, two folders at once, the walkthrough.
import { readFileSync } from "node:fs";
import {
  acted,
  choose,
  clicked,
  command,
  focusEditor,
  GHOST,
  notification,
  openFile,
  openWorkspace,
  page,
  picture,
  pressedOnGhost,
  report,
  run,
  SLOW_MS,
  STATUS_ITEM,
  textOf,
  typeAtTheEnd,
} from "./vscode_browser.mjs";

const { SERVER_PID, TWO_FOLDERS } = process.env;
const server = () => readFileSync(SERVER_PID, "utf8");

async function restrict() {
  await openFile("shop.py");
  await typeAtTheEnd();
  report("ghost without trust", await textOf(GHOST, /total/));
  await pressedOnGhost("Tab", (timeout) => textOf(".view-lines", /\+ f"\{total:\.2f\}"/, timeout));
  await command("Gearshift: Generate Tests");
  report("tests without trust", await notification(/Manage Trust/, SLOW_MS));
  await picture("untrusted");
  await command("Notifications: Clear All Notifications");
  await command("File: Save All");
}

async function trust() {
  const over = async () => {
    await page.locator(".statusbar").hover({ position: { x: 500, y: 5 } });
    await page.locator(STATUS_ITEM).first().hover();
  };
  const tooltip = (timeout) => textOf(".monaco-hover, .workbench-hover", /not trusted/, timeout);
  report("tooltip without trust", await acted(over, tooltip));
  await picture("untrusted-tooltip");
  await command("Workspaces: Manage Workspace Trust");
  const trust = page.locator(".workspace-trust-editor").getByRole("button", { name: "Trust", exact: true });
  await clicked(trust, (timeout) => textOf(".workspace-trust-editor", /You trust this/, timeout));
  report("with trust", await notification(/was not found/));
}

async function combine() {
  await openWorkspace({ workspace: TWO_FOLDERS });
  await openFile("shop.py", 2);
  const before = server();
  await openFile("margins.py", 2);
  const ask = async (n) => {
    await focusEditor("margins.py");
    await typeAtTheEnd();
    // The palette takes the focus, which withdraws a request that still waits for its pause.
    await page.waitForTimeout(1000 * (n + 1));
    await command("Gearshift: Why?");
  };
  report("kept in", await acted(ask, (timeout) => textOf(".notification-toast", /not sent/, timeout)));
  await command("Notifications: Clear All Notifications");
  await openFile("cashier.py", 2);
  await typeAtTheEnd();
  report("in the other folder", await textOf(GHOST, /total/));
  report("servers more", String(Number(server() !== before)));
  await picture("two-folders");
  await command("File: Save All");
}

async function walk() {
  await command("Welcome: Open Walkthrough...");
  await choose("Get started with Gearshift");
  // Beside the side bar there would be no room for the steps' own pages.
  await command("View: Toggle Primary Side Bar Visibility");
  const steps = page.locator(".gettingStartedContainer .getting-started-step");
  report("steps", await textOf(".gettingStartedContainer", /Choose the models[^]*Type, and accept[^]*quota/));
  for (let n = 0; n < (await steps.count()); n++) {
    await acted(
      () => steps.nth(n).click(),
      (timeout) => steps.nth(n).locator(".step-description-container").waitFor({ timeout }),
    );
    await picture(`walkthrough-${n + 1}`);
  }
}

await run(async () => {
  await restrict();
  await trust();
  await combine();
  await walk();
});
