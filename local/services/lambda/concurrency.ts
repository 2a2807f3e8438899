import { AwsError } from '../../cloud/aws-error.ts';
import type { FunctionRecord } from './function-record.ts';

const ACCOUNT_CONCURRENCY = 1000;
/** Lambda keeps this much for the functions that reserve nothing. */
const LEAST_UNRESERVED = 100;

/** Counts the invocations that are under way, and refuses those above the function's or the account's limit. */
export class Concurrency {
  readonly #byFunction = new Map<string, number>();
  #unreserved = 0;
  #reservedTotal = 0;

  running(functionName: string): number {
    return this.#byFunction.get(functionName) ?? 0;
  }

  /** @returns the release, to be called once. @throws AwsError TooManyRequestsException */
  enter({ name, reservedConcurrency }: FunctionRecord): () => void {
    const running = this.running(name);
    if (reservedConcurrency === undefined) {
      if (this.#unreserved >= ACCOUNT_CONCURRENCY - this.#reservedTotal) throttle('ConcurrentInvocationLimitExceeded');
      this.#unreserved++;
    } else if (running >= reservedConcurrency) {
      throttle('ReservedFunctionConcurrentInvocationLimitExceeded');
    }
    this.#byFunction.set(name, running + 1);
    return () => {
      if (reservedConcurrency === undefined) this.#unreserved--;
      const left = this.running(name) - 1;
      if (left > 0) this.#byFunction.set(name, left);
      else this.#byFunction.delete(name);
    };
  }

  /** Takes account of what a function had reserved before a restart. */
  recover({ reservedConcurrency }: FunctionRecord): void {
    this.#reservedTotal += reservedConcurrency ?? 0;
  }

  /** Changes a function's reservation. @throws AwsError when too little would be left for the others */
  reserve(record: FunctionRecord, concurrency: number | undefined): void {
    const total = this.#reservedTotal - (record.reservedConcurrency ?? 0) + (concurrency ?? 0);
    if (total > ACCOUNT_CONCURRENCY - LEAST_UNRESERVED) {
      throw new AwsError(
        'InvalidParameterValueException',
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`,
      );
    }
    this.#reservedTotal = total;
    record.reservedConcurrency = concurrency;
  }
}

function throttle(reason: string): never {
  throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
    status: 429,
    fields: { Reason: reason, Type: 'User', retryAfterSeconds: '1' },
  });
}
