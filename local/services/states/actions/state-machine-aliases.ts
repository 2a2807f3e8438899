import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject, jsonEquals } from '../json-object.ts';
import type { AliasRoute, MachineAlias } from '../machine-names.ts';
import type { StatesEngine } from '../states-engine.ts';
import type { Action } from './action.ts';
import { pageOf } from './pages.ts';

const NAME = /^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]{1,80}$/;
const MOST_ROUTES = 2;

/** `CreateStateMachineAlias`: idempotent for the same routes and description. */
export const createStateMachineAlias: Action = engine => input => {
  const name = checkAliasName(input.name);
  const routes = checkRoutes(engine, input.routingConfiguration);
  const machineArn = machineOf(routes);
  const arn = `${machineArn}:${name}`;
  const description = textOrNothing(input.description);
  const known = engine.machineNames.aliases.get(arn);
  if (known && !(jsonEquals(known.routes, routes) && known.description === description)) {
    throw new AwsError(
      'ConflictException',
      'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
    );
  }
  const now = engine.cloud.clock.now() / 1000;
  const alias = known ?? { arn, name, machineArn, description, routes, creationDate: now, updateDate: now };
  engine.machineNames.aliases.set(arn, alias);
  return { stateMachineAliasArn: arn, creationDate: alias.creationDate };
};

/** `UpdateStateMachineAlias` */
export const updateStateMachineAlias: Action = engine => input => {
  const alias = existing(engine, input);
  const { description, routingConfiguration } = input;
  if (description === undefined && routingConfiguration === undefined) {
    throw new AwsError('ValidationException', 'Either the description or the routing configuration must be specified.');
  }
  const routes = routingConfiguration === undefined ? alias.routes : checkRoutes(engine, routingConfiguration);
  if (machineOf(routes) !== alias.machineArn) throw notOneMachine();
  const updateDate = engine.cloud.clock.now() / 1000;
  const updated = { ...alias, routes, description: textOrNothing(description) ?? alias.description, updateDate };
  engine.machineNames.aliases.set(alias.arn, updated);
  return { updateDate };
};

/** `DescribeStateMachineAlias` */
export const describeStateMachineAlias: Action = engine => input => {
  const { arn, name, description, routes, creationDate, updateDate } = existing(engine, input);
  return {
    stateMachineAliasArn: arn,
    name,
    ...(description === undefined ? {} : { description }),
    routingConfiguration: routes,
    creationDate,
    updateDate,
  };
};

/** `ListStateMachineAliases`: those of a machine, or those that lead to one of its versions. */
export const listStateMachineAliases: Action = engine => input => {
  const arn = String(input.stateMachineArn);
  const version = engine.machineNames.versions.get(arn);
  const machine = version?.machine ?? engine.stateMachine(arn);
  const found = engine.machineNames
    .aliasesOf(machine.arn)
    .filter(({ routes }) => !version || routes.some(({ stateMachineVersionArn }) => stateMachineVersionArn === arn));
  const { items, nextToken } = pageOf(found, input);
  const stateMachineAliases = items.map(alias => ({
    stateMachineAliasArn: alias.arn,
    creationDate: alias.creationDate,
  }));
  return { stateMachineAliases, ...(nextToken === undefined ? {} : { nextToken }) };
};

/** `DeleteStateMachineAlias` */
export const deleteStateMachineAlias: Action = engine => input => {
  engine.machineNames.aliases.delete(existing(engine, input).arn);
  return {};
};

function existing(engine: StatesEngine, { stateMachineAliasArn }: JsonObject): MachineAlias {
  const found = engine.machineNames.aliases.get(String(stateMachineAliasArn));
  if (found) return found;
  throw new AwsError('ResourceNotFound', 'Request references a resource that does not exist.', {
    fields: { resourceName: stateMachineAliasArn },
  });
}

function checkAliasName(name: unknown): string {
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ${NAME.source}`,
  );
}

function checkRoutes(engine: StatesEngine, value: unknown): AliasRoute[] {
  const routes = Array.isArray(value) ? value.filter(isJsonObject) : [];
  if (routes.length === 0 || routes.length > MOST_ROUTES) {
    throw new AwsError('ValidationException', `Routing configuration must have 1 to ${MOST_ROUTES} entries.`);
  }
  const checked = routes.map(({ stateMachineVersionArn, weight }) => {
    if (!engine.machineNames.versions.has(String(stateMachineVersionArn))) {
      throw new AwsError('ResourceNotFound', 'Request references a resource that does not exist.');
    }
    return { stateMachineVersionArn: String(stateMachineVersionArn), weight: checkWeight(weight) };
  });
  const total = checked.reduce((sum, { weight }) => sum + weight, 0);
  if (total !== 100) {
    throw new AwsError(
      'ValidationException',
      `Sum of routing configuration weights must equal 100. Received: ${total}`,
    );
  }
  const [first, second] = checked;
  if (first && second?.stateMachineVersionArn === first.stateMachineVersionArn) {
    throw new AwsError(
      'ValidationException',
      'Routing configuration must contain distinct state machine version ARNs.',
    );
  }
  if (new Set(checked.map(route => machineOf([route]))).size > 1) throw notOneMachine();
  return checked;
}

function checkWeight(weight: unknown): number {
  if (Number.isInteger(weight) && Number(weight) >= 0 && Number(weight) <= 100) return Number(weight);
  throw new AwsError('ValidationException', `Weight must be an integer between 0 and 100. Received: ${weight}`);
}

function notOneMachine(): AwsError {
  return new AwsError('ValidationException', 'Routing configuration must contain versions of one state machine.');
}

/** The machine whose versions these are. */
function machineOf([route]: readonly AliasRoute[]): string {
  return String(route?.stateMachineVersionArn).replace(/:\d+$/, '');
}

function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
