/**
 * SDK clients, each made at its first use and shared by everything in the function.
 *
 * No call waits for ever: a try that is not answered ends, a call has a few tries, and no try outlives the invocation
 * (`in-time.ts`). All tries of one call take less than a function's time-out of 30 seconds.
 */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { endInTime } from './in-time.ts';
import { once } from './once.ts';

/** One try. AWS answers in milliseconds; what takes seconds is lost, and another connection may have more luck. */
const CONNECTION_TIMEOUT_MS = 2000;
const REQUEST_TIMEOUT_MS = 5000;

const HTTP = {
  requestHandler: {
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
    socketTimeout: REQUEST_TIMEOUT_MS, // an answer that stops in its middle
  },
};
/**
 * For Kinesis, whose client would speak HTTP/2: over one connection, which takes all requests with it when it goes silent, or
 * over a new one for each request. Kept connections of HTTP/1.1 do neither.
 */
const http1 = () => ({ requestHandler: new NodeHttpHandler(HTTP.requestHandler) });

/** For the answer of another function. */
const FUNCTION_WAIT = { requestTimeout: 40_000, socketTimeout: 40_000 };

/** Tries of a call, the first included, with the SDK's back-off between them. */
const SOME_TRIES = { maxAttempts: 3 };
/** For calls whose adapter tries again itself: it reads what was refused, and knows what else it could do. */
const ONE_TRY = { maxAttempts: 1 };
/** For reading what others write, beside the functions that live by it: who only looks can wait. */
const PATIENT = { maxAttempts: 8 };

export const dynamodbClient = /* @__PURE__ */ once(() => handlerClient(new DynamoDBClient({ ...HTTP, ...SOME_TRIES })));
export const dynamodbStreamsClient = /* @__PURE__ */ once(() =>
  handlerClient(new DynamoDBStreamsClient({ ...HTTP, ...PATIENT })),
);
export const eventbridgeClient = /* @__PURE__ */ once(() =>
  handlerClient(new EventBridgeClient({ ...HTTP, ...ONE_TRY })),
);
export const kinesisClient = /* @__PURE__ */ once(() => handlerClient(new KinesisClient({ ...http1(), ...ONE_TRY })));
/** A function may take as long as it may run. */
export const lambdaClient = /* @__PURE__ */ once(() =>
  handlerClient(new LambdaClient({ requestHandler: { ...HTTP.requestHandler, ...FUNCTION_WAIT }, ...PATIENT })),
);
export const logsClient = /* @__PURE__ */ once(() => handlerClient(new CloudWatchLogsClient({ ...HTTP, ...PATIENT })));
export const kinesisReader = /* @__PURE__ */ once(() => handlerClient(new KinesisClient({ ...http1(), ...PATIENT })));
export const sqsReader = /* @__PURE__ */ once(() => handlerClient(new SQSClient({ ...HTTP, ...PATIENT })));
/** Addressed by path, so that a bucket needs no host name of its own. */
export const s3Client = /* @__PURE__ */ once(() =>
  handlerClient(new S3Client({ ...HTTP, ...SOME_TRIES, forcePathStyle: true })),
);
export const sfnClient = /* @__PURE__ */ once(() => handlerClient(new SFNClient({ ...HTTP, ...SOME_TRIES })));
export const sqsClient = /* @__PURE__ */ once(() => handlerClient(new SQSClient({ ...HTTP, ...ONE_TRY })));

/** What every client of the SDK has. */
interface SdkClient {
  readonly config: { logger?: Logger | undefined };
  readonly middlewareStack: {
    add(
      middleware: typeof endInTime,
      place: { readonly step: 'finalizeRequest'; readonly priority: 'low'; readonly name: string },
    ): void;
  };
}

type Logger = DynamoDBClient['config']['logger'];

const SILENT = { trace() {}, debug() {}, warn() {}, error() {} };

/** Gives a client what all clients of handlers have: calls that end in time, and nothing that is done to be thrown away. */
export function handlerClient<Client extends SdkClient>(client: Client): Client {
  client.middlewareStack.add(endInTime, { step: 'finalizeRequest', priority: 'low', name: 'endInTime' });
  // The SDK's own silent logger has an `info`, for which each input and output is copied, member by member: a twentieth of a write.
  client.config.logger = SILENT as unknown as Logger; // the SDK asks whether there is an `info` before it calls it
  return client;
}
