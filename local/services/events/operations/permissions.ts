import type { JsonObject } from '../../../cloud/service.ts';
import { checkMembers } from '../constraints.ts';
import type { EventBus, PolicyStatement } from '../event-bus.ts';
import type { EventsEngine } from '../events-engine.ts';
import { notFound, validationError } from '../events-error.ts';
import { isObject, listMember, objectMember, textMember } from '../request-members.ts';

/** Lets another account, an organization, or whoever a whole policy names put events on a bus. */
export function putPermission(engine: EventsEngine, input: JsonObject): void {
  const bus = engine.bus(textMember(input, 'EventBusName'));
  const policy = textMember(input, 'Policy');
  if (policy !== undefined) bus.policy = parseStatements(policy);
  else putStatement(bus, newStatement(bus, input));
  bus.modifiedMs = engine.cloud.clock.now();
  engine.changed.bus(bus);
}

export function removePermission(engine: EventsEngine, input: JsonObject): void {
  const bus = engine.bus(textMember(input, 'EventBusName'));
  const sid = textMember(input, 'StatementId');
  if (input.RemoveAllPermissions === true) bus.policy = [];
  else if (bus.policy.length === 0) throw notFound('EventBus does not have a policy');
  else if (!bus.policy.some(statement => statement.Sid === sid))
    throw notFound('Statement with the provided id does not exist');
  else bus.policy = bus.policy.filter(statement => statement.Sid !== sid);
  bus.modifiedMs = engine.cloud.clock.now();
  engine.changed.bus(bus);
}

function newStatement(bus: EventBus, input: JsonObject): PolicyStatement {
  checkMembers(input, {
    Action: { required: true, maxLength: 64, pattern: 'events:[a-zA-Z]+' },
    Principal: { required: true, maxLength: 12, pattern: '(\\d{12}|\\*)' },
    StatementId: { required: true, maxLength: 64, pattern: '[a-zA-Z0-9-_]+' },
  });
  const principal = textMember(input, 'Principal');
  const condition = objectMember(input, 'Condition');
  return {
    Sid: textMember(input, 'StatementId') ?? '',
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : { AWS: `arn:aws:iam::${principal}:root` },
    Action: textMember(input, 'Action'),
    Resource: bus.arn,
    ...(condition && { Condition: conditionBlock(condition) }),
  };
}

/** `{Type: StringEquals, Key: aws:PrincipalOrgID, Value: o-1}` as a policy writes it. */
function conditionBlock(condition: JsonObject): JsonObject {
  return { [String(condition.Type)]: { [String(condition.Key)]: condition.Value } };
}

function putStatement(bus: EventBus, statement: PolicyStatement): void {
  bus.policy = [...bus.policy.filter(({ Sid }) => Sid !== statement.Sid), statement];
}

function parseStatements(policy: string): PolicyStatement[] {
  try {
    const document: unknown = JSON.parse(policy);
    if (isObject(document)) return listMember(document, 'Statement').filter(isObject);
  } catch {
    // refused below, like any other text that is not a policy
  }
  throw validationError('Parameter Policy is not valid. Reason: The policy is not a JSON object.');
}
