// What is offered as ghost text, followed through the edits: shown once, and taken in part or whole.

export interface Change {
  readonly line: number;
  readonly character: number;
  /** Length of the text that was replaced. */
  readonly replaced: number;
  readonly text: string;
}

export interface Offer<C> {
  readonly uri: string;
  readonly line: number;
  /** The cursor's column, where the rest of the text begins. */
  readonly character: number;
  /** The whole text of the item, as the server sent it. */
  readonly text: string;
  /** What of it stands before the cursor already. */
  readonly typed: number;
  readonly command: C;
}

/** A part that was taken; `length` counts UTF-16 units from the beginning of the item's text. */
export interface Taken<C> {
  readonly command: C;
  readonly length: number;
}

/** The pairs that editors close by themselves when the first of them is typed. */
const PAIRS = new Set(["()", "[]", "{}", '""', "''", "``", "<>"]);

export class Offered<C> {
  private current: Offer<C> | undefined;

  /** Take note of what is offered now; true if it was not shown already. */
  show(offer: Offer<C>): boolean {
    const last = this.current;
    this.current = offer;
    return (
      last === undefined ||
      last.uri !== offer.uri ||
      last.line !== offer.line ||
      rest(last) !== rest(offer)
    );
  }

  /** Follow an edit; a part of the offer that came in one piece was taken, not typed. */
  edited(uri: string, changes: readonly Change[]): Taken<C> | undefined {
    const offer = this.current;
    const [change, ...others] = changes;
    // An event without changes tells that the file was saved, or has to be.
    if (offer === undefined || offer.uri !== uri || change === undefined) return undefined;
    this.current = undefined;
    if (others.length > 0 || !follows(offer, change)) return undefined;
    const left = rest(offer).slice(change.text.length);
    if (left === "") return undefined; // accepted whole: the item's own command tells it
    this.current = moved(offer, change.text);
    const isTyped = change.text.length === 1 || PAIRS.has(change.text);
    return isTyped ? undefined : { command: offer.command, length: this.current.typed };
  }
}

function rest<C>({ text, typed }: Offer<C>): string {
  return text.slice(typed);
}

function follows<C>(offer: Offer<C>, { line, character, replaced, text }: Change): boolean {
  const isHere = line === offer.line && character === offer.character && replaced === 0;
  return isHere && text !== "" && rest(offer).startsWith(text);
}

function moved<C>(offer: Offer<C>, text: string): Offer<C> {
  const lines = text.split("\n");
  const last = lines.at(-1) ?? "";
  const isSameLine = lines.length === 1;
  return {
    ...offer,
    line: offer.line + lines.length - 1,
    character: isSameLine ? offer.character + text.length : last.length,
    typed: offer.typed + text.length,
  };
}
