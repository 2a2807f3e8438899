import { isJsonObject } from '../json-object.ts';
import type { StateMachineType } from '../state-machine.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { StateMachineDefinition } from './state-definition.ts';

export interface ValidatedDefinition {
  /** Present when the text is a JSON object, whatever else may be wrong. */
  readonly definition: StateMachineDefinition | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses a definition and finds what is wrong with it. */
export function validateDefinition(text: string, _type: StateMachineType): ValidatedDefinition {
  const parsed: unknown = JSON.parse(text);
  return { definition: isJsonObject(parsed) ? (parsed as unknown as StateMachineDefinition) : undefined, diagnostics: [] };
}
