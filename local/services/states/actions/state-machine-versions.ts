import { AwsError } from '../../../cloud/aws-error.ts';
import type { MachineVersion } from '../machine-names.ts';
import type { StateMachine } from '../state-machine.ts';
import type { StatesEngine } from '../states-engine.ts';
import type { Action } from './action.ts';
import { pageOf } from './pages.ts';

/** What a machine's first revision is called. */
const FIRST_REVISION = 'INITIAL';

/** `PublishStateMachineVersion`: the machine as it is now gets a number; once per revision. */
export const publishStateMachineVersion: Action = engine => input => {
  const machine = engine.stateMachine(input.stateMachineArn);
  const current = machine.revisionId ?? FIRST_REVISION;
  if (input.revisionId !== undefined && input.revisionId !== current) {
    const reason = `Failed to publish the State Machine version for revision ${input.revisionId}`;
    throw new AwsError('ConflictException', `${reason}. The current State Machine's revision is ${current}.`);
  }
  const { arn, creationDate } = publishVersion(engine, machine, textOrNothing(input.description));
  return { stateMachineVersionArn: arn, creationDate };
};

/** Publishes a machine's revision, unless its last version is of that revision. */
export function publishVersion(
  engine: StatesEngine,
  machine: StateMachine,
  description: string | undefined,
): MachineVersion {
  const { machineNames, cloud } = engine;
  const [last] = machineNames.versionsOf(machine.arn);
  if (last && last.machine.revisionId === machine.revisionId) return last;
  const number = machineNames.nextNumber(machine.arn);
  const arn = `${machine.arn}:${number}`;
  const version = { arn, machine, number, description, creationDate: cloud.clock.now() / 1000 };
  machineNames.versions.set(arn, version);
  return version;
}

/** `ListStateMachineVersions`, the newest first. */
export const listStateMachineVersions: Action = engine => input => {
  const machine = engine.stateMachine(input.stateMachineArn);
  const { items, nextToken } = pageOf(engine.machineNames.versionsOf(machine.arn), input);
  const stateMachineVersions = items.map(({ arn, creationDate }) => ({ stateMachineVersionArn: arn, creationDate }));
  return { stateMachineVersions, ...(nextToken === undefined ? {} : { nextToken }) };
};

/** `DeleteStateMachineVersion`: not while an alias leads to it; a version that is not there is no error. */
export const deleteStateMachineVersion: Action = engine => input => {
  const { versions, aliases } = engine.machineNames;
  const arn = String(input.stateMachineVersionArn);
  if (!/:\d+$/.test(arn)) throw new AwsError('ValidationException', `Version ARN is not valid: '${arn}'`);
  const users = [...aliases.values()].filter(({ routes }) =>
    routes.some(({ stateMachineVersionArn }) => stateMachineVersionArn === arn),
  );
  if (users.length > 0) {
    const names = users.map(({ name }) => name).join(', ');
    const reason = 'Version to be deleted must not be referenced by an alias';
    throw new AwsError('ConflictException', `${reason}. Current list of aliases referencing this version: [${names}]`);
  }
  versions.delete(arn);
  return {};
};

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
