// What passes between editor and server is completed here: arguments, settings, shown documents.

import { CancellationTokenSource, type ExtensionContext } from "vscode";
import type { LanguageClient, Middleware } from "vscode-languageclient/node";
import { commandArguments } from "./arguments";
import { isBeside, showBeside } from "./beside";
import type { Inline } from "./inline";
import type { Previews } from "./preview";
import { SECTION, serverSettings } from "./settings";

/** An edit is not taken back half way. */
const NEVER = new CancellationTokenSource().token;

export interface Parts {
  readonly context: ExtensionContext;
  readonly inline: Inline;
  readonly previews: Previews;
  readonly client: () => LanguageClient | undefined;
}

export function middleware({ context, inline, previews, client }: Parts): Middleware {
  return {
    executeCommand: async (command, given: unknown[], next) => {
      const running = client();
      if (running === undefined) return undefined;
      const args = await commandArguments(running, command, given);
      return args === undefined ? undefined : (next(command, args) as unknown);
    },
    provideInlineCompletionItems: async (document, position, trigger, token, next) => {
      const items = await next(document, position, trigger, token);
      if (!token.isCancellationRequested) inline.answered(document, position, items);
      return items;
    },
    workspace: {
      // Both ways of asking get what the user set, not the defaults that VS Code would add.
      configuration: ({ items }) => items.map(() => serverSettings(context)),
      didChangeConfiguration: async () => {
        const settings = { [SECTION]: serverSettings(context) };
        await client()?.sendNotification("workspace/didChangeConfiguration", { settings });
      },
      handleApplyEdit: (params, next) => previews.apply(params, (edit) => next(edit, NEVER)),
    },
    window: {
      showDocument: async (params, token, next) => {
        if (isBeside(params)) return { success: await showBeside(params) };
        return next(params, token);
      },
    },
  };
}
