/**
 * How a stack finds what another stack made: by the name that both derive from the config, or, where AWS chooses the name,
 * by a parameter in SSM. Never by a CloudFormation export: an export cannot change or go while somebody imports it, and so
 * two stacks can lock each other.
 */
import { Stack } from 'aws-cdk-lib';
import { HttpApi, type IHttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { type IStream, Stream } from 'aws-cdk-lib/aws-kinesis';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { MillraceConfig } from './config.ts';
import { API_ID_PARAMETER } from './constructs/http-endpoint.ts';
import { bucketName, parameterName, resourceName } from './names.ts';

/** The names of what more than one stack uses. */
export const NAMES = {
  stream: 'events',
  quarantine: 'quarantine',
  claimChecks: 'claim-check',
  schemas: 'schemas',
  salesProjection: 'sales-projection',
  tripBookings: 'trip-bookings',
  tripProjection: 'trip-projection',
} as const;

export function eventStream(scope: Construct, config: MillraceConfig): IStream {
  const streamArn = Stack.of(scope).formatArn({
    service: 'kinesis',
    resource: 'stream',
    resourceName: resourceName(config, NAMES.stream),
  });
  return Stream.fromStreamArn(scope, 'EventStream', streamArn);
}

export function quarantineBucket(scope: Construct, config: MillraceConfig): IBucket {
  return Bucket.fromBucketName(scope, 'QuarantineBucket', bucketName(config, NAMES.quarantine));
}

export function claimCheckBucket(scope: Construct, config: MillraceConfig): IBucket {
  return Bucket.fromBucketName(scope, 'ClaimCheckBucket', bucketName(config, NAMES.claimChecks));
}

export function eventBus(scope: Construct, config: MillraceConfig): IEventBus {
  return EventBus.fromEventBusName(scope, 'EventBus', busName(config));
}

/** The bus has the name of the platform and the stage alone. */
export function busName(config: MillraceConfig): string {
  return `millrace-${config.stage}`;
}

/** The queue of a subscription of the routing stack. */
export function subscriptionQueue(scope: Construct, config: MillraceConfig, queue: string): IQueue {
  const queueArn = Stack.of(scope).formatArn({ service: 'sqs', resource: resourceName(config, queue) });
  return Queue.fromQueueArn(scope, `Queue-${queue}`, queueArn);
}

export function httpApi(scope: Construct, config: MillraceConfig): IHttpApi {
  return HttpApi.fromHttpApiAttributes(scope, 'HttpApi', { httpApiId: httpApiId(scope, config) });
}

export function httpApiId(scope: Construct, config: MillraceConfig): string {
  return StringParameter.valueForStringParameter(scope, parameterName(config, API_ID_PARAMETER));
}
