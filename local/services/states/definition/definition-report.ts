import type { StateMachineType } from '../state-machine.ts';
import type { Diagnostic } from './diagnostic.ts';

/** What the checks of one definition share: where to tell what is wrong, and what the whole machine knows. */
export class DefinitionReport {
  readonly diagnostics: Diagnostic[] = [];
  readonly machineType: StateMachineType;
  /** The names of all states met so far, at any depth. */
  readonly stateNames = new Set<string>();

  constructor(machineType: StateMachineType) {
    this.machineType = machineType;
  }

  /** `location` is a JSON pointer into the definition. */
  error(message: string, location: string, code = 'SCHEMA_VALIDATION_FAILED'): void {
    this.diagnostics.push({ severity: 'ERROR', code, message, location });
  }
}
