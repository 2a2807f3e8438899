/** The longest echo of what somebody sent, in UTF-16 units. */
const EXCERPT_CHARS = 200;

/** A text, cut to 200 characters in all (an ellipsis says so), and never in the middle of a character. */
export function excerpt(text: string): string {
  if (text.length <= EXCERPT_CHARS) return text;
  return `${text.slice(0, EXCERPT_CHARS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
