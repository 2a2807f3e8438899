import { AwsError } from '../../../cloud/aws-error.ts';
import { isJsonObject } from '../json-object.ts';
import type { StateMachine } from '../state-machine.ts';
import type { Action } from './action.ts';
import { checkRole } from './create-state-machine.ts';
import { checkDefinition } from './definition-member.ts';
import { checkLogging } from './logging-member.ts';
import { publishVersion } from './state-machine-versions.ts';

/** `UpdateStateMachine`: running executions go on with what they started with. */
export const updateStateMachine: Action = engine => input => {
  const machine = engine.stateMachine(input.stateMachineArn);
  const { definition, roleArn, loggingConfiguration, tracingConfiguration } = input;
  if ([definition, roleArn, loggingConfiguration, tracingConfiguration].every(member => member === undefined)) {
    throw new AwsError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, the EncryptionConfiguration, or the TracingConfiguration must be specified',
    );
  }
  const updateDate = engine.cloud.clock.now() / 1000;
  const updated: StateMachine = {
    ...machine,
    ...(definition === undefined
      ? {}
      : { definitionText: String(definition), definition: checkDefinition(String(definition), machine.type) }),
    ...(roleArn === undefined ? {} : { roleArn: checkRole(roleArn) }),
    ...(loggingConfiguration === undefined ? {} : { loggingConfiguration: checkLogging(loggingConfiguration) }),
    ...(isJsonObject(tracingConfiguration) ? { tracingConfiguration } : {}),
    updateDate,
    revisionId: engine.cloud.ids.uuid(),
  };
  engine.stateMachines.set(machine.arn, updated);
  const answer = { updateDate, revisionId: updated.revisionId };
  if (input.publish !== true) return answer;
  const description = typeof input.versionDescription === 'string' ? input.versionDescription : undefined;
  return { ...answer, stateMachineVersionArn: publishVersion(engine, updated, description).arn };
};
