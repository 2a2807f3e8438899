import jsonata from 'jsonata';

/** The text between `{%` and `%}`, or undefined for a text that is no JSONata expression. */
export function jsonataSource(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4 ? text.slice(2, -2).trim() : undefined;
}

/** A JSONata expression does not parse or cannot be worked out. */
export class JsonataError extends Error {
  readonly code: string;

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** What keeps an expression that does not end from holding up the whole cloud. */
export interface JsonataLimits {
  readonly timeoutMs: number;
  readonly stackDepth: number;
}

const LIMITS: JsonataLimits = { timeoutMs: 5000, stackDepth: 1000 };

const compiled = new Map<string, jsonata.Expression>();

/** Compiles an expression; the same source is compiled once. @throws JsonataError */
export function compileJsonata(source: string, limits: JsonataLimits = LIMITS): jsonata.Expression {
  const key = limits === LIMITS ? source : `${JSON.stringify(limits)}${source}`;
  const known = compiled.get(key);
  if (known) return known;
  try {
    const expression = jsonata(source, { timeout: limits.timeoutMs, stack: limits.stackDepth });
    compiled.set(key, expression);
    return expression;
  } catch (error) {
    throw asJsonataError(error);
  }
}

/**
 * Works out an expression. Answers plain JSON, or undefined when the expression selects nothing.
 *
 * @throws JsonataError with the library's code and message, and for a result that is not JSON (a function)
 */
export async function evaluateJsonata(source: string, scope: JsonataScope): Promise<unknown> {
  const expression = compileJsonata(source, scope.limits);
  try {
    return plain(await expression.evaluate(scope.input, { ...scope.bindings }));
  } catch (error) {
    throw asJsonataError(error);
  }
}

export interface JsonataScope {
  /** What `$` is. Step Functions gives none. */
  readonly input?: unknown;
  readonly bindings: Readonly<Record<string, unknown>>;
  readonly limits?: JsonataLimits;
}

/** The library marks its sequences with hidden members; what leaves here is plain data. */
function plain(value: unknown): unknown {
  if (value === undefined || value === null) return value;
  if (isFunction(value)) throw new JsonataError('T1006', 'The result is a function, which is not JSON');
  return typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value;
}

function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof value === 'object' && value !== null && ('_jsonata_lambda' in value || '_jsonata_function' in value);
}

function asJsonataError(error: unknown): JsonataError {
  if (error instanceof JsonataError) return error;
  const { code, message } = error as { code?: string; message?: string }; // the library throws plain objects and errors
  return new JsonataError(code ?? 'D0000', message ?? String(error), error);
}
