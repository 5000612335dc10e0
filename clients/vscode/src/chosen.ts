// What the user chose among the levels of an editor's settings, and the server's shape of it.

export interface Inspection {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

type Table = Record<string, unknown>;

/** The value that the user set, tables merged with the inner level on top; undefined if none. */
export function chosen(inspection: Inspection | undefined): unknown {
  const levels = [
    inspection?.globalValue,
    inspection?.workspaceValue,
    inspection?.workspaceFolderValue,
  ].filter((value) => value !== undefined);
  if (levels.length > 1 && levels.every(isTable)) {
    return Object.assign({}, ...levels) as Table;
  }
  return levels.at(-1);
}

/** `[["inline.enable", true]]` as `{inline: {enable: true}}`. */
export function nested(entries: readonly (readonly [string, unknown])[]): Table {
  const root: Table = {};
  for (const [key, value] of entries) {
    const path = key.split(".");
    const last = path.pop() ?? key;
    let table = root;
    for (const part of path) {
      const next = table[part];
      table = isTable(next) ? next : ((table[part] = {}) as Table);
    }
    table[last] = value;
  }
  return root;
}

/** Settings for a workspace that is not trusted: its code is not run and its file not read. */
export function restricted(settings: Table): Table {
  const part = (key: string): Table => (isTable(settings[key]) ? (settings[key] as Table) : {});
  return {
    ...settings,
    project: { ...part("project"), enable: false },
    verify: { ...part("verify"), run: "never" },
  };
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
