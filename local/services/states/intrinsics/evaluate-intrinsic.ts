import type { Ids } from '../../../cloud/ids.ts';
import type { JsonPath } from '../json-path/json-path.ts';
import { ARRAY_FUNCTIONS } from './array.ts';
import { ENCODING_FUNCTIONS } from './encoding.ts';
import { format } from './format.ts';
import { HASH_FUNCTIONS } from './hash.ts';
import { type IntrinsicArgument, type IntrinsicCall, IntrinsicError } from './intrinsic-call.ts';
import type { IntrinsicFunction } from './intrinsic-function.ts';
import { JSON_FUNCTIONS } from './json.ts';
import { MATH_FUNCTIONS } from './math.ts';
import { unescapeText } from './parse-intrinsic.ts';
import { STRING_FUNCTIONS } from './string.ts';
import { UNIQUE_ID_FUNCTIONS } from './unique-id.ts';

const FUNCTIONS: Readonly<Record<string, IntrinsicFunction>> = {
  ...ARRAY_FUNCTIONS,
  ...ENCODING_FUNCTIONS,
  ...HASH_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...MATH_FUNCTIONS,
  ...STRING_FUNCTIONS,
  ...UNIQUE_ID_FUNCTIONS,
};

/** Where an intrinsic's arguments come from. */
export interface IntrinsicScope {
  readonly ids: Ids;
  readonly readPath: (path: JsonPath) => unknown;
}

/** Whether there is an intrinsic function of this name. */
export function isIntrinsicName(name: string): boolean {
  return name === 'States.Format' || name in FUNCTIONS;
}

/** Works out an intrinsic function and, before it, the ones inside. @throws IntrinsicError */
export function evaluateIntrinsic(call: IntrinsicCall, scope: IntrinsicScope): unknown {
  if (call.name === 'States.Format') return format(call, argument => read(argument, scope));
  const implementation = FUNCTIONS[call.name];
  if (!implementation) throw new IntrinsicError(`Cannot call ${call.name}: there is no such function`);
  return implementation(
    call.arguments.map(argument => read(argument, scope)),
    scope.ids,
  );
}

function read(argument: IntrinsicArgument, scope: IntrinsicScope): unknown {
  switch (argument.kind) {
    case 'literal':
      return argument.value;
    case 'text':
      return unescapeText(argument.raw);
    case 'path':
      return scope.readPath(argument.path);
    case 'call':
      return evaluateIntrinsic(argument.call, scope);
  }
}
