import { isJsonObject } from '../json-object.ts';
import { type IntrinsicArgument, type IntrinsicCall, IntrinsicError } from './intrinsic-call.ts';
import { unescapeText } from './parse-intrinsic.ts';

/** An escaped character, or a place for an argument. */
const PLACE = /\\.|\{\}/gs;

/** `States.Format('… {} …', argument, …)`: one bare `{}` per argument. @throws IntrinsicError */
export function format(call: IntrinsicCall, read: (argument: IntrinsicArgument) => unknown): string {
  const [template, ...rest] = call.arguments;
  if (!template) throw new IntrinsicError('Invalid number of arguments: a template is required');
  const raw = template.kind === 'text' ? template.raw : templateText(read(template));
  const values = rest.map(read);
  let used = 0;
  const text = raw.replace(PLACE, place => (place === '{}' ? show(values, used++) : unescapeText(place)));
  if (used !== values.length) {
    throw new IntrinsicError(
      `Invalid number of arguments: the template has ${used} places for ${values.length} values`,
    );
  }
  return text;
}

function templateText(value: unknown): string {
  if (typeof value !== 'string') throw new IntrinsicError('Invalid argument 1: the template must be a string');
  return value;
}

function show(values: readonly unknown[], index: number): string {
  if (index >= values.length)
    throw new IntrinsicError('Invalid number of arguments: the template has more places than values');
  return shown(values[index]);
}

/** Objects and arrays look as in Java: `{a=1, b=[2, 3]}` (observed). */
function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (!isJsonObject(value)) return String(value);
  const members = Object.entries(value).map(([name, member]) => `${name}=${shown(member)}`);
  return `{${members.join(', ')}}`;
}
