import type { Cloud } from '../../cloud/cloud.ts';
import type { Operation } from '../../cloud/service.ts';
import type { AsyncInvocations } from '../../invoke/async-invocations.ts';
import type { LambdaHost } from '../../invoke/lambda-host.ts';
import type { Concurrency } from './concurrency.ts';
import type { EventSourceMappings } from './event-source-mappings.ts';
import type { FunctionStore } from './function-store.ts';
import type { RunInvocation } from './run-invocation.ts';

/** What the operations of the service work on. */
export interface LambdaParts {
  readonly cloud: Cloud;
  readonly functions: FunctionStore;
  readonly concurrency: Concurrency;
  readonly host: LambdaHost;
  readonly run: RunInvocation;
  readonly asyncInvocations: AsyncInvocations;
  readonly mappings: EventSourceMappings;
}

export type LambdaOperation = (lambda: LambdaParts) => Operation;
