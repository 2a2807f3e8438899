/** Either a JSON string, kept as it is, or white space between tokens. */
const STRING_OR_SPACE = /("(?:[^"\\]|\\.)*")|[ \t\r\n]+/g;

/** JSON text without white space between its tokens; every token keeps its spelling. */
export function compactJson(json: string): string {
  return /\s/.test(json) ? json.replace(STRING_OR_SPACE, '$1') : json;
}

/** What `JSON.parse` hands its reviver in Node 24, and `JSON.rawJSON`; not yet in TypeScript's library. */
interface NumberKeepingJson {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): unknown;
}

const NODE_JSON = JSON as unknown as NumberKeepingJson;

/**
 * Parses JSON so that `JSON.stringify` writes every number as it was spelled: ids above 2^53 and `1.0` pass through an
 * event's transformation unchanged. Numbers that JavaScript would respell are opaque objects in the result.
 */
export function parseKeepingNumbers(json: string): unknown {
  return NODE_JSON.parse(json, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? NODE_JSON.rawJSON(source) : value,
  );
}
