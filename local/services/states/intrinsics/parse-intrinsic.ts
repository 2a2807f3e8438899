import { JsonPathSyntaxError } from '../json-path/json-path.ts';
import { scanJsonPath } from '../json-path/parse-json-path.ts';
import { TextScanner } from '../json-path/text-scanner.ts';
import type { IntrinsicArgument, IntrinsicCall } from './intrinsic-call.ts';

/** The characters that a backslash may stand before in a quoted text. */
const ESCAPABLE = ["'", '{', '}', '\\'];

const compiled = new Map<string, IntrinsicCall>();

/** Whether a text is meant as an intrinsic function and not as a path. */
export function looksLikeIntrinsic(text: string): boolean {
  return text.startsWith('States.');
}

/** Compiles `States.Name(…)`; the same text is compiled once. @throws JsonPathSyntaxError */
export function parseIntrinsic(text: string): IntrinsicCall {
  const known = compiled.get(text);
  if (known) return known;
  const scanner = new TextScanner(text);
  const call = scanCall(scanner);
  scanner.skipSpace();
  if (!scanner.done) throw scanner.error('nothing may follow the function');
  compiled.set(text, call);
  return call;
}

function scanCall(scanner: TextScanner): IntrinsicCall {
  const start = scanner.position;
  const name = scanner.takeWhile(/[\w.]/);
  scanner.expect('(');
  const found: IntrinsicArgument[] = [];
  scanner.skipSpace();
  if (!scanner.take(')')) {
    do found.push(scanArgument(scanner));
    while (scanner.take(','));
    scanner.expect(')');
  }
  return { text: scanner.slice(start), name, arguments: found };
}

function scanArgument(scanner: TextScanner): IntrinsicArgument {
  scanner.skipSpace();
  const argument = scanBareArgument(scanner);
  scanner.skipSpace();
  return argument;
}

function scanBareArgument(scanner: TextScanner): IntrinsicArgument {
  const first = scanner.peek();
  if (first === "'") return { kind: 'text', raw: scanText(scanner) };
  if (first === '$') return { kind: 'path', path: scanJsonPath(scanner, scanner.rest()) };
  if (first === 'S') return { kind: 'call', call: scanCall(scanner) };
  return { kind: 'literal', value: scanLiteral(scanner) };
}

function scanText(scanner: TextScanner): string {
  scanner.expect("'");
  let raw = '';
  while (!scanner.take("'")) {
    if (scanner.done) throw scanner.error('a quote is not closed');
    const character = scanner.next();
    if (character === '\\' && !ESCAPABLE.includes(scanner.peek())) throw scanner.error('an escape is unknown');
    raw += character === '\\' ? `${character}${scanner.next()}` : character;
  }
  return raw;
}

function scanLiteral(scanner: TextScanner): unknown {
  const word = scanner.takeWhile(/[\w.+-]/);
  if (word === 'true') return true;
  if (word === 'false') return false;
  if (word === 'null') return null;
  if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(word))
    throw new JsonPathSyntaxError(`Cannot parse '${word}': not a value`);
  return Number(word);
}

/** What a quoted text says once its escapes are taken out. */
export function unescapeText(raw: string): string {
  return raw.replace(/\\(.)/gs, '$1');
}
