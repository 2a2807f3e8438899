import { AwsError } from '../../../cloud/aws-error.ts';
import type { StateMachineDefinition } from '../definition/state-definition.ts';
import { validateDefinition } from '../definition/validate-definition.ts';
import type { StateMachineType } from '../state-machine.ts';

/** The `definition` of a request, parsed and checked. @throws AwsError (InvalidDefinition) */
export function checkDefinition(text: string, type: StateMachineType): StateMachineDefinition {
  const { definition, diagnostics } = validateDefinition(text, type);
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  if (definition && errors.length === 0) return definition;
  const reasons = errors.map(
    ({ code, message, location }) => `${code}: ${message}${location ? ` at ${location}` : ''}`,
  );
  throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${reasons.join(', ')}'`);
}
