// The one place that reads settings: what the user set is passed on whole, known or not by name.

import { type ExtensionContext, workspace } from "vscode";
import { chosen, type Inspection, nested, restricted } from "./chosen";

export const SECTION = "gearshift";

/** The settings of the server that the user set, in its own shape; defaults are the server's. */
export function serverSettings(context: ExtensionContext): Record<string, unknown> {
  const configuration = workspace.getConfiguration(SECTION);
  const found: [string, unknown][] = [];
  for (const name of serverKeys(context)) {
    const key = name.slice(SECTION.length + 1);
    const inspection = configuration.inspect(key) as Inspection | undefined;
    const value = chosen(workspace.isTrusted ? inspection : own(inspection));
    if (value !== undefined) found.push([key, value]);
  }
  return workspace.isTrusted ? nested(found) : restricted(nested(found));
}

/** Program and arguments of `gearshift.serverCommand`; empty when not set. */
export function serverCommand(): readonly string[] {
  const command: unknown = workspace.getConfiguration(SECTION).get("serverCommand");
  if (!Array.isArray(command)) return [];
  return command.filter((part): part is string => typeof part === "string" && part !== "");
}

/** What the user set for all workspaces. */
function own(inspection: Inspection | undefined): Inspection {
  return { globalValue: inspection?.globalValue };
}

/** Names of the settings that are the server's: all but the first group in package.json. */
function serverKeys(context: ExtensionContext): string[] {
  const manifest = context.extension.packageJSON as {
    contributes: { configuration: { properties: Record<string, unknown> }[] };
  };
  const [, ...groups] = manifest.contributes.configuration;
  return groups.flatMap((group) => Object.keys(group.properties));
}
