import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import { optimizedErrors } from './error-naming.ts';
import { asJsonText } from './json-text.ts';
import { callService, withHttpMetadata } from './service-call.ts';
import type { TaskIntegration } from './task-integration.ts';

const errors = optimizedErrors({ prefix: 'SNS', longName: 'AmazonSNS', otherError: 'AmazonSNSException' });

/** `sns:publish`: a message that is not text is published as JSON. */
export const snsIntegration: TaskIntegration = async call => {
  const parameters: JsonObject = isJsonObject(call.parameters) ? call.parameters : {};
  const input = { ...parameters, Message: asJsonText(parameters.Message) };
  return withHttpMetadata(await callService(call.visit, { service: 'sns', operation: 'Publish', input, errors }));
};
