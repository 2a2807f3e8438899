/** Where in the template an expression stands: what to say when it cannot be evaluated. */
export type Path = readonly (string | number)[];

/** What an expression can see. */
export interface Scope {
  readonly region: string;
  mapping(map: string, top: string, second: string): unknown;
  /** A parameter, a pseudo parameter or a resource. @returns undefined for `AWS::NoValue` */
  ref(name: string, path: Path): unknown;
  attribute(logicalId: string, attribute: string, path: Path): unknown;
  /** `UNKNOWN` where the condition hangs on a value that is not known yet. */
  condition(name: string, path: Path): unknown;
  importValue(exportName: string, path: Path): unknown;
  /** Throws, or notes the reason and returns `UNKNOWN`, as whoever evaluates needs it. */
  fail(path: Path, reason: string): unknown;
}

/** One call of an intrinsic function: its place, and the way back into the evaluator for its arguments. */
export interface Place {
  readonly scope: Scope;
  readonly path: Path;
  /** Evaluates a part of the argument; `steps` lead to it from the argument. */
  evaluate(value: unknown, ...steps: (string | number)[]): unknown;
  fail(reason: string): unknown;
}

export type Intrinsic = (argument: unknown, place: Place) => unknown;

/** CloudFormation reads numbers and booleans as text wherever text is built. @returns undefined for lists and objects */
export function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}
