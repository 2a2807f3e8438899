import { AwsError } from '../../../cloud/aws-error.ts';
import type { JsonObject } from '../../../cloud/service.ts';
import { StateFailure } from '../execution/state-failure.ts';
import { isJsonObject } from '../json-object.ts';
import { CLIENT_ERROR, optimizedErrors } from './error-naming.ts';
import { asJsonText } from './json-text.ts';
import { callService, withHttpMetadata } from './service-call.ts';
import type { TaskIntegration } from './task-integration.ts';

const errors = optimizedErrors({ prefix: 'SQS', longName: 'AmazonSQS', otherError: 'AmazonSQSException' });

/** `sqs:sendMessage`: a body that is not text is sent as JSON. */
export const sqsIntegration: TaskIntegration = async call => {
  const parameters: JsonObject = isJsonObject(call.parameters) ? call.parameters : {};
  refuseForeignHost(call.visit.setting.cloud.endpoint, parameters.QueueUrl);
  const input = { ...parameters, MessageBody: asJsonText(parameters.MessageBody) };
  const response = await callService(call.visit, { service: 'sqs', operation: 'SendMessage', input, errors });
  return withHttpMetadata(response);
};

/** A queue URL of another host leads nowhere. @throws StateFailure (SQS.SdkClientException) */
function refuseForeignHost(endpoint: string, queueUrl: unknown): void {
  const host = URL.canParse(String(queueUrl)) ? new URL(String(queueUrl)).host : undefined;
  if (host === undefined || host === new URL(endpoint).host || host.endsWith('.amazonaws.com')) return;
  const error = new AwsError(CLIENT_ERROR, `Unable to execute HTTP request: ${host}: Name or service not known`);
  throw new StateFailure(errors(error, ''), error);
}
