import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject, Operation, Permission, Service } from '../../cloud/service.ts';
import { type Credentials, issueCredentials } from '../../iam/credentials.ts';
import type { AsyncEvent } from '../../invoke/async-events.ts';
import { AsyncInvocations, type AsyncPolicy } from '../../invoke/async-invocations.ts';
import { FunctionHost } from '../../invoke/function-host.ts';
import type { LambdaHost } from '../../invoke/lambda-host.ts';
import { Concurrency } from './concurrency.ts';
import { EventSourceMappings } from './event-source-mappings.ts';
import { parseFunctionName } from './function-name.ts';
import { FunctionStore } from './function-store.ts';
import type { LambdaOperation, LambdaParts } from './lambda-parts.ts';
import { lambdaWire } from './lambda-wire.ts';
import { createAlias, deleteAlias, getAlias, updateAlias } from './operations/alias.ts';
import { createEventSourceMapping } from './operations/create-event-source-mapping.ts';
import { createFunction } from './operations/create-function.ts';
import { deleteFunction } from './operations/delete-function.ts';
import {
  deleteFunctionEventInvokeConfig,
  getFunctionEventInvokeConfig,
  putFunctionEventInvokeConfig,
  updateFunctionEventInvokeConfig,
} from './operations/event-invoke-config.ts';
import {
  deleteEventSourceMapping,
  getEventSourceMapping,
  listEventSourceMappings,
  updateEventSourceMapping,
} from './operations/event-source-mapping.ts';
import {
  deleteFunctionConcurrency,
  getFunctionConcurrency,
  putFunctionConcurrency,
} from './operations/function-concurrency.ts';
import { getFunction, getFunctionConfiguration } from './operations/get-function.ts';
import { invoke } from './operations/invoke.ts';
import { listFunctions } from './operations/list-functions.ts';
import { addPermission, getPolicy, policyDocument, removePermission } from './operations/permission.ts';
import { updateFunctionCode, updateFunctionConfiguration } from './operations/update-function.ts';
import { listVersionsByFunction, publishVersion } from './operations/version.ts';
import { runInvocation } from './run-invocation.ts';

const OPERATIONS: Readonly<Record<string, LambdaOperation>> = {
  AddPermission: addPermission,
  CreateAlias: createAlias,
  CreateEventSourceMapping: createEventSourceMapping,
  CreateFunction: createFunction,
  DeleteAlias: deleteAlias,
  DeleteEventSourceMapping: deleteEventSourceMapping,
  DeleteFunction: deleteFunction,
  DeleteFunctionConcurrency: deleteFunctionConcurrency,
  DeleteFunctionEventInvokeConfig: deleteFunctionEventInvokeConfig,
  GetAlias: getAlias,
  GetEventSourceMapping: getEventSourceMapping,
  GetFunction: getFunction,
  GetFunctionConcurrency: getFunctionConcurrency,
  GetFunctionConfiguration: getFunctionConfiguration,
  GetFunctionEventInvokeConfig: getFunctionEventInvokeConfig,
  GetPolicy: getPolicy,
  Invoke: invoke,
  ListEventSourceMappings: listEventSourceMappings,
  ListFunctions: listFunctions,
  ListVersionsByFunction: listVersionsByFunction,
  PublishVersion: publishVersion,
  PutFunctionConcurrency: putFunctionConcurrency,
  PutFunctionEventInvokeConfig: putFunctionEventInvokeConfig,
  RemovePermission: removePermission,
  UpdateAlias: updateAlias,
  UpdateEventSourceMapping: updateEventSourceMapping,
  UpdateFunctionCode: updateFunctionCode,
  UpdateFunctionConfiguration: updateFunctionConfiguration,
  UpdateFunctionEventInvokeConfig: updateFunctionEventInvokeConfig,
};

const DEFAULT_RETRY_ATTEMPTS = 2;
const DEFAULT_EVENT_AGE_SECONDS = 6 * 3600;

export interface LambdaServiceOptions {
  /** The credentials of a function. @default those that `local/iam/credentials.ts` issues for the role */
  readonly credentialsFor?: (roleArn: string, session: string) => Credentials;
  /** What runs the functions. @default worker threads */
  readonly host?: LambdaHost;
}

/** AWS Lambda: functions in worker threads, asynchronous invocation, event source mappings. */
export function lambdaService(cloud: Cloud, options: LambdaServiceOptions = {}): Service {
  const lambda = lambdaParts(cloud, options);
  cloud.onClose(async () => {
    lambda.mappings.close();
    lambda.asyncInvocations.close();
    await lambda.host.close();
  });
  const operations: Record<string, Operation> = {};
  for (const [name, operation] of Object.entries(OPERATIONS)) operations[name] = operation(lambda);
  return {
    name: 'lambda',
    wire: lambdaWire(cloud),
    operations,
    permissions: (operation, input) => lambdaPermissions(cloud, operation, input),
    resourcePolicy: arn => {
      const record = lambda.functions.find(parseFunctionName(arn).name);
      return record && policyDocument(record);
    },
  };
}

function lambdaParts(cloud: Cloud, options: LambdaServiceOptions): LambdaParts {
  const credentialsFor =
    options.credentialsFor ?? ((roleArn, session) => issueCredentials({ kind: 'role', roleArn, session }));
  const functions = new FunctionStore(cloud);
  const concurrency = new Concurrency();
  for (const record of functions.all) concurrency.recover(record);
  const host = options.host ?? new FunctionHost({ cloud, credentialsFor });
  const run = runInvocation(cloud, host, concurrency);
  const asyncInvocations = new AsyncInvocations({
    cloud,
    attempt: event => {
      const target = functions.resolve(event.functionName, event.qualifier);
      return run({ target, requestId: event.requestId, payload: event.payload });
    },
    policyOf: event => asyncPolicy(functions, event),
  });
  const mappings = new EventSourceMappings({ cloud, functions, host });
  return { cloud, functions, concurrency, host, run, asyncInvocations, mappings };
}

function asyncPolicy(functions: FunctionStore, event: AsyncEvent): AsyncPolicy | undefined {
  const record = functions.find(event.functionName);
  if (!record) return undefined;
  const qualifier = event.qualifier ?? '$LATEST';
  const config = record.eventInvokeConfigs.get(qualifier);
  return {
    functionArn: `${record.arn}:${qualifier}`,
    functionName: record.name,
    roleArn: record.latest.settings.Role,
    maximumRetryAttempts: config?.maximumRetryAttempts ?? DEFAULT_RETRY_ATTEMPTS,
    maximumEventAgeMs: (config?.maximumEventAgeSeconds ?? DEFAULT_EVENT_AGE_SECONDS) * 1000,
    onSuccessArn: config?.onSuccessArn,
    onFailureArn: config?.onFailureArn,
    deadLetterArn: record.latest.settings.DeadLetterConfig?.TargetArn,
  };
}

function lambdaPermissions(cloud: Cloud, operation: string, input: JsonObject): readonly Permission[] {
  const action = operation === 'Invoke' ? 'lambda:InvokeFunction' : `lambda:${operation}`;
  if (typeof input.UUID === 'string') {
    return [{ action, resources: [cloud.arn('lambda', `event-source-mapping:${input.UUID}`)] }];
  }
  if (typeof input.FunctionName !== 'string' || operation.endsWith('EventSourceMapping'))
    return [{ action, resources: ['*'] }];
  const { name, qualifier = input.Qualifier } = parseFunctionName(input.FunctionName);
  const suffix = typeof qualifier === 'string' ? `:${qualifier}` : '';
  return [{ action, resources: [cloud.arn('lambda', `function:${name}${suffix}`)] }];
}
