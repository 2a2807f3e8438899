import type { Diagnostic } from './diagnostic.ts';

/** A bare word where JSON has none. */
const WORD = /^\s*([A-Za-z_$][\w$]*)/;

/** Says where a text stops being JSON, in the words of AWS's parser where a bare word is the reason. */
export function syntaxDiagnostic(text: string, error: unknown): Diagnostic {
  const word = WORD.exec(text);
  const position = word ? word[0].length : positionOf(error, text);
  const before = text.slice(0, position).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  const location = `[Source: (String)${JSON.stringify(text)}; line: ${before.length}, column: ${column}]`;
  const reason = word
    ? `Unrecognized token '${word[1]}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`
    : error instanceof Error
      ? error.message
      : String(error);
  return {
    severity: 'ERROR',
    code: 'INVALID_JSON_DESCRIPTION',
    message: `${reason}\n at ${location}`,
    location,
  };
}

function positionOf(error: unknown, text: string): number {
  const match = /position (\d+)/.exec(error instanceof Error ? error.message : '');
  return match ? Number(match[1]) : text.length;
}
