/** A few letters may be wrong; of a short name, fewer. */
const MOST_EDITS = 3;

/** The known name that is meant, if one is near: a slip of the keys, another case, or the last part of a longer name. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const allowed = Math.min(MOST_EDITS, Math.floor(name.length / 3));
  let best: { readonly name: string; readonly edits: number } | undefined;
  for (const candidate of known) {
    const edits =
      candidate.toLowerCase() === name.toLowerCase() ? 0 : editsBetween(name.toLowerCase(), candidate.toLowerCase());
    if (candidate !== name && edits <= allowed && edits < (best?.edits ?? Number.POSITIVE_INFINITY)) {
      best = { name: candidate, edits };
    }
  }
  return best?.name;
}

/** `; did you mean 'amountMilli'?`, or nothing. */
export function suggestion(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`;
}

/** Insertions, deletions, replacements and swaps of neighbours from one text to the other. */
function editsBetween(one: string, other: string): number {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      let edits = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost);
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwap) edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      next.push(edits);
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
}
