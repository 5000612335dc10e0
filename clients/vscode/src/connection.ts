// The server's life: found or installed, started, restarted, stopped; and what to tell when it can't.

import { commands, type Disposable, type ExtensionContext, type LogOutputChannel, window } from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions, State } from "vscode-languageclient/node";
import { CANCELLED, type Environment } from "./environment";
import { Inline } from "./inline";
import { install } from "./installer";
import type { Keys } from "./keys";
import { type Command, explanation, isSame, launch, withPython } from "./launch";
import { FOLDER, machineWith, whenPythonIsSelected } from "./machine";
import { middleware } from "./middleware";
import { Previews } from "./preview";
import { KEYS, type Key, STATUS, type Status, TASK_FINISHED, type TaskFinished } from "./protocol";
import { SECTION, serverCommand, serverSettings } from "./settings";

export interface Listener {
  starting(): void;
  status(status: Status): void;
  taskFinished(task: TaskFinished): void;
  stopped(reason: string): void;
}

export interface Means {
  readonly context: ExtensionContext;
  readonly log: LogOutputChannel;
  readonly keys: Keys;
  /** Where the bundled server is installed; undefined where the extension came without one. */
  readonly environment: Environment | undefined;
  readonly listeners: readonly Listener[];
}

const RUNNING = `${SECTION}.isRunning`;

export class Connection {
  /** How the server was started last. */
  command: Command | undefined;
  private client: LanguageClient | undefined;
  /** One start or stop at a time: a restart waits for the start before it. */
  private turn: Promise<void> = Promise.resolve();
  private selection: Disposable | undefined;
  private readonly previews = new Previews();
  private readonly inline = new Inline(() => this.client);

  constructor(private readonly means: Means) {
    means.context.subscriptions.push(this, this.previews, this.inline);
  }

  start(): Promise<void> {
    return this.inTurn(() => this.open());
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.close());
  }

  restart(): Promise<void> {
    return this.inTurn(() => this.reopen());
  }

  dispose(): void {
    this.selection?.dispose();
  }

  /** Ask the server; undefined while it does not run, and for what an older one does not know. */
  async ask<T>(method: string): Promise<T | undefined> {
    if (!this.client?.isRunning()) return undefined;
    try {
      return await this.client.sendRequest<T>(method);
    } catch (error) {
      this.means.log.warn(`${method}: ${String(error)}`);
      return undefined;
    }
  }

  /** Ask for an API key and store it. */
  async askKey(): Promise<void> {
    const known = await this.ask<{ keys: Key[] }>(KEYS);
    await this.means.keys.ask(known?.keys ?? []);
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step, step);
    return this.turn;
  }

  private async open(): Promise<void> {
    for (const each of this.means.listeners) each.starting();
    const found = await this.find();
    if (typeof found === "string") {
      await this.fail(found);
      return;
    }
    this.command = found;
    const words = [found.command, ...found.args].join(" ");
    this.means.log.info(`Starting ${words}`);
    const client = this.build(found, await this.means.keys.environment());
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.means.log.error(String(error));
      await this.fail(`Gearshift's server ended while it was starting (${words}); its log says why.`);
    }
  }

  /** The command that starts the server, installed if need be; or why there is none. */
  private async find(): Promise<Command | string> {
    const { environment, log } = this.means;
    const setting = serverCommand();
    const found = await launch(setting, machineWith(environment));
    this.selection ??= whenPythonIsSelected(() => void this.inTurn(() => this.follow()));
    if (found.found) return found;
    if (setting.length > 0 || environment === undefined) return explanation(found.tried);
    const installed = await install(environment, log);
    return "python" in installed ? withPython(installed.python) : installed.reason;
  }

  /** Start the server again where the Python that is selected now has one of its own. */
  private async follow(): Promise<void> {
    const found = await launch(serverCommand(), machineWith(this.means.environment));
    if (found.found && !isSame(found, this.command)) await this.reopen();
  }

  private async reopen(): Promise<void> {
    await this.close();
    await this.open();
  }

  private build(found: Command, keys: Record<string, string>): LanguageClient {
    const server: ServerOptions = {
      command: found.command,
      args: [...found.args],
      options: { cwd: FOLDER, env: { ...process.env, ...keys } },
    };
    const client = new LanguageClient(SECTION, "Gearshift", server, this.options());
    const { listeners } = this.means;
    client.onNotification(STATUS, (status: Status) => {
      for (const each of listeners) each.status(status);
    });
    client.onNotification(TASK_FINISHED, (task: TaskFinished) => {
      for (const each of listeners) each.taskFinished(task);
    });
    client.onDidChangeState(({ newState }) => {
      void commands.executeCommand("setContext", RUNNING, newState === State.Running);
      if (newState === State.Stopped) this.stopped("The server is not running.");
    });
    return client;
  }

  private options(): LanguageClientOptions {
    const { context, log } = this.means;
    const client = () => this.client;
    return {
      documentSelector: [{ scheme: "file" }, { scheme: "untitled" }],
      outputChannel: log,
      initializationOptions: () => serverSettings(context),
      initializationFailedHandler: () => false,
      middleware: middleware({ context, inline: this.inline, previews: this.previews, client }),
    };
  }

  private async close(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      this.means.log.warn(`The server did not end in order: ${String(error)}`);
    }
  }

  private async fail(reason: string): Promise<void> {
    await this.close();
    this.means.log.error(reason);
    this.stopped(reason);
    void this.offer(reason);
  }

  private stopped(reason: string): void {
    for (const each of this.means.listeners) each.stopped(reason);
  }

  private async offer(reason: string): Promise<void> {
    const [retry, settings, log] = ["Try Again", "Open Settings", "Show Log"] as const;
    const show = reason === CANCELLED ? window.showInformationMessage : window.showErrorMessage;
    const answer = await show(reason, retry, settings, log);
    if (answer === retry) await this.restart();
    if (answer === settings) {
      await commands.executeCommand("workbench.action.openSettings", "gearshift.serverCommand");
    }
    if (answer === log) this.means.log.show();
  }
}
