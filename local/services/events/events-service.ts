import type { Cloud } from '../../cloud/cloud.ts';
import type { Call, JsonObject, Operation, Service } from '../../cloud/service.ts';
import { EventsEngine } from './events-engine.ts';
import { eventsPermissions } from './events-permissions.ts';
import {
  createApiDestination,
  deleteApiDestination,
  describeApiDestination,
  listApiDestinations,
  updateApiDestination,
} from './operations/api-destinations.ts';
import { createArchive, deleteArchive, describeArchive, listArchives, updateArchive } from './operations/archives.ts';
import {
  createConnection,
  deauthorizeConnection,
  deleteConnection,
  describeConnection,
  listConnections,
  updateConnection,
} from './operations/connections.ts';
import {
  createEventBus,
  deleteEventBus,
  describeEventBus,
  listEventBuses,
  policyDocument,
  updateEventBus,
} from './operations/event-buses.ts';
import { invokeApiDestination } from './operations/invoke-api-destination.ts';
import { putPermission, removePermission } from './operations/permissions.ts';
import { putEvents } from './operations/put-events.ts';
import { putRule } from './operations/put-rule.ts';
import { putTargets } from './operations/put-targets.ts';
import { cancelReplay, describeReplay, listReplays } from './operations/replays.ts';
import {
  deleteRule,
  describeRule,
  disableRule,
  enableRule,
  listRuleNamesByTarget,
  listRules,
} from './operations/rules.ts';
import { startReplay } from './operations/start-replay.ts';
import { listTagsForResource, tagResource, untagResource } from './operations/tags.ts';
import { listTargetsByRule, removeTargets } from './operations/targets.ts';
import { testEventPattern } from './operations/test-event-pattern.ts';

type EngineOperation = (engine: EventsEngine, input: JsonObject, call: Call) => unknown;

const OPERATIONS: Readonly<Record<string, EngineOperation>> = {
  CancelReplay: cancelReplay,
  CreateApiDestination: createApiDestination,
  CreateArchive: createArchive,
  CreateConnection: createConnection,
  CreateEventBus: createEventBus,
  DeauthorizeConnection: deauthorizeConnection,
  DeleteApiDestination: deleteApiDestination,
  DeleteArchive: deleteArchive,
  DeleteConnection: deleteConnection,
  DeleteEventBus: deleteEventBus,
  DeleteRule: deleteRule,
  DescribeApiDestination: describeApiDestination,
  DescribeArchive: describeArchive,
  DescribeConnection: describeConnection,
  DescribeEventBus: describeEventBus,
  DescribeReplay: describeReplay,
  DescribeRule: describeRule,
  DisableRule: disableRule,
  EnableRule: enableRule,
  InvokeApiDestination: invokeApiDestination,
  ListApiDestinations: listApiDestinations,
  ListArchives: listArchives,
  ListConnections: listConnections,
  ListEventBuses: listEventBuses,
  ListReplays: listReplays,
  ListRuleNamesByTarget: listRuleNamesByTarget,
  ListRules: listRules,
  ListTagsForResource: listTagsForResource,
  ListTargetsByRule: listTargetsByRule,
  PutEvents: putEvents,
  PutPermission: putPermission,
  PutRule: putRule,
  PutTargets: putTargets,
  RemovePermission: removePermission,
  RemoveTargets: removeTargets,
  StartReplay: startReplay,
  TagResource: tagResource,
  TestEventPattern: testEventPattern,
  UntagResource: untagResource,
  UpdateApiDestination: updateApiDestination,
  UpdateArchive: updateArchive,
  UpdateConnection: updateConnection,
  UpdateEventBus: updateEventBus,
};

/** Amazon EventBridge: buses, rules, targets, archives and replays. */
export function eventsService(cloud: Cloud): Service {
  const engine = new EventsEngine(cloud);
  const operations: Record<string, Operation> = {};
  for (const [name, operation] of Object.entries(OPERATIONS))
    operations[name] = (input, call) => operation(engine, input, call);
  return {
    name: 'events',
    wire: { protocol: 'json', targetPrefix: 'AWSEvents', version: '1.1' },
    operations,
    permissions: (operation, input) => eventsPermissions(cloud, operation, input),
    resourcePolicy: arn => {
      const bus = arn.includes(':event-bus/') ? engine.findBus(arn) : undefined;
      return bus && policyDocument(bus);
    },
  };
}
