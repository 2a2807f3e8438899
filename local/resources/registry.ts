import { apigatewayv2Api } from './apigatewayv2-api.ts';
import { apigatewayv2Integration } from './apigatewayv2-integration.ts';
import { apigatewayv2Route } from './apigatewayv2-route.ts';
import { apigatewayv2Stage } from './apigatewayv2-stage.ts';
import { cdkMetadata } from './cdk-metadata.ts';
import { cloudformationCustomResource, customResourceType } from './cloudformation-custom-resource.ts';
import { cloudwatchAlarm } from './cloudwatch-alarm.ts';
import { cloudwatchCompositeAlarm } from './cloudwatch-composite-alarm.ts';
import { cloudwatchDashboard } from './cloudwatch-dashboard.ts';
import { dynamodbGlobalTable } from './dynamodb-global-table.ts';
import { dynamodbTable } from './dynamodb-table.ts';
import { eventsApiDestination } from './events-api-destination.ts';
import { eventsArchive } from './events-archive.ts';
import { eventsConnection } from './events-connection.ts';
import { eventsEventBus } from './events-event-bus.ts';
import { eventsEventBusPolicy } from './events-event-bus-policy.ts';
import { eventsRule } from './events-rule.ts';
import { eventschemasRegistry } from './eventschemas-registry.ts';
import { eventschemasSchema } from './eventschemas-schema.ts';
import { iamManagedPolicy } from './iam-managed-policy.ts';
import { iamPolicy } from './iam-policy.ts';
import { iamRole } from './iam-role.ts';
import { kinesisResourcePolicy } from './kinesis-resource-policy.ts';
import { kinesisStream } from './kinesis-stream.ts';
import { kinesisStreamConsumer } from './kinesis-stream-consumer.ts';
import { kmsKey } from './kms-key.ts';
import { lambdaAlias } from './lambda-alias.ts';
import { lambdaEventInvokeConfig } from './lambda-event-invoke-config.ts';
import { lambdaEventSourceMapping } from './lambda-event-source-mapping.ts';
import { lambdaFunction } from './lambda-function.ts';
import { lambdaPermission } from './lambda-permission.ts';
import { lambdaVersion } from './lambda-version.ts';
import { logsLogGroup } from './logs-log-group.ts';
import { logsResourcePolicy } from './logs-resource-policy.ts';
import type { ResourceType } from './resource-type.ts';
import { s3Bucket } from './s3-bucket.ts';
import { s3BucketPolicy } from './s3-bucket-policy.ts';
import { schedulerSchedule } from './scheduler-schedule.ts';
import { schedulerScheduleGroup } from './scheduler-schedule-group.ts';
import { snsSubscription } from './sns-subscription.ts';
import { snsTopic } from './sns-topic.ts';
import { snsTopicPolicy } from './sns-topic-policy.ts';
import { sqsQueue } from './sqs-queue.ts';
import { sqsQueuePolicy } from './sqs-queue-policy.ts';
import { ssmParameter } from './ssm-parameter.ts';
import { stepfunctionsStateMachine } from './stepfunctions-state-machine.ts';
import { stepfunctionsStateMachineAlias } from './stepfunctions-state-machine-alias.ts';
import { stepfunctionsStateMachineVersion } from './stepfunctions-state-machine-version.ts';

/** Every CloudFormation resource type that the embedded cloud can make. One line per type, in alphabetical order. */
const RESOURCE_TYPES: readonly ResourceType<unknown>[] = [
  apigatewayv2Api,
  apigatewayv2Integration,
  apigatewayv2Route,
  apigatewayv2Stage,
  cdkMetadata,
  cloudformationCustomResource,
  cloudwatchAlarm,
  cloudwatchCompositeAlarm,
  cloudwatchDashboard,
  dynamodbGlobalTable,
  dynamodbTable,
  eventsApiDestination,
  eventsArchive,
  eventsConnection,
  eventsEventBus,
  eventsEventBusPolicy,
  eventsRule,
  eventschemasRegistry,
  eventschemasSchema,
  iamManagedPolicy,
  iamPolicy,
  iamRole,
  kinesisResourcePolicy,
  kinesisStream,
  kinesisStreamConsumer,
  kmsKey,
  lambdaAlias,
  lambdaEventInvokeConfig,
  lambdaEventSourceMapping,
  lambdaFunction,
  lambdaPermission,
  lambdaVersion,
  logsLogGroup,
  logsResourcePolicy,
  s3Bucket,
  s3BucketPolicy,
  schedulerSchedule,
  schedulerScheduleGroup,
  snsSubscription,
  snsTopic,
  snsTopicPolicy,
  sqsQueue,
  sqsQueuePolicy,
  ssmParameter,
  stepfunctionsStateMachine,
  stepfunctionsStateMachineAlias,
  stepfunctionsStateMachineVersion,
];

const BY_NAME = new Map(RESOURCE_TYPES.map(definition => [definition.type, definition]));

/** @returns undefined when the embedded cloud has no such type */
export function findResourceType(type: string): ResourceType<unknown> | undefined {
  return BY_NAME.get(type) ?? customResourceType(type);
}

export function allResourceTypes(): readonly ResourceType<unknown>[] {
  return RESOURCE_TYPES;
}
