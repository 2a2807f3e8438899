import type { Cloud } from '../cloud/cloud.ts';
import { dynamodbServices } from './dynamodb/dynamodb-service.ts';
import { eventsService } from './events/events-service.ts';
import { executeApiService } from './execute-api/execute-api-service.ts';
import { iamService } from './iam/iam-service.ts';
import { kinesisService } from './kinesis/kinesis-service.ts';
import { lambdaService } from './lambda/lambda-service.ts';
import { logsService } from './logs/logs-service.ts';
import { monitoringService } from './monitoring/monitoring-service.ts';
import { s3Service } from './s3/s3-service.ts';
import { schedulerService } from './scheduler/scheduler-service.ts';
import { snsService } from './sns/sns-service.ts';
import { sqsService } from './sqs/sqs-service.ts';
import { ssmService } from './ssm/ssm-service.ts';
import { statesService } from './states/states-service.ts';
import { stsService } from './sts/sts-service.ts';

/** Every service of the embedded cloud. Metrics and logs come first: the others report to them from their first call on. */
export function registerServices(cloud: Cloud): void {
  const services = [
    monitoringService(cloud),
    logsService(cloud),
    iamService(cloud),
    stsService(cloud),
    ssmService(cloud),
    s3Service(cloud),
    ...dynamodbServices(cloud),
    kinesisService(cloud),
    sqsService(cloud),
    snsService(cloud),
    lambdaService(cloud),
    executeApiService(cloud),
    eventsService(cloud),
    schedulerService(cloud),
    statesService(cloud),
  ];
  for (const service of services) cloud.register(service);
}
