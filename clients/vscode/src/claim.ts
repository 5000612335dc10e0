// A place that one window works in at a time: who wants it leaves a claim, who is alone has it.

import { randomUUID } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const MARK = ".claim-";

/**
 * Claim a place, named by a path; returns how to give it back, or undefined while another has it.
 *
 * Each claim is a file of its own, there before the others are looked at: of two windows at most
 * one finds itself alone, and the claim of a killed one can be taken away by anybody at any time.
 */
export function claim(place: string): (() => void) | undefined {
  const own = `${place}${MARK}${process.pid}-${randomUUID()}`;
  writeFileSync(own, "", { flag: "wx" });
  const giveBack = (): void => rmSync(own, { force: true });
  if (others(place, own).length === 0) return giveBack;
  giveBack();
  return undefined;
}

/** Whether a file is a claim. */
export function isClaim(name: string): boolean {
  return name.includes(MARK);
}

/** Claims of windows that run; those of windows that are gone are taken away. */
function others(place: string, own: string): string[] {
  const folder = dirname(place);
  const begin = basename(place) + MARK;
  return readdirSync(folder).filter((name) => {
    if (!name.startsWith(begin) || name === basename(own)) return false;
    if (isRunning(Number.parseInt(name.slice(begin.length), 10))) return true;
    rmSync(join(folder, name), { force: true });
    return false;
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // sends nothing, only asks
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
