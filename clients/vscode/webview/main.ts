// The panel's script: sections made once, and filled anew with each message of the extension.

import type { Shown, Told } from "../src/panel/messages";
import type { Shift, Status } from "../src/protocol";
import { clock } from "../src/words";
import { h, row, table } from "./dom";
import { Header } from "./header";
import { meters } from "./quota";
import { RequestsSection } from "./requests";
import { SpendSection } from "./spend";

/** Times until a reset are told anew without a message. */
const MINUTE_MS = 60_000;

declare function acquireVsCodeApi(): { postMessage(message: Told): void };

const editor = acquireVsCodeApi();
const header = new Header((action) => editor.postMessage({ kind: "run", action }));
const spend = new SpendSection();
const requests = new RequestsSection();
const windows = h("div", { class: "windows" });
const shifts = h("tbody");
const history = table("Gear history", ["Time", "Gear", "Why"], shifts);
const noShift = h("p", { class: "muted" }, "The gear has not changed.");
let status: Status | undefined;

function showWindows(): void {
  if (status !== undefined) windows.replaceChildren(...meters(status, new Date()));
}

function showShifts(found: readonly Shift[]): void {
  const now = new Date();
  noShift.hidden = found.length > 0;
  history.hidden = found.length === 0;
  const rows = found.map(({ at, from, to, reason }) =>
    row([clock(new Date(at), now), `${from} → ${to}`, reason], ["", "", "why"]),
  );
  shifts.replaceChildren(...rows);
}

function receive(shown: Shown): void {
  if (shown.kind === "status") {
    status = shown.status;
    header.show(status);
    showWindows();
  }
  if (shown.kind === "stopped") header.stopped(shown.reason);
  if (shown.kind === "requests") requests.show(shown.requests);
  if (shown.kind === "shifts") showShifts(shown.shifts);
  if (shown.kind === "spend") spend.show(shown.spend);
}

function section(id: string, title: string, ...content: HTMLElement[]): HTMLElement {
  return h("section", { "aria-labelledby": id }, h("h2", { id }, title), ...content);
}

const panel = document.getElementById("panel");
panel?.append(
  header.element,
  section("quota", "Quota", windows),
  spend.element,
  section("gears", "Gear history", noShift, history),
  requests.element,
);
panel?.removeAttribute("aria-busy");
showShifts([]);
// Only the extension can post here: a webview's window has no other opener or frame with scripts.
window.addEventListener("message", ({ data }: MessageEvent<Shown>) => receive(data));
setInterval(showWindows, MINUTE_MS);
editor.postMessage({ kind: "ready" });
