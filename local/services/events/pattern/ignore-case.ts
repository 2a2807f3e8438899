/**
 * Case-insensitive comparison as event-ruler does it: each character of the pattern stands for its lower-case and for its
 * upper-case form, either of which may have another length (`ß` stands for `ß` and `SS`), and each only for itself
 * (`SS` does not stand for `ß`).
 */
export type CaseForms = readonly (readonly string[])[];

/** The forms that each character of a pattern stands for. */
export function caseForms(pattern: string): CaseForms {
  return Array.from(pattern, character => [...new Set([character.toLowerCase(), character.toUpperCase()])]);
}

/** Where in `value` the forms may end when they begin at `from`. */
export function endsOfForms(value: string, forms: CaseForms, from: number): readonly number[] {
  let ends = [from];
  for (const alternatives of forms) {
    ends = ends.flatMap(end => alternatives.filter(form => value.startsWith(form, end)).map(form => end + form.length));
    if (ends.length === 0) return ends;
  }
  return ends;
}

export function equalsIgnoringCase(value: string, forms: CaseForms): boolean {
  return endsOfForms(value, forms, 0).includes(value.length);
}

export function startsWithIgnoringCase(value: string, forms: CaseForms): boolean {
  return endsOfForms(value, forms, 0).length > 0;
}

export function endsWithIgnoringCase(value: string, forms: CaseForms): boolean {
  const shortest = forms.reduce((length, alternatives) => length + Math.min(...alternatives.map(f => f.length)), 0);
  const longest = forms.reduce((length, alternatives) => length + Math.max(...alternatives.map(f => f.length)), 0);
  for (let length = shortest; length <= Math.min(longest, value.length); length++) {
    if (endsOfForms(value, forms, value.length - length).includes(value.length)) return true;
  }
  return false;
}

/**
 * The pattern in small letters, when it is of ASCII characters that have no other form outside ASCII: its forms are then
 * as long as itself and told from it by the case of `A` to `Z` alone.
 */
export function asciiForm(forms: CaseForms): string | undefined {
  if (!forms.every(alternatives => alternatives.every(form => isAscii(form)))) return undefined;
  return forms.map(([lower = '']) => lower).join('');
}

/** An ASCII text in small letters; no other equals a pattern that is ASCII. */
export function lowerAscii(text: string): string | undefined {
  return isAscii(text) ? text.toLowerCase() : undefined;
}

function isAscii(text: string): boolean {
  return !/[^\p{ASCII}]/u.test(text);
}
