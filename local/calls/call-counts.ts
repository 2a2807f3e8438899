/** Counts API calls by service and operation, as a bill would: the calls of the engines among each other are in it. */
import type { Interceptor } from '../cloud/cloud.ts';

export interface CallCount {
  readonly service: string;
  readonly operation: string;
  /** All of them, refused ones too. */
  readonly calls: number;
  readonly refused: number;
}

export interface CallCounts {
  readonly intercept: Interceptor;
  /** Since the cloud began; by service, then operation. */
  read(): readonly CallCount[];
}

interface Tally {
  calls: number;
  refused: number;
}

/** On the way of every call: two look-ups and an addition, nothing is kept of the call itself. */
export function callCounts(): CallCounts {
  const services = new Map<string, Map<string, Tally>>();
  return {
    intercept({ service, operation }, next) {
      const tally = tallyOf(services, service, operation);
      tally.calls++;
      return next().catch((error: unknown) => {
        tally.refused++;
        throw error;
      });
    },
    read: () =>
      [...services]
        .flatMap(([service, operations]) =>
          [...operations].map(([operation, { calls, refused }]) => ({ service, operation, calls, refused })),
        )
        .sort((a, b) => compare(a.service, b.service) || compare(a.operation, b.operation)),
  };
}

function tallyOf(services: Map<string, Map<string, Tally>>, service: string, operation: string): Tally {
  let operations = services.get(service);
  if (!operations) {
    operations = new Map();
    services.set(service, operations);
  }
  let tally = operations.get(operation);
  if (!tally) {
    tally = { calls: 0, refused: 0 };
    operations.set(operation, tally);
  }
  return tally;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
