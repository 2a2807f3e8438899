import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Permission } from '../../cloud/service.ts';

/** The member of a request that names the resource that the call is about. */
const RESOURCE_MEMBERS = [
  'stateMachineArn',
  'stateMachineVersionArn',
  'stateMachineAliasArn',
  'executionArn',
  'activityArn',
  'mapRunArn',
  'resourceArn',
] as const;

/** What a call needs to be allowed: its own action on the machine, execution or activity that it names. */
export function statesPermissions(cloud: Cloud, operation: string, input: JsonObject): readonly Permission[] {
  return [{ action: `states:${operation}`, resources: [resourceOf(cloud, operation, input)] }];
}

function resourceOf(cloud: Cloud, operation: string, input: JsonObject): string {
  if (operation === 'CreateStateMachine') return cloud.arn('states', `stateMachine:${input.name}`);
  if (operation === 'CreateActivity') return cloud.arn('states', `activity:${input.name}`);
  const member = RESOURCE_MEMBERS.find(name => typeof input[name] === 'string');
  return member === undefined ? '*' : String(input[member]);
}
