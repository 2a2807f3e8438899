import type { JsonObject } from '../../../cloud/service.ts';
import { isJsonObject } from '../json-object.ts';
import { functionFailure, lambdaErrors } from './lambda-failure.ts';
import { callService, withHttpMetadata } from './service-call.ts';
import type { TaskIntegration } from './task-integration.ts';

/** `lambda:invoke`: the payload goes in and comes back as JSON. */
export const lambdaIntegration: TaskIntegration = async call => {
  const parameters: JsonObject = isJsonObject(call.parameters) ? call.parameters : {};
  const { Payload, ...rest } = parameters;
  const response = await callService(call.visit, {
    service: 'lambda',
    operation: 'Invoke',
    input: Payload === undefined ? rest : { ...rest, Payload: JSON.stringify(Payload) },
    errors: lambdaErrors,
  });
  const text = typeof response.body.Payload === 'string' ? response.body.Payload : '';
  if (response.body.FunctionError !== undefined) throw functionFailure(text);
  return withHttpMetadata({ ...response, body: { ...response.body, Payload: parsed(text) } });
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
