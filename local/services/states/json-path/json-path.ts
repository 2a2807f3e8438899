/** A compiled JSONPath: where it starts, and the steps from there. */
export interface JsonPath {
  /** The path as it was written. */
  readonly text: string;
  readonly root: PathRoot;
  readonly steps: readonly PathStep[];
  /** A definite path selects at most one value; an indefinite one always answers an array. */
  readonly definite: boolean;
}

/** `$` (the state's data), `$$` (the context object) or `$name` (a variable). */
export type PathRoot =
  | { readonly kind: 'data' }
  | { readonly kind: 'context' }
  | { readonly kind: 'variable'; readonly name: string };

export type PathStep =
  | { readonly kind: 'members'; readonly names: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'descent' }
  | { readonly kind: 'filter'; readonly filter: FilterExpression }
  | { readonly kind: 'function'; readonly name: string };

export type FilterOperator =
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '=~'
  | 'in'
  | 'nin'
  | 'contains'
  | 'size'
  | 'empty';

/** What stands between `?(` and `)`. */
export type FilterExpression =
  | { readonly kind: 'or' | 'and'; readonly terms: readonly FilterExpression[] }
  | { readonly kind: 'not'; readonly term: FilterExpression }
  | { readonly kind: 'exists'; readonly operand: FilterOperand }
  | {
      readonly kind: 'compare';
      readonly operator: FilterOperator;
      readonly left: FilterOperand;
      readonly right: FilterOperand;
    };

export type FilterOperand =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'path'; readonly relative: boolean; readonly path: JsonPath };

/** The text is not a JSONPath. */
export class JsonPathSyntaxError extends Error {
  readonly code = 'JsonPathSyntax';
}

/** A definite path leads nowhere. The message is worded as AWS words it. */
export class JsonPathNotFoundError extends Error {
  readonly code = 'JsonPathNotFound';
}
