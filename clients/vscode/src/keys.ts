// API keys in the editor's secret storage: handed to the server in its environment, shown nowhere.

import { type Disposable, type SecretStorage, window } from "vscode";
import type { Key } from "./protocol";
import { keysIn, VARIABLE } from "./stored_keys";

const SECRET = "gearshift.keys";
const OTHER = "Another variable…";
const DAMAGED =
  "Gearshift: the API keys in this editor's secret storage can't be read any more. " +
  "Set them again with `Gearshift: Set API Key…`.";

export class Keys {
  constructor(private readonly secrets: SecretStorage) {}

  /** The stored keys by environment variable; the user is told of keys that can't be read. */
  async environment(): Promise<Record<string, string>> {
    const keys = keysIn(await this.stored());
    if (keys === undefined) void window.showWarningMessage(DAMAGED);
    return keys ?? {};
  }

  private async stored(): Promise<string | undefined> {
    try {
      return await this.secrets.get(SECRET);
    } catch {
      return ""; // a keyring that can't decrypt what it holds
    }
  }

  /** Told when a key was stored or forgotten, in any window. */
  onDidChange(run: () => void): Disposable {
    return this.secrets.onDidChange(({ key }) => {
      if (key === SECRET) run();
    });
  }

  /** Ask for a key and store it; `known` are the variables that the server looks in. */
  async ask(known: readonly Key[]): Promise<void> {
    const stored = await this.environment();
    const variable = await chooseVariable(known, stored);
    if (variable === undefined) return;
    const key = await window.showInputBox({
      title: `Gearshift: ${variable}`,
      prompt: "Kept in the editor's secret storage, and given to Gearshift's server only.",
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) =>
        /^[\x21-\x7e]*$/.test(text.trim()) ? undefined : "A key has no spaces, and no letters beyond ASCII.",
    });
    if (!key?.trim()) return;
    await this.store({ ...stored, [variable]: key.trim() });
  }

  /** Ask which key to forget, and forget it. */
  async forget(): Promise<void> {
    const { ...stored } = await this.environment();
    const names = Object.keys(stored);
    if (names.length === 0) {
      void window.showInformationMessage("Gearshift: no key is stored in this editor.");
      return;
    }
    const variable = await window.showQuickPick(names, { title: "Gearshift: forget a key" });
    if (variable === undefined) return;
    delete stored[variable];
    await this.store(stored);
  }

  private async store(keys: Record<string, string>): Promise<void> {
    if (Object.keys(keys).length === 0) await this.secrets.delete(SECRET);
    else await this.secrets.store(SECRET, JSON.stringify(keys));
  }
}

async function chooseVariable(
  known: readonly Key[],
  stored: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const items = known.map(({ variable, models, isSet }) => ({
    label: variable,
    description: [
      models.length > 0 ? `for ${models.join(", ")}` : "",
      variable in stored ? "stored here" : isSet ? "set in the environment" : "",
    ]
      .filter((text) => text !== "")
      .join(" · "),
  }));
  items.push({ label: OTHER, description: "the name that a model's apiKeyEnv has" });
  const title = "Gearshift: set an API key";
  const chosen = await window.showQuickPick(items, { title, placeHolder: "Which key?" });
  if (chosen?.label !== OTHER) return chosen?.label;
  return window.showInputBox({
    title,
    prompt: "Name of the environment variable",
    validateInput: (text) => (VARIABLE.test(text) ? undefined : "This must be a variable's name."),
  });
}
