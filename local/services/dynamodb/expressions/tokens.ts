/** Cuts expressions into tokens, and reads them one after the other. */
import { AwsError } from '../../../cloud/aws-error.ts';

export type TokenKind = 'word' | 'name' | 'value' | 'number' | 'symbol' | 'unknown' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written; keywords keep their case. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Which parameter an expression is, as the error texts name it. */
export type ExpressionKind =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

const LARGEST_EXPRESSION_BYTES = 4096;
const TOKEN =
  /(?<word>[A-Za-z][A-Za-z0-9_]*)|(?<name>#[A-Za-z0-9_]+)|(?<value>:[A-Za-z0-9_]+)|(?<number>[0-9]+)|(?<symbol><>|<=|>=|[=<>()[\],.+-])|(?<space>[ \t\r\n]+)|(?<unknown>.)/gsy;

export class TokenReader {
  readonly kind: ExpressionKind;
  readonly #source: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(kind: ExpressionKind, source: string) {
    this.kind = kind;
    this.#source = source;
    const sizeBytes = Buffer.byteLength(source);
    if (sizeBytes > LARGEST_EXPRESSION_BYTES) {
      throw invalidExpression(
        kind,
        `Expression size has exceeded the maximum allowed size; expression size: ${sizeBytes}`,
      );
    }
    this.#tokens = tokenize(source);
    if (this.#tokens.length === 1) throw invalidExpression(kind, 'The expression can not be empty;');
  }

  peek(ahead = 0): Token {
    const last = this.#tokens.length - 1;
    return this.#tokens[Math.min(this.#next + ahead, last)] as Token; // there is always the end token
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Takes the symbol if it comes next. */
  takeSymbol(symbol: string): boolean {
    const token = this.peek();
    if (token.kind !== 'symbol' || token.text !== symbol) return false;
    this.#next++;
    return true;
  }

  /** Takes the keyword, in any case, if it comes next. */
  takeKeyword(keyword: string): boolean {
    if (!this.isKeyword(keyword)) return false;
    this.#next++;
    return true;
  }

  isKeyword(keyword: string): boolean {
    const token = this.peek();
    return token.kind === 'word' && token.text.toUpperCase() === keyword;
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected();
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw this.unexpected();
  }

  /** The refusal of the token that comes next, shown with its neighbours. */
  unexpected(): AwsError {
    const token = this.peek();
    const before = this.#tokens[this.#next - 1];
    const after = this.peek(1);
    const near = this.#source.slice((before ?? token).start, Math.max(token.end, after.end));
    const shown = token.kind === 'end' ? '<EOF>' : token.text;
    return invalidExpression(this.kind, `Syntax error; token: "${shown}", near: "${near.trimEnd()}"`);
  }
}

export function invalidExpression(kind: ExpressionKind, reason: string): AwsError {
  return new AwsError('ValidationException', `Invalid ${kind}: ${reason}`);
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  for (const match of source.matchAll(TOKEN)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [];
    if (kind === undefined || kind === 'space') continue;
    const start = match.index;
    tokens.push({ kind: kind as TokenKind, text: match[0], start, end: start + match[0].length }); // group names are kinds
  }
  tokens.push({ kind: 'end', text: '', start: source.length, end: source.length });
  return tokens;
}
