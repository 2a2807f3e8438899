/** The `#names` and `:values` of one request: what they stand for, and whether all of them are used. */
import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import type { AttributeValue } from '../values/attribute-value.ts';
import { readValue } from '../values/attribute-value-input.ts';
import type { DocumentPath } from './document-path.ts';
import type { WrittenPath } from './syntax.ts';
import { type ExpressionKind, invalidExpression } from './tokens.ts';

const NAME_KEY = /^#[A-Za-z0-9_]+$/;
const VALUE_KEY = /^:[A-Za-z0-9_]+$/;

export class Placeholders {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, AttributeValue>;
  readonly #unusedNames: Set<string>;
  readonly #unusedValues: Set<string>;

  /**
   * @param expressions the expression parameters that the operation has, main one first
   * @throws AwsError ValidationException when a key or value is malformed, or when there is no expression to use them
   */
  constructor(input: JsonObject, expressions: readonly string[]) {
    const hasExpression = expressions.some(name => input[name] !== undefined && input[name] !== null);
    this.#names = readNames(input.ExpressionAttributeNames, hasExpression);
    this.#values = readValues(input.ExpressionAttributeValues, hasExpression, expressions[0] ?? '');
    this.#unusedNames = new Set(this.#names.keys());
    this.#unusedValues = new Set(this.#values.keys());
  }

  /** @throws AwsError ValidationException when a `#name` stands for nothing */
  path(kind: ExpressionKind, written: WrittenPath): DocumentPath {
    return written.map(step => {
      if (step.kind === 'index') return step.index;
      return step.kind === 'name' ? step.name : this.#name(kind, step.name);
    });
  }

  /** @throws AwsError ValidationException when the `:value` stands for nothing */
  value(kind: ExpressionKind, name: string): AttributeValue {
    const value = this.#values.get(name);
    if (!value) {
      throw invalidExpression(
        kind,
        `An expression attribute value used in expression is not defined; attribute value: ${name}`,
      );
    }
    this.#unusedValues.delete(name);
    return value;
  }

  /** @throws AwsError ValidationException when a placeholder was defined and no expression has it */
  checkAllUsed(): void {
    checkNoneLeft('ExpressionAttributeNames', this.#unusedNames);
    checkNoneLeft('ExpressionAttributeValues', this.#unusedValues);
  }

  #name(kind: ExpressionKind, placeholder: string): string {
    const name = this.#names.get(placeholder);
    if (name === undefined) {
      throw invalidExpression(
        kind,
        `An expression attribute name used in the document path is not defined; attribute name: ${placeholder}`,
      );
    }
    this.#unusedNames.delete(placeholder);
    return name;
  }
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();
const NO_VALUES: ReadonlyMap<string, AttributeValue> = new Map();

function readNames(input: unknown, hasExpression: boolean): ReadonlyMap<string, string> {
  if (input === undefined || input === null) return NO_NAMES;
  if (!hasExpression) throw invalid('ExpressionAttributeNames can only be specified when using expressions');
  const names = new Map<string, string>();
  for (const [key, name] of entriesOf('ExpressionAttributeNames', input)) {
    if (!NAME_KEY.test(key))
      throw invalid(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${key}"`);
    if (typeof name !== 'string') throw new AwsError('SerializationException', 'Expected a string attribute name');
    names.set(key, name);
  }
  return names;
}

function readValues(input: unknown, hasExpression: boolean, main: string): ReadonlyMap<string, AttributeValue> {
  if (input === undefined || input === null) return NO_VALUES;
  if (!hasExpression) {
    throw invalid(`ExpressionAttributeValues can only be specified when using expressions: ${main} is null`);
  }
  const values = new Map<string, AttributeValue>();
  for (const [key, value] of entriesOf('ExpressionAttributeValues', input)) {
    if (!VALUE_KEY.test(key)) {
      throw invalid(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${key}"`);
    }
    values.set(key, readNamedValue(key, value));
  }
  return values;
}

function readNamedValue(key: string, value: unknown): AttributeValue {
  try {
    return readValue(value);
  } catch (cause) {
    if (!(cause instanceof AwsError) || cause.code !== 'ValidationException') throw cause;
    throw invalid(`ExpressionAttributeValues contains invalid value: ${cause.message} for key ${key}`);
  }
}

function entriesOf(parameter: string, input: unknown): [string, unknown][] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new AwsError('SerializationException', `${parameter} is not a map`);
  }
  const entries = Object.entries(input);
  if (entries.length === 0) throw invalid(`${parameter} must not be empty`);
  return entries;
}

function checkNoneLeft(parameter: string, unused: ReadonlySet<string>): void {
  if (unused.size === 0) return;
  throw invalid(`Value provided in ${parameter} unused in expressions: keys: {${[...unused].join(', ')}}`);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
