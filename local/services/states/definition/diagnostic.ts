/** Something that is wrong with a definition, in the form of `ValidateStateMachineDefinition`. */
export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: string;
  readonly message: string;
  /** A JSON pointer into the definition. */
  readonly location?: string;
}
