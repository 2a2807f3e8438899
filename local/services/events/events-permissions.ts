import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Permission } from '../../cloud/service.ts';
import { DEFAULT_BUS } from './event-bus.ts';
import { busName } from './events-engine.ts';
import { isObject, listMember, textMember } from './request-members.ts';

/** What a call needs to be allowed (service authorization reference, "Amazon EventBridge"). */
export function eventsPermissions(cloud: Cloud, operation: string, input: JsonObject): readonly Permission[] {
  return [{ action: `events:${operation}`, resources: resources(cloud, operation, input) }];
}

function resources(cloud: Cloud, operation: string, input: JsonObject): readonly string[] {
  const busArn = (name: string | undefined): string => cloud.arn('events', `event-bus/${busName(name)}`);
  switch (operation) {
    case 'PutEvents':
      return [
        ...new Set(
          listMember(input, 'Entries')
            .filter(isObject)
            .map(entry => busArn(textMember(entry, 'EventBusName'))),
        ),
      ];
    case 'CreateEventBus':
    case 'UpdateEventBus':
    case 'DeleteEventBus':
    case 'DescribeEventBus':
      return [busArn(textMember(input, 'Name'))];
    case 'PutPermission':
    case 'RemovePermission':
      return [busArn(textMember(input, 'EventBusName'))];
    case 'PutRule':
    case 'DescribeRule':
    case 'DeleteRule':
    case 'EnableRule':
    case 'DisableRule':
      return [ruleArn(cloud, input, 'Name')];
    case 'PutTargets':
    case 'RemoveTargets':
    case 'ListTargetsByRule':
      return [ruleArn(cloud, input, 'Rule')];
    case 'CreateArchive':
    case 'UpdateArchive':
    case 'DeleteArchive':
    case 'DescribeArchive':
      return [cloud.arn('events', `archive/${textMember(input, 'ArchiveName')}`)];
    case 'StartReplay':
    case 'DescribeReplay':
    case 'CancelReplay':
      return [cloud.arn('events', `replay/${textMember(input, 'ReplayName')}`)];
    case 'InvokeApiDestination':
      return [textMember(input, 'ApiDestinationArn') ?? '*'];
    case 'CreateApiDestination':
    case 'UpdateApiDestination':
    case 'DeleteApiDestination':
    case 'DescribeApiDestination':
      return [cloud.arn('events', `api-destination/${textMember(input, 'Name')}`)];
    case 'CreateConnection':
    case 'UpdateConnection':
    case 'DeleteConnection':
    case 'DeauthorizeConnection':
    case 'DescribeConnection':
      return [cloud.arn('events', `connection/${textMember(input, 'Name')}`)];
    case 'TagResource':
    case 'UntagResource':
    case 'ListTagsForResource':
      return [textMember(input, 'ResourceARN') ?? '*'];
    default:
      return ['*'];
  }
}

function ruleArn(cloud: Cloud, input: JsonObject, member: string): string {
  const bus = busName(textMember(input, 'EventBusName'));
  const rule = textMember(input, member);
  return cloud.arn('events', bus === DEFAULT_BUS ? `rule/${rule}` : `rule/${bus}/${rule}`);
}
