import { isJsonObject } from '../json-object.ts';
import type { StateMachineType } from '../state-machine.ts';
import { checkMachine } from './check-machine.ts';
import { DefinitionReport } from './definition-report.ts';
import type { Diagnostic } from './diagnostic.ts';
import { syntaxDiagnostic } from './json-syntax.ts';
import type { StateMachineDefinition } from './state-definition.ts';

export interface ValidatedDefinition {
  /** Present when nothing is wrong. */
  readonly definition: StateMachineDefinition | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses a definition and finds what is wrong with it, in AWS's words where they are known. */
export function validateDefinition(text: string, type: StateMachineType): ValidatedDefinition {
  const parsed = parse(text);
  if ('diagnostic' in parsed) return { definition: undefined, diagnostics: [parsed.diagnostic] };
  const report = new DefinitionReport(type);
  checkMachine(parsed.value, report);
  const { diagnostics } = report;
  // The checks above made sure of the shape.
  const definition = diagnostics.length === 0 ? (parsed.value as unknown as StateMachineDefinition) : undefined;
  return { definition, diagnostics };
}

function parse(
  text: string,
): { readonly value: Readonly<Record<string, unknown>> } | { readonly diagnostic: Diagnostic } {
  const notAnObject: Diagnostic = {
    severity: 'ERROR',
    code: 'SCHEMA_VALIDATION_FAILED',
    message: 'Definition must be a valid JSON object',
  };
  if (text.trim() === '') return { diagnostic: notAnObject };
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? { value } : { diagnostic: notAnObject };
  } catch (error) {
    return { diagnostic: syntaxDiagnostic(text, error) };
  }
}
