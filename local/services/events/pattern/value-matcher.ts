import type { CaseForms } from './ignore-case.ts';
import type { AddressRange } from './ip-address.ts';

/** A bound of a numeric range. */
export interface Bound {
  readonly value: number;
  /** An open bound does not belong to the range. */
  readonly open: boolean;
}

/** What one entry of a field's list asks of the field's value. */
export type ValueMatcher =
  | { readonly kind: 'equals'; readonly text: string }
  /** `true`, `false`, `null`, or a number by its spelling. */
  | { readonly kind: 'literal'; readonly spelling: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'address'; readonly digits: string }
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'suffix'; readonly text: string }
  | CaselessMatcher
  | { readonly kind: 'wildcard'; readonly literals: readonly string[] }
  | { readonly kind: 'numeric'; readonly bottom: Bound | undefined; readonly top: Bound | undefined }
  | { readonly kind: 'cidr'; readonly range: AddressRange }
  | { readonly kind: 'exists' }
  | { readonly kind: 'absent' }
  | AnythingBut;

/** Disregards the case of letters. */
export interface CaselessMatcher {
  readonly kind: 'equals-ignore-case' | 'prefix-ignore-case' | 'suffix-ignore-case';
  readonly forms: CaseForms;
}

/** Holds for every value, of whatever type, that none of the exclusions holds for. */
export type AnythingBut =
  | { readonly kind: 'anything-but'; readonly texts: ReadonlySet<string> }
  | { readonly kind: 'anything-but-numbers'; readonly values: ReadonlySet<number> }
  | { readonly kind: 'anything-but-prefix'; readonly texts: readonly string[] }
  | { readonly kind: 'anything-but-suffix'; readonly texts: readonly string[] }
  | { readonly kind: 'anything-but-ignore-case'; readonly forms: readonly CaseForms[] }
  | { readonly kind: 'anything-but-wildcard'; readonly literals: readonly (readonly string[])[] };

/** All conditions that hold together: the matchers of each field, any one of which suffices. Keyed by dotted path. */
export type Alternative = ReadonlyMap<string, readonly ValueMatcher[]>;

/** An event pattern, parsed and validated: it matches when one of its alternatives does. */
export interface CompiledPattern {
  readonly text: string;
  readonly alternatives: readonly Alternative[];
}
