// API keys as the secret storage holds them: JSON, whose values are the keys by variable.

export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** The keys in a stored text; undefined for one that holds none because it was damaged. */
export function keysIn(text: string | undefined): Record<string, string> | undefined {
  if (text === undefined) return {};
  try {
    const stored: unknown = JSON.parse(text);
    if (typeof stored !== "object" || stored === null || Array.isArray(stored)) return undefined;
    const entries = Object.entries(stored as Record<string, unknown>);
    const isKey = ([name, key]: [string, unknown]) => VARIABLE.test(name) && typeof key === "string";
    return Object.fromEntries(entries.filter(isKey)) as Record<string, string>;
  } catch {
    return undefined;
  }
}
