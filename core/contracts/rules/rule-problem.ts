/** What is wrong with a rule or a consumer. */
export type RuleProblemKind =
  | 'invalid-pattern'
  | 'unknown-bus'
  | 'unknown-type'
  | 'unknown-source'
  | 'unknown-field'
  /** The operator compares values of another type than the field has. */
  | 'wrong-type'
  | 'impossible-value'
  /** It asks for the absence of what is always there. */
  | 'always-there'
  /** It asks for a value where none ever stands. */
  | 'no-value'
  /** It is met by every event. */
  | 'pointless'
  /** Each condition can be met, all together never. */
  | 'contradiction'
  | 'input'
  /** A consumer reads a type or a field that there is not, or is given what it does not read. */
  | 'reads';

/** Why a rule or a consumer is refused. */
export interface RuleProblem {
  readonly kind: RuleProblemKind;
  /** As a pattern has it: `detail.data.amountMilli`. Empty when the problem is of the whole. */
  readonly field: string;
  /** The cause, in a sentence that begins with the field. */
  readonly text: string;
}

/** A problem of a field; the reason continues the sentence that the field begins. */
export function fieldProblem(kind: RuleProblemKind, field: string, reason: string): RuleProblem {
  return { kind, field, text: field === '' ? reason : `${field} ${reason}` };
}
