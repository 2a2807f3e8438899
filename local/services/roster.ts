import type { Cloud } from '../cloud/cloud.ts';
import { cloudformationService } from './cloudformation/cloudformation-service.ts';
import { dynamodbServices } from './dynamodb/dynamodb-service.ts';
import type { StreamSharding } from './dynamodb/streams/sharding.ts';
import { eventsService } from './events/events-service.ts';
import { executeApiService } from './execute-api/execute-api-service.ts';
import { iamService } from './iam/iam-service.ts';
import { kinesisService } from './kinesis/kinesis-service.ts';
import { type LambdaServiceOptions, lambdaService } from './lambda/lambda-service.ts';
import { logsService } from './logs/logs-service.ts';
import { monitoringService } from './monitoring/monitoring-service.ts';
import { s3Service } from './s3/s3-service.ts';
import { schedulerService } from './scheduler/scheduler-service.ts';
import { schemasService } from './schemas/schemas-service.ts';
import { snsService } from './sns/sns-service.ts';
import { sqsService } from './sqs/sqs-service.ts';
import { ssmService } from './ssm/ssm-service.ts';
import { statesService } from './states/states-service.ts';
import { stsService } from './sts/sts-service.ts';

/** Limits of AWS that are enforced only if asked for: without them work here is as fast as the machine. */
export interface Limits {
  /** What DynamoDB tables, global indexes and partition keys take per second. @default false */
  readonly dynamodb?: boolean;
  /** Five reads and 2 MiB per second and Kinesis shard; what a shard takes in is always limited. @default false */
  readonly kinesisReads?: boolean;
}

export interface RosterOptions {
  readonly lambda?: LambdaServiceOptions;
  readonly limits?: Limits;
  /** How the streams of DynamoDB tables are cut into shards. @default one shard, followed by another every four hours */
  readonly tableStreams?: StreamSharding;
}

/** Every service of the embedded cloud. Metrics and logs come first: the others report to them from their first call on. */
export function registerServices(cloud: Cloud, options: RosterOptions = {}): void {
  const { limits = {}, tableStreams = {} } = options;
  const services = [
    monitoringService(cloud),
    logsService(cloud),
    iamService(cloud),
    stsService(cloud),
    ssmService(cloud),
    s3Service(cloud),
    ...dynamodbServices(cloud, { enforceLimits: limits.dynamodb ?? false, streams: tableStreams }),
    kinesisService(cloud, { enforceReadLimits: limits.kinesisReads ?? false }),
    sqsService(cloud),
    snsService(cloud),
    lambdaService(cloud, options.lambda),
    executeApiService(cloud),
    eventsService(cloud),
    schedulerService(cloud),
    schemasService(cloud),
    statesService(cloud),
    cloudformationService(cloud),
  ];
  for (const service of services) cloud.register(service);
}
