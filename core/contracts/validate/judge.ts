import type { SchemaError } from '../../events/schema-contract.ts';
import type { Resource } from './schema-resources.ts';

/** A broken rule, without the place. */
export type Broken = Omit<SchemaError, 'instancePath'>;

/** The first broken rule; its place grows on the way out, so that nothing is spent on places while all is well. */
export interface Failure extends Broken {
  instancePath: string;
}

/** What a schema spoke about, of one value. */
export interface Seen {
  readonly members: Set<string>;
  readonly items: Set<number>;
}

/** The resources that judging came through, the outermost first; empty unless a document refers dynamically. */
export type Scope = readonly Resource[];

/** Judges one value. What it spoke about is added to `seen`, if that is given and the value is good. */
export type Judge = (value: unknown, seen: Seen | undefined, scope: Scope) => Failure | undefined;

/** Judges a value of which the kind is known already. */
export type KindJudge<Kind> = (value: Kind, seen: Seen | undefined, scope: Scope) => Failure | undefined;

/** A rule that looks at one value only. */
export type Rule<Kind> = (value: Kind) => Failure | undefined;

export function failure(keyword: string, params: Broken['params'], message: string): Failure {
  return { instancePath: '', keyword, params, message };
}
