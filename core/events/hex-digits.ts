const TWO_DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Bytes of a word in hexadecimal digits, two for each; `first` 0 is its uppermost. Quicker than formatting and padding. */
export function hexBytes(word: number, first: number, end: number): string {
  let text = '';
  for (let byte = first; byte < end; byte++) text += TWO_DIGITS[(word >>> (24 - 8 * byte)) & 255];
  return text;
}
