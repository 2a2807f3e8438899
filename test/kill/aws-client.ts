/** The embedded cloud as a client without retries sees it: what is not answered is in doubt. */

const JSON_TARGETS = {
  dynamodb: ['DynamoDB_20120810', '1.0'],
  kinesis: ['Kinesis_20131202', '1.1'],
  sqs: ['AmazonSQS', '1.0'],
  events: ['AWSEvents', '1.1'],
  states: ['AWSStepFunctions', '1.0'],
  ssm: ['AmazonSSM', '1.1'],
  logs: ['Logs_20140328', '1.1'],
  monitoring: ['GraniteServiceVersion20100801', '1.0'],
} as const;

export class RefusedError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

export interface AwsClient {
  /** Where the HTTP API of the app is. */
  readonly apiUrl: string;
  readonly endpoint: string;
  /** @throws RefusedError when the service refuses; TypeError when the connection ends */
  json<Output = Record<string, unknown>>(
    service: keyof typeof JSON_TARGETS,
    operation: string,
    input: Record<string, unknown>,
  ): Promise<Output>;
  /** S3, Lambda, Scheduler and SNS: signed by name only, as any request on loopback. */
  http(service: string, path: string, init: RequestInit): Promise<Response>;
}

export function awsClient(endpoint: string, apiUrl: string): AwsClient {
  const authorization = (service: string) =>
    `AWS4-HMAC-SHA256 Credential=kill/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  return {
    endpoint,
    apiUrl,
    async json<Output>(service: keyof typeof JSON_TARGETS, operation: string, input: Record<string, unknown>) {
      const [target, version] = JSON_TARGETS[service];
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'content-type': `application/x-amz-json-${version}`,
          'x-amz-target': `${target}.${operation}`,
          authorization: authorization(service),
        },
        body: JSON.stringify(input),
      });
      const answer = JSON.parse(await response.text()) as Output & { __type?: string; message?: string };
      if (!response.ok) throw new RefusedError(answer.__type ?? String(response.status), answer.message ?? '');
      return answer;
    },
    http: (service, path, init) =>
      fetch(`${endpoint}${path}`, { ...init, headers: { ...init.headers, authorization: authorization(service) } }),
  };
}
