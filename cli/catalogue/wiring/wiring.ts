/**
 * Finds out of a template what events pass and how it is connected: routes, event source mappings, rules, schedules, and
 * what the policies allow. Not drawn are what only carries the platform itself: dead-letter queues, the memory of
 * idempotency, the lanes of parked keys, and queues that are a detour on a way that is there without them.
 */
import type { DeployedResource } from './deployed-resources.ts';
import { grantedActions } from './granted-actions.ts';
import {
  type Link,
  type LinkKind,
  type Part,
  type PartKind,
  partsAfter,
  partsBefore,
  shortName,
  type Wiring,
} from './part.ts';
import { recordsOf, textOf, valueAt } from './template-values.ts';

const KINDS: Readonly<Record<string, PartKind>> = {
  'AWS::DynamoDB::Table': 'table',
  'AWS::Events::EventBus': 'bus',
  'AWS::Events::Rule': 'rule',
  'AWS::Kinesis::Stream': 'stream',
  'AWS::Lambda::Function': 'function',
  'AWS::SQS::Queue': 'queue',
  'AWS::Scheduler::Schedule': 'schedule',
  'AWS::StepFunctions::StateMachine': 'workflow',
};

const ACTION_LINKS: Readonly<Record<string, LinkKind>> = {
  'dynamodb:BatchWriteItem': 'write',
  'dynamodb:PutItem': 'write',
  'dynamodb:UpdateItem': 'write',
  'dynamodb:BatchGetItem': 'read',
  'dynamodb:GetItem': 'read',
  'dynamodb:Query': 'read',
  'dynamodb:Scan': 'read',
  'events:PutEvents': 'publish',
  'kinesis:PutRecord': 'write',
  'kinesis:PutRecords': 'write',
  'lambda:InvokeFunction': 'invocation',
  'sqs:SendMessage': 'write',
  'states:StartExecution': 'start',
};

/** Environment variables that name the tables in which a handler keeps its own books. */
const BOOKKEEPING_VARIABLES = ['IDEMPOTENCY_TABLE', 'PARKED_TABLE'];

/** The wiring of an app. */
export function findWiring(resources: readonly DeployedResource[]): Wiring {
  const silent = new Set([...deadLetterQueues(resources), ...bookkeepingTables(resources)]);
  const parts = new Map(
    [...resources.flatMap(deployedPart), ...routeParts(resources)]
      .filter(part => !silent.has(part.id))
      .map(part => [part.id, part]),
  );
  const links = new Map<string, Link>();
  for (const link of [...triggerLinks(resources), ...ruleLinks(resources), ...grantLinks(resources)]) {
    if (!parts.has(link.from) || !parts.has(link.to)) continue;
    links.set(`${link.from} ${link.to} ${link.kind}`, link);
  }
  return withoutDetours({ parts, links: [...links.values()] });
}

function deployedPart({ type, name, arn, properties }: DeployedResource): readonly Part[] {
  const kind = KINDS[type];
  if (!kind) return [];
  const description = textOf(properties.Description);
  return [
    {
      id: arn,
      kind,
      name: shortName(name),
      physicalName: name,
      properties,
      ...(description !== undefined && { description }),
    },
  ];
}

/** Routes that carry something: what a browser asks before it calls is none. */
function routeParts(resources: readonly DeployedResource[]): readonly Part[] {
  return resources
    .filter(({ type }) => type === 'AWS::ApiGatewayV2::Route')
    .filter(({ properties }) => !String(properties.RouteKey).startsWith('OPTIONS '))
    .map(({ arn, properties }) => {
      const key = String(properties.RouteKey);
      return { id: arn, kind: 'route', name: key, physicalName: key, properties };
    });
}

function triggerLinks(resources: readonly DeployedResource[]): readonly Link[] {
  const integrations = new Map(resources.map(({ arn, properties }) => [arn, properties.IntegrationUri]));
  return resources.flatMap(({ type, arn, properties }): readonly Link[] => {
    switch (type) {
      case 'AWS::Lambda::EventSourceMapping':
        return linkTo('delivery', String(properties.EventSourceArn), properties.FunctionName);
      case 'AWS::Scheduler::Schedule':
        return linkTo('invocation', arn, valueAt(properties, 'Target', 'Arn'));
      case 'AWS::ApiGatewayV2::Route':
        return linkTo('request', arn, integrations.get(String(properties.Target).replace(/^integrations\//, '')));
      default:
        return [];
    }
  });
}

function ruleLinks(resources: readonly DeployedResource[]): readonly Link[] {
  return resources
    .filter(({ type }) => type === 'AWS::Events::Rule')
    .flatMap(({ arn, properties }) => [
      ...linkTo('delivery', String(properties.EventBusName), arn),
      ...recordsOf(properties.Targets).flatMap(target => linkTo('delivery', arn, target.Arn)),
    ]);
}

function grantLinks(resources: readonly DeployedResource[]): readonly Link[] {
  const actors = resources.filter(({ type }) => /::(Function|StateMachine)$/.test(type));
  return grantedActions(resources).flatMap(({ role, action, resource }) => {
    const kind = ACTION_LINKS[action];
    if (!kind) return [];
    const holders = actors
      .filter(({ properties }) => (properties.Role ?? properties.RoleArn) === role)
      .filter(({ type }) => kind !== 'invocation' || type !== 'AWS::Lambda::Function'); // those calls ask, events go over the bus
    return holders.flatMap(({ arn }) => linkTo(kind, arn, resource.replace(/\/index\/[^/]+$/, '')));
  });
}

function linkTo(kind: LinkKind, from: string, to: unknown): readonly Link[] {
  return typeof to === 'string' ? [{ from, to, kind }] : [];
}

function deadLetterQueues(resources: readonly DeployedResource[]): readonly string[] {
  return resources.flatMap(({ properties }) => {
    const places = [
      valueAt(properties, 'RedrivePolicy', 'deadLetterTargetArn'),
      valueAt(properties, 'DestinationConfig', 'OnFailure', 'Destination'),
      valueAt(properties, 'DeadLetterConfig', 'TargetArn'),
      valueAt(properties, 'Target', 'DeadLetterConfig', 'Arn'),
      ...recordsOf(properties.Targets).map(target => valueAt(target, 'DeadLetterConfig', 'Arn')),
    ];
    return places.filter(place => typeof place === 'string');
  });
}

function bookkeepingTables(resources: readonly DeployedResource[]): readonly string[] {
  return resources.flatMap(({ properties }) =>
    BOOKKEEPING_VARIABLES.flatMap(name => textOf(valueAt(properties, 'Environment', 'Variables', name)) ?? []),
  );
}

/** Leaves out each queue whose consumers only do what whoever fills it does as well. */
function withoutDetours(wiring: Wiring): Wiring {
  const writes = (id: string) => partsAfter(wiring, id, 'write').map(part => part.id);
  const left = new Set<string>();
  for (const queue of wiring.parts.values()) {
    if (queue.kind !== 'queue') continue;
    const writers = partsBefore(wiring, queue.id, 'write');
    const consumers = partsAfter(wiring, queue.id, 'delivery');
    if (writers.length === 0 || consumers.length === 0) continue;
    const isDetour = consumers.every(consumer =>
      writes(consumer.id).every(to => writers.every(writer => writes(writer.id).includes(to))),
    );
    if (isDetour) for (const part of [queue, ...consumers]) left.add(part.id);
  }
  return {
    parts: new Map([...wiring.parts].filter(([id]) => !left.has(id))),
    links: wiring.links.filter(({ from, to }) => !left.has(from) && !left.has(to)),
  };
}
