import type { JsonObject } from '../../../cloud/service.ts';
import { NAME_PATTERN, numberViolations, textViolations, violationsError } from '../constraints.ts';
import { placeholders } from '../delivery/input-template.ts';
import { parseJsonPath } from '../delivery/json-path.ts';
import { KINDS_NEEDING_ROLE, targetKind } from '../delivery/target-call.ts';
import { RESERVED_VARIABLES } from '../delivery/target-input.ts';
import type { Target } from '../event-bus.ts';
import type { EventsEngine } from '../events-engine.ts';
import { limitExceeded, validationError } from '../events-error.ts';
import { isObject, listMember, numberMember, objectMember, textMember } from '../request-members.ts';

const MAX_TARGETS = 5;
const INPUTS = ['Input', 'InputPath', 'InputTransformer'];

/** Adds targets to a rule, or puts new ones in the place of those with the same ids. */
export function putTargets(engine: EventsEngine, input: JsonObject): JsonObject {
  const targets = listMember(input, 'Targets').filter(isObject).map(toTarget);
  checkMembersOf(targets);
  const rule = engine.rule(engine.bus(textMember(input, 'EventBusName')), textMember(input, 'Rule') ?? '');
  for (const target of targets) checkTarget(target);
  const ids = new Set([...rule.targets.keys(), ...targets.map(target => target.Id)]);
  if (ids.size > MAX_TARGETS) throw limitExceeded();
  for (const target of targets) rule.targets.set(target.Id, target);
  engine.changed.rule(rule);
  return { FailedEntryCount: 0, FailedEntries: [] };
}

function toTarget(target: JsonObject): Target {
  return { ...target, Id: textMember(target, 'Id') ?? '', Arn: textMember(target, 'Arn') ?? '' };
}

function checkMembersOf(targets: readonly Target[]): void {
  const violations = targets.flatMap((target, index) => {
    const path = `targets.${index + 1}.member`;
    return [
      ...textViolations(`${path}.id`, target.Id, { pattern: NAME_PATTERN, minLength: 1, maxLength: 64 }),
      ...retryPolicyViolations(`${path}.retryPolicy`, objectMember(target, 'RetryPolicy') ?? {}),
    ];
  });
  if (violations.length > 0) throw violationsError(violations);
}

function retryPolicyViolations(path: string, policy: JsonObject): string[] {
  const attempts = numberMember(policy, 'MaximumRetryAttempts');
  const age = numberMember(policy, 'MaximumEventAgeInSeconds');
  return [
    ...numberViolations(`${path}.maximumRetryAttempts`, attempts, { from: 0, to: 185 }),
    ...numberViolations(`${path}.maximumEventAgeInSeconds`, age, { from: 60, to: 86_400 }),
  ];
}

function checkTarget(target: Target): void {
  const { Id: id, Arn: arn } = target;
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+/.test(arn)) {
    throw validationError(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  const kind = targetKind(arn);
  if (!kind) throw validationError(`Target ${id} is not supported by the embedded cloud: ${arn}`);
  if (KINDS_NEEDING_ROLE.has(kind) && textMember(target, 'RoleArn') === undefined)
    throw validationError(`RoleArn is required for target ${arn}.`);
  if (kind === 'sqs' && arn.endsWith('.fifo') && !objectMember(target, 'SqsParameters'))
    throw validationError(`Parameter(s) SqsParameters must be specified for target: ${id}.`);
  checkInput(target);
}

function checkInput(target: Target): void {
  if (INPUTS.filter(member => target[member] !== undefined).length > 1) {
    throw validationError(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`,
    );
  }
  checkJson(target);
  checkPath(target, textMember(target, 'InputPath'));
  const transformer = objectMember(target, 'InputTransformer');
  if (!transformer) return;
  const variables = objectMember(transformer, 'InputPathsMap') ?? {};
  for (const name of Object.keys(variables)) checkPath(target, textMember(variables, name));
  const known = new Set([...Object.keys(variables), ...RESERVED_VARIABLES]);
  const unknown = placeholders(textMember(transformer, 'InputTemplate') ?? '').find(name => !known.has(name));
  if (unknown !== undefined)
    throw validationError(`InputTemplate for target ${target.Id} contains invalid placeholder ${unknown}.`);
}

function checkJson(target: Target): void {
  const constant = textMember(target, 'Input');
  if (constant === undefined) return;
  try {
    JSON.parse(constant);
  } catch {
    throw validationError(`JSON syntax error in input for target ${target.Id}: one of the values is not valid JSON.`);
  }
}

function checkPath(target: Target, path: string | undefined): void {
  if (path !== undefined && !parseJsonPath(path))
    throw validationError(`Invalid JSONPath for target ${target.Id}: ${path}`);
}
