import { type JsonPath, JsonPathSyntaxError, type PathRoot, type PathStep } from './json-path.ts';
import { parseFilter } from './parse-filter.ts';
import { TextScanner } from './text-scanner.ts';

const NAME_START = /[\p{L}_]/u;
const NAME_PART = /[\p{L}\p{N}_]/u;
/** What may stand unquoted after a dot. */
const MEMBER_PART = /[^.[\]()\s,'"=<>!&|*?@$]/u;

const compiled = new Map<string, JsonPath>();

/** Compiles a JSONPath; the same text is compiled once. @throws JsonPathSyntaxError */
export function parseJsonPath(text: string): JsonPath {
  const known = compiled.get(text);
  if (known) return known;
  const scanner = new TextScanner(text);
  const path = scanJsonPath(scanner, text);
  if (!scanner.done) throw new JsonPathSyntaxError(`Cannot parse path '${text}': unexpected '${scanner.rest()}'`);
  compiled.set(text, path);
  return path;
}

/** Reads the path that starts at the scanner's position and leaves the scanner behind it. */
export function scanJsonPath(scanner: TextScanner, whole: string): JsonPath {
  const start = scanner.position;
  const root = scanRoot(scanner);
  const steps: PathStep[] = [];
  for (let step = scanStep(scanner); step; step = scanStep(scanner)) steps.push(...step);
  const text = scanner.slice(start);
  if (text.length === 0) throw new JsonPathSyntaxError(`Cannot parse path '${whole}': nothing to read`);
  return { text, root, steps, definite: steps.every(isDefinite) };
}

function isDefinite(step: PathStep): boolean {
  switch (step.kind) {
    case 'members':
      return step.names.length === 1;
    case 'indexes':
      return step.indexes.length === 1;
    case 'function':
      return true;
    default:
      return false;
  }
}

function scanRoot(scanner: TextScanner): PathRoot {
  if (scanner.take('@')) return { kind: 'data' };
  if (!scanner.take('$')) throw scanner.error('a path starts with $');
  if (scanner.take('$')) return { kind: 'context' };
  if (!NAME_START.test(scanner.peek())) return { kind: 'data' };
  return { kind: 'variable', name: scanner.takeWhile(NAME_PART) };
}

function scanStep(scanner: TextScanner): PathStep[] | undefined {
  if (scanner.take('..')) return [{ kind: 'descent' }, ...scanAfterDescent(scanner)];
  if (scanner.take('.')) return [scanDotMember(scanner)];
  if (scanner.peek() === '[') return [scanBracket(scanner)];
  return undefined;
}

function scanAfterDescent(scanner: TextScanner): PathStep[] {
  return scanner.peek() === '[' ? [scanBracket(scanner)] : [scanDotMember(scanner)];
}

function scanDotMember(scanner: TextScanner): PathStep {
  if (scanner.take('*')) return { kind: 'wildcard' };
  const name = scanner.takeWhile(MEMBER_PART);
  if (name.length === 0) throw scanner.error('a member name is missing');
  if (scanner.take('()')) return { kind: 'function', name };
  return { kind: 'members', names: [name] };
}

function scanBracket(scanner: TextScanner): PathStep {
  scanner.expect('[');
  scanner.skipSpace();
  if (scanner.take('?')) {
    const filter = parseFilter(scanner, scanJsonPath);
    scanner.skipSpace();
    scanner.expect(']');
    return { kind: 'filter', filter };
  }
  const step = scanBracketContent(scanner);
  scanner.skipSpace();
  scanner.expect(']');
  return step;
}

function scanBracketContent(scanner: TextScanner): PathStep {
  if (scanner.take('*')) return { kind: 'wildcard' };
  const quote = scanner.peek();
  if (quote === "'" || quote === '"') return { kind: 'members', names: scanList(scanner, () => scanner.takeQuoted()) };
  return scanIndexes(scanner);
}

function scanList<Item>(scanner: TextScanner, scanItem: () => Item): Item[] {
  const items = [scanItem()];
  scanner.skipSpace();
  while (scanner.take(',')) {
    scanner.skipSpace();
    items.push(scanItem());
    scanner.skipSpace();
  }
  return items;
}

function scanIndexes(scanner: TextScanner): PathStep {
  const first = scanInteger(scanner);
  scanner.skipSpace();
  if (scanner.take(':')) {
    scanner.skipSpace();
    return { kind: 'slice', from: first, to: scanInteger(scanner) };
  }
  if (first === undefined) throw scanner.error('an index, a name, a slice, a wildcard or a filter is expected');
  const indexes = [first];
  while (scanner.take(',')) {
    scanner.skipSpace();
    const index = scanInteger(scanner);
    if (index === undefined) throw scanner.error('an index is expected');
    indexes.push(index);
    scanner.skipSpace();
  }
  return { kind: 'indexes', indexes };
}

function scanInteger(scanner: TextScanner): number | undefined {
  const start = scanner.position;
  scanner.take('-');
  const digits = scanner.takeWhile(/\d/);
  if (digits.length > 0) return Number(scanner.slice(start));
  scanner.position = start;
  return undefined;
}
