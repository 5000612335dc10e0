// The first start on a machine without a server: the bundled one is installed, with progress.

import { type LogOutputChannel, ProgressLocation, window, workspace } from "vscode";
import { candidates, findBase } from "./base_python";
import { type Environment, type Installed } from "./environment";
import { find, run, selectedPython } from "./machine";

/** Install the bundled server into its private environment; or say why that can't be. */
export async function install(environment: Environment, log: LogOutputChannel): Promise<Installed> {
  const commands = candidates(find, await selectedPython(), process.platform === "win32");
  const search = await findBase(commands, run);
  if ("reason" in search) return search;
  const abort = new AbortController();
  const options = {
    location: ProgressLocation.Notification,
    title: "Gearshift: setting up its server (once)",
    cancellable: true,
  };
  return window.withProgress(options, (progress, token) => {
    token.onCancellationRequested(() => abort.abort());
    return environment.make({
      base: search.base,
      run,
      signal: abort.signal,
      report: (message) => progress.report({ message }),
      log: (line) => log.debug(line),
      proxy: workspace.getConfiguration("http").get<string>("proxy") || undefined,
    });
  });
}
