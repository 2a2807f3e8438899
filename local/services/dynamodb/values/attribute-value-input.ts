/** Reads items and values as clients send them: checks them as DynamoDB does and makes the canonical copy that is stored. */
import { AwsError } from '../../../cloud/aws-error.ts';
import { makeSet, type SetType } from './attribute-set.ts';
import { type AttributeValue, type Item, type ItemDraft, setAttribute } from './attribute-value.ts';
import { canonicalNumber } from './decimal.ts';

const DEEPEST_NESTING = 32;
const SET_NAMES: Readonly<Record<SetType, string>> = { SS: 'string', NS: 'number', BS: 'binary' };
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** @throws AwsError ValidationException, SerializationException */
export function readItem(input: unknown): Item {
  return readMap(input, 0);
}

/** @throws AwsError ValidationException, SerializationException */
export function readValue(input: unknown, depth = 0): AttributeValue {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw notA('structure or map', input);
  let type: string | undefined;
  for (const member in input) {
    if ((input as Record<string, unknown>)[member] === null) continue;
    if (type !== undefined) {
      throw invalid(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    }
    type = member;
  }
  if (type === undefined) throw emptyValue();
  return readTyped(type, (input as Record<string, unknown>)[type], depth);
}

function readTyped(type: string, content: unknown, depth: number): AttributeValue {
  switch (type) {
    case 'S':
      return { S: readText(content) };
    case 'N':
      return { N: canonicalNumber(readText(content)) };
    case 'B':
      return { B: readBinary(content) };
    case 'BOOL':
      return { BOOL: readBoolean(content) };
    case 'NULL':
      readBoolean(content); // observed on AWS: `false` is taken and read back as `true`
      return { NULL: true };
    case 'SS':
      return readSet('SS', content, readMemberText);
    case 'NS':
      return readSet('NS', content, member => canonicalNumber(readText(member)));
    case 'BS':
      return readSet('BS', content, readBinary);
    case 'L':
      return { L: readList(content).map(element => readValue(element, deeper(depth))) };
    case 'M':
      return { M: readMap(content, deeper(depth)) };
    default:
      throw emptyValue();
  }
}

function readMap(input: unknown, depth: number): Item {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw notA('structure or map', input);
  const item: ItemDraft = {};
  for (const name in input) setAttribute(item, name, readValue((input as Record<string, unknown>)[name], depth));
  return item;
}

function readList(input: unknown): readonly unknown[] {
  if (!Array.isArray(input)) throw notA('list', input);
  return input;
}

function readSet(type: SetType, input: unknown, readMember: (member: unknown) => string): AttributeValue {
  const members = readList(input).map(readMember);
  if (members.length === 0) {
    throw invalid(`One or more parameter values were invalid: An ${SET_NAMES[type]} set  may not be empty`);
  }
  if (new Set(members).size < members.length) {
    throw invalid(
      type === 'NS'
        ? 'Input collection contains duplicates'
        : `One or more parameter values were invalid: Input collection [${members.join(', ')}] contains duplicates.`,
    );
  }
  return makeSet(type, members);
}

function readMemberText(member: unknown): string {
  const text = readText(member);
  if (text === '') {
    throw invalid('One or more parameter values were invalid: An string set may not have a empty string as a member');
  }
  return text;
}

function readText(input: unknown): string {
  if (typeof input !== 'string') throw notA('String', input);
  return input;
}

function readBoolean(input: unknown): boolean {
  if (typeof input !== 'boolean') throw notA('Boolean', input);
  return input;
}

/** What comes out of decoding and encoding as it went in is base64: the expression is asked about the rest only. */
function readBinary(input: unknown): string {
  const text = readText(input);
  const canonical = Buffer.from(text, 'base64').toString('base64'); // stray bits of the last byte are cleared
  if (canonical === text || BASE64.test(text)) return canonical;
  throw new AwsError('SerializationException', `'${text}' can not be converted to a Blob`);
}

function deeper(depth: number): number {
  if (depth + 1 >= DEEPEST_NESTING) throw invalid('Nesting Levels have exceeded supported limits');
  return depth + 1;
}

function emptyValue(): AwsError {
  return invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

function notA(expected: string, input: unknown): AwsError {
  const actual = Array.isArray(input) ? 'list' : input === null ? 'null' : typeof input;
  return new AwsError('SerializationException', `${actual} can not be converted to a ${expected}`);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
