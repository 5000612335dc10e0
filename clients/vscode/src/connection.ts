// The server's life: found, started, restarted, stopped; and what to tell when it can't start.

import { commands, type ExtensionContext, type LogOutputChannel, window } from "vscode";
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  State,
} from "vscode-languageclient/node";
import { commandArguments } from "./arguments";
import { explanation, type Launch, launch } from "./launch";
import { FOLDER, machine } from "./machine";
import { STATUS, type Status, TASK_FINISHED, type TaskFinished } from "./protocol";
import { SECTION, serverCommand, serverSettings } from "./settings";
import { isBeside, showBeside } from "./beside";

export interface Listener {
  starting(): void;
  status(status: Status): void;
  taskFinished(task: TaskFinished): void;
  stopped(reason: string): void;
}

const RUNNING = `${SECTION}.isRunning`;

export class Connection {
  private client: LanguageClient | undefined;
  /** One start or stop at a time: a restart waits for the start before it. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
    private readonly listener: Listener,
  ) {}

  start(): Promise<void> {
    return this.inTurn(() => this.open());
  }

  stop(): Promise<void> {
    return this.inTurn(() => this.close());
  }

  restart(): Promise<void> {
    return this.inTurn(async () => {
      await this.close();
      await this.open();
    });
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step, step);
    return this.turn;
  }

  private async open(): Promise<void> {
    this.listener.starting();
    const found = await launch(serverCommand(), machine);
    if (!found.found) {
      await this.fail(explanation(found.tried));
      return;
    }
    const words = [found.command, ...found.args].join(" ");
    this.log.info(`Starting ${words}`);
    const client = this.build(found);
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.log.error(String(error));
      await this.fail(`Gearshift's server ended while it was starting (${words}); its log says why.`);
    }
  }

  private build(found: Extract<Launch, { found: true }>): LanguageClient {
    const server: ServerOptions = {
      command: found.command,
      args: [...found.args],
      options: { cwd: FOLDER },
    };
    const client = new LanguageClient(SECTION, "Gearshift", server, this.options());
    client.onNotification(STATUS, (status: Status) => this.listener.status(status));
    client.onNotification(TASK_FINISHED, (task: TaskFinished) => this.listener.taskFinished(task));
    client.onDidChangeState(({ newState }) => {
      void commands.executeCommand("setContext", RUNNING, newState === State.Running);
      if (newState === State.Stopped) this.listener.stopped("The server is not running.");
    });
    return client;
  }

  private options(): LanguageClientOptions {
    const context = this.context;
    return {
      documentSelector: [{ scheme: "file" }, { scheme: "untitled" }],
      outputChannel: this.log,
      initializationOptions: () => serverSettings(context),
      initializationFailedHandler: () => false,
      middleware: {
        executeCommand: async (command, given: unknown[], next) => {
          const client = this.client;
          if (client === undefined) return undefined;
          const args = await commandArguments(client, command, given);
          return args === undefined ? undefined : (next(command, args) as unknown);
        },
        // Both ways of asking get what the user set, not the defaults that VS Code would add.
        workspace: {
          configuration: ({ items }) => items.map(() => serverSettings(context)),
          didChangeConfiguration: async () => {
            const settings = { [SECTION]: serverSettings(context) };
            await this.client?.sendNotification("workspace/didChangeConfiguration", { settings });
          },
        },
        window: {
          showDocument: async (params, token, next) => {
            if (isBeside(params)) return { success: await showBeside(params) };
            return next(params, token);
          },
        },
      },
    };
  }

  private async close(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      this.log.warn(`The server did not end in order: ${String(error)}`);
    }
  }

  private async fail(reason: string): Promise<void> {
    await this.close();
    this.log.error(reason);
    this.listener.stopped(reason);
    void this.offer(reason);
  }

  private async offer(reason: string): Promise<void> {
    const [retry, settings, log] = ["Try Again", "Open Settings", "Show Log"] as const;
    const answer = await window.showErrorMessage(reason, retry, settings, log);
    if (answer === retry) await this.restart();
    if (answer === settings) {
      await commands.executeCommand("workbench.action.openSettings", "gearshift.serverCommand");
    }
    if (answer === log) this.log.show();
  }
}
