import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import type { StateMachine, StateMachineType } from '../state-machine.ts';
import type { StatesEngine } from '../states-engine.ts';
import type { Action } from './action.ts';
import { checkDefinition } from './definition-member.ts';
import { checkLogging } from './logging-member.ts';
import { checkName } from './names.ts';
import { publishVersion } from './state-machine-versions.ts';
import { tagsFromList } from './tags-member.ts';

/** `CreateStateMachine`: idempotent for the same name, definition, type, role and configuration. */
export const createStateMachine: Action = engine => input => {
  const created = newMachine(engine, input);
  const known = engine.stateMachines.get(created.arn);
  if (known && !sameMachine(known, created)) {
    throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${created.arn}'`);
  }
  const machine = known ?? created;
  engine.stateMachines.set(machine.arn, machine);
  const answer = { stateMachineArn: machine.arn, creationDate: machine.creationDate };
  if (input.publish !== true) return answer;
  return {
    ...answer,
    stateMachineVersionArn: publishVersion(engine, machine, textOrNothing(input.versionDescription)).arn,
  };
};

function newMachine(engine: StatesEngine, input: JsonObject): StateMachine {
  const name = checkName(input.name);
  const type = checkType(input.type);
  if (input.versionDescription !== undefined && input.publish !== true) {
    throw new AwsError('ValidationException', 'Version description can only be set when publish is true');
  }
  const definitionText = String(input.definition ?? '');
  const creationDate = engine.cloud.clock.now() / 1000;
  return {
    arn: engine.cloud.arn('states', `stateMachine:${name}`),
    name,
    type,
    roleArn: checkRole(input.roleArn),
    loggingConfiguration: checkLogging(input.loggingConfiguration),
    definitionText,
    definition: checkDefinition(definitionText, type),
    creationDate,
    updateDate: creationDate,
    revisionId: undefined,
    tracingConfiguration: isJsonObject(input.tracingConfiguration) ? input.tracingConfiguration : { enabled: false },
    tags: tagsFromList(input.tags),
  };
}

function checkType(type: unknown): StateMachineType {
  if (type === undefined || type === 'STANDARD') return 'STANDARD';
  if (type === 'EXPRESS') return 'EXPRESS';
  throw new AwsError('StateMachineTypeNotSupported', `Unsupported state machine type: '${type}'`);
}

/** @throws AwsError (InvalidArn) */
export function checkRole(arn: unknown): string {
  if (typeof arn === 'string' && arn.startsWith('arn:')) return arn;
  throw new AwsError('InvalidArn', `Invalid Role Arn: '${arn}'`);
}

function sameMachine(a: StateMachine, b: StateMachine): boolean {
  const identity = ({ definitionText, type, roleArn, loggingConfiguration, tracingConfiguration }: StateMachine) =>
    JSON.stringify([definitionText, type, roleArn, loggingConfiguration, tracingConfiguration]);
  return identity(a) === identity(b);
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
