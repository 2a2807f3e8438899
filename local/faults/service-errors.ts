/** How each service says "too much" and "my fault". Codes and statuses as in the services' API references. */
import { AwsError } from '../cloud/aws-error.ts';
import type { CallRequest } from '../cloud/cloud.ts';

const RATE_EXCEEDED = 'Rate exceeded';
const DYNAMODB_THROTTLED =
  'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning ' +
  'level with the UpdateTable API.';

const THROTTLES: Readonly<Record<string, (request: CallRequest) => AwsError>> = {
  dynamodb: dynamodbThrottle,
  dynamodbstreams: () =>
    new AwsError('LimitExceededException', 'Subscriber limit exceeded: the number of simultaneous reads is too high'),
  kinesis: ({ operation }) =>
    /^(Put|Get)Record/.test(operation)
      ? new AwsError('ProvisionedThroughputExceededException', `${RATE_EXCEEDED} for the stream.`)
      : new AwsError('LimitExceededException', `${RATE_EXCEEDED} for the stream.`),
  lambda: ({ operation }) =>
    new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
      status: 429,
      fields: {
        Reason: operation === 'Invoke' ? 'ConcurrentInvocationLimitExceeded' : 'CallerRateLimitExceeded',
        Type: 'User',
        retryAfterSeconds: '1',
      },
    }),
  monitoring: () => new AwsError('Throttling', RATE_EXCEEDED),
  iam: () => new AwsError('Throttling', RATE_EXCEEDED),
  sts: () => new AwsError('Throttling', RATE_EXCEEDED),
  s3: () => new AwsError('SlowDown', 'Please reduce your request rate.', { status: 503 }),
  scheduler: () => new AwsError('ThrottlingException', RATE_EXCEEDED, { status: 429 }),
  sns: () => new AwsError('Throttled', RATE_EXCEEDED, { status: 429 }),
  sqs: () => new AwsError('RequestThrottled', 'Request is throttled.'),
};

/** A transaction is not throttled as a whole: it is cancelled, and says which of its items was too much. */
function dynamodbThrottle({ operation, input }: CallRequest): AwsError {
  const items = Array.isArray(input.TransactItems) ? input.TransactItems.length : 0;
  if (!operation.startsWith('Transact') || items === 0)
    return new AwsError('ProvisionedThroughputExceededException', DYNAMODB_THROTTLED);
  const reasons = Array.from({ length: items }, (_, index) =>
    index === 0 ? { Code: 'ProvisionedThroughputExceeded', Message: DYNAMODB_THROTTLED } : { Code: 'None' },
  );
  const codes = reasons.map(reason => reason.Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { fields: { CancellationReasons: reasons } },
  );
}

/** The service's own throttling error for this call. */
export function throttleError(request: CallRequest): AwsError {
  return THROTTLES[request.service]?.(request) ?? new AwsError('ThrottlingException', RATE_EXCEEDED);
}

const SERVER_ERRORS: Readonly<Record<string, readonly [code: string, message: string]>> = {
  dynamodb: ['InternalServerError', 'Internal server error'],
  dynamodbstreams: ['InternalServerError', 'Internal server error'],
  events: ['InternalException', 'This exception occurs due to unexpected causes.'],
  iam: ['ServiceFailure', 'The request processing has failed because of an unknown error.'],
  lambda: ['ServiceException', 'The AWS Lambda service encountered an internal error.'],
  monitoring: ['InternalServiceFault', 'Request processing has failed because of some unknown error.'],
  logs: ['ServiceUnavailableException', 'The service cannot complete the request.'],
  s3: ['InternalError', 'We encountered an internal error. Please try again.'],
  scheduler: ['InternalServerException', 'Unexpected error encountered while processing the request.'],
  sns: ['InternalError', 'We encountered an internal error. Please try again.'],
  sqs: ['InternalError', 'We encountered an internal error. Please try again.'],
  ssm: ['InternalServerError', 'An error occurred on the server side.'],
};

export interface ServerErrorOptions {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly status?: number | undefined;
}

/** What the service answers when it has failed itself, unless the plan says otherwise. */
export function serverError({ service }: CallRequest, options: ServerErrorOptions = {}): AwsError {
  const [code, message] = SERVER_ERRORS[service] ?? ['InternalFailure', 'Internal service failure.'];
  return new AwsError(options.code ?? code, options.message ?? message, { status: options.status ?? 500 });
}

/** What an SDK makes of a connection on which no answer comes. */
export function lostAnswer({ service, operation }: CallRequest): AwsError {
  return new AwsError('RequestTimeout', `The connection ended before ${service} had answered ${operation}`, {
    status: 504,
  });
}
