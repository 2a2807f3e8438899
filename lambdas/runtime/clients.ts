/** SDK clients, each made at its first use and shared by everything in the function. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { once } from './once.ts';

export const dynamodbClient = /* @__PURE__ */ once(() => new DynamoDBClient({}));
export const eventbridgeClient = /* @__PURE__ */ once(() => new EventBridgeClient({}));
/** Tries once: the log tries again itself, and what a busy stream does not take soon belongs into the overflow queue. */
export const kinesisClient = /* @__PURE__ */ once(() => new KinesisClient({ maxAttempts: 1 }));
/** Addressed by path, so that a bucket needs no host name of its own. */
export const s3Client = /* @__PURE__ */ once(() => new S3Client({ forcePathStyle: true }));
export const sfnClient = /* @__PURE__ */ once(() => new SFNClient({}));
export const sqsClient = /* @__PURE__ */ once(() => new SQSClient({}));
