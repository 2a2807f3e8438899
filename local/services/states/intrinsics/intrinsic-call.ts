import type { JsonPath } from '../json-path/json-path.ts';

/** `States.Name(argument, …)` as it was written. */
export interface IntrinsicCall {
  readonly text: string;
  readonly name: string;
  readonly arguments: readonly IntrinsicArgument[];
}

export type IntrinsicArgument =
  | { readonly kind: 'literal'; readonly value: unknown }
  /** A quoted text, its escapes still in it: `States.Format` must know an escaped brace from a bare one. */
  | { readonly kind: 'text'; readonly raw: string }
  | { readonly kind: 'path'; readonly path: JsonPath }
  | { readonly kind: 'call'; readonly call: IntrinsicCall };

/** An intrinsic function cannot work with what it was given. */
export class IntrinsicError extends Error {
  readonly code = 'Intrinsic';
}
