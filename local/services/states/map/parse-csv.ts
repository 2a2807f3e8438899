/** What the next character of a field means. */
interface Cell {
  readonly value: string;
  /** After the field. */
  readonly end: number;
}

/** The rows of a CSV text (RFC 4180: fields in quotes may hold delimiters, line ends and doubled quotes). Empty lines are no rows. */
export function parseCsv(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < text.length) {
    const row: string[] = [];
    const start = at;
    for (;;) {
      const cell = text[at] === '"' ? quoted(text, at, delimiter) : plain(text, at, delimiter);
      row.push(cell.value);
      at = cell.end;
      if (text[at] !== delimiter) break;
      at++;
    }
    const isEmpty = at === start;
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    at++;
    if (!isEmpty) rows.push(row);
  }
  return rows;
}

function plain(text: string, start: number, delimiter: string): Cell {
  let end = start;
  while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end++;
  return { value: text.slice(start, end), end };
}

function quoted(text: string, start: number, delimiter: string): Cell {
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { value: value + text.slice(at), end: text.length };
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const rest = plain(text, quote + 1, delimiter);
      return { value: value + rest.value, end: rest.end };
    }
    value += '"';
    at = quote + 2;
  }
}
