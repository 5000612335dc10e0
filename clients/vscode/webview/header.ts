// The head of the panel: gear, state and message, and the buttons that change them.

import type { Action } from "../src/panel/messages";
import type { Status } from "../src/protocol";
import { acceptance } from "../src/status_text";
import { amounts } from "../src/words";
import { h } from "./dom";

const GEARS: Record<Status["gear"], string> = {
  full: "heavy tasks run on the full model",
  saver: "what can be verified runs on the mini model first",
  mini: "heavy tasks run on the mini model",
  local: "only a fallback or another source can serve",
};

const TIERS = [
  ["useAuto", "By the quota", "Choose the model by the quota"],
  ["useFull", "Full", "Use the full model until the quota resets"],
  ["useMini", "Mini", "Use the mini model until the quota resets"],
] as const;

export class Header {
  readonly element: HTMLElement;
  private readonly gear = h("span", { class: "gear" });
  private readonly meaning = h("span", { class: "muted" });
  private readonly message = h("p", { role: "status" });
  private readonly today = h("p", { class: "muted" });
  private readonly tiers: Map<Action, HTMLButtonElement>;
  private readonly pause: HTMLButtonElement;
  private readonly setup: HTMLButtonElement;
  private readonly restart: HTMLButtonElement;
  private isPaused = false;

  constructor(private readonly run: (action: Action) => void) {
    this.tiers = new Map(
      TIERS.map(([action, text, title]) => [action, this.button(action, text, title)]),
    );
    this.pause = h("button", { type: "button" }, "Pause");
    this.pause.addEventListener("click", () => run(this.isPaused ? "resume" : "pause"));
    this.setup = this.button("setup", "Set up models", "Choose the models in a terminal");
    this.restart = this.button("restart", "Restart the server", "Restart the server");
    const override = h("div", { class: "group", role: "group", "aria-label": "Model for heavy tasks" });
    override.append(...this.tiers.values());
    const others = h("div", { class: "buttons" }, this.pause, this.setup, this.restart);
    others.append(
      this.button("why", "Why?", "Why did the last thing happen, or not?"),
      this.button("showLog", "Log", "Show the log"),
      this.button("menu", "More…", "All commands"),
    );
    this.element = h(
      "header",
      {},
      h("h1", {}, "Gearshift ", this.gear),
      h("p", {}, this.meaning),
      this.message,
      this.today,
      h("div", { class: "bar" }, override, others),
    );
    this.stopped("Waiting for the server.");
  }

  show(status: Status): void {
    const isReady = status.state !== "setup";
    this.gear.textContent = isReady ? `${status.gear} gear` : "no model yet";
    this.meaning.textContent = isReady ? modelWords(status) : "";
    this.say(status.message || (status.state === "ready" ? "" : `State: ${status.state}.`));
    const today = [...amounts(status.today), ...acceptance(status)];
    this.today.textContent = today.length > 0 ? `Today: ${today.join(" · ")}` : "";
    this.isPaused = status.state === "paused";
    this.pause.textContent = this.isPaused ? "Resume" : "Pause";
    this.pause.title = `${this.isPaused ? "Resume" : "Pause"} inline completions`;
    const chosen = { full: "useFull", mini: "useMini" } as const;
    const pressed = status.override === null ? "useAuto" : chosen[status.override];
    for (const [action, button] of this.tiers) {
      button.setAttribute("aria-pressed", String(action === pressed));
    }
    this.enable(true);
    this.setup.hidden = isReady;
    this.restart.hidden = true;
  }

  stopped(reason: string): void {
    this.gear.textContent = "not running";
    this.meaning.textContent = "";
    this.say(reason);
    this.enable(false);
    this.setup.hidden = true;
    this.restart.hidden = false;
  }

  private enable(isRunning: boolean): void {
    for (const button of [...this.tiers.values(), this.pause]) button.disabled = !isRunning;
  }

  /** Said anew only when it differs: a screen reader speaks it each time. */
  private say(text: string): void {
    if (this.message.textContent !== text) this.message.textContent = text;
  }

  private button(action: Action, text: string, title: string): HTMLButtonElement {
    const button = h("button", { type: "button", title, "data-action": action }, text);
    button.addEventListener("click", () => this.run(action));
    return button;
  }
}

function modelWords(status: Status): string {
  const models = Object.entries(status.models).flatMap(([name, model]) =>
    model ? [`${name}: ${model}`] : [],
  );
  return [GEARS[status.gear], ...models].join(" · ");
}
