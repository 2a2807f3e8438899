/** A wildcard, taken apart: the literal texts between its stars. */
export interface Wildcard {
  readonly literals: readonly string[];
}

/** Takes a wildcard apart: `*` stands for any characters or none, `\*` and `\\` for themselves. */
export function parseWildcard(text: string): Wildcard | { readonly reason: string } {
  const literals = [''];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    const next = text[at + 1];
    if (character === '*') {
      if (next === '*') return { reason: `wildcard "${text}": two stars in a row` };
      literals.push('');
      continue;
    }
    if (character === '\\') {
      if (next !== '*' && next !== '\\') return { reason: `wildcard "${text}": \\ must stand before * or \\` };
      at++;
    }
    literals.push((literals.pop() ?? '') + (character === '\\' ? next : character));
  }
  return { literals };
}

/** Whether a text is the literals in order: the first at its start, the last at its end, anything between. */
export function matchesWildcard(text: string, { literals }: Wildcard): boolean {
  const [first = '', ...others] = literals;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let from = first.length;
  for (const literal of others) {
    const found = text.indexOf(literal, from);
    if (found < 0) return false;
    from = found + literal.length;
  }
  return from <= text.length - last.length;
}
