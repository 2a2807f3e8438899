/**
 * Ends an invocation before Lambda would: a time-out of Lambda's kills the process in the middle of whatever it does and says
 * no word about what it waited for.
 *
 * 1. Calls to AWS end first (`endInTime`, on every client): what they were for fails with an error, and a handler that
 *    reports single failures still reports them.
 * 2. The handler as a whole ends a little later (`inTime`), whatever it waits for; its batch is delivered again.
 * 3. Time left is measured with the machine's monotonic clock: `Date` may jump.
 *
 * The state is one of the module: an execution environment works on one invocation at a time.
 */

/** The invocation has no time left; nothing more is tried in it. */
export class InvocationTimeout extends Error {
  readonly code = 'InvocationTimeout';
  readonly retryable = true;
  override readonly name = 'InvocationTimeout';
}

/** What is read of Lambda's context. */
export interface TimedContext {
  getRemainingTimeInMillis(): number;
}

/** So long before Lambda's time-out calls end, and the handler; less when the function has little time altogether. */
const CALLS_MARGIN = { mostMs: 3000, share: 0.2 };
const HANDLER_MARGIN = { mostMs: 1000, share: 0.05 };

interface Invocation {
  /** On the monotonic clock. */
  readonly callsEndMs: number;
  /** Rejects when calls have to end; never resolves. */
  readonly callsEnd: Promise<never>;
}

let current: Invocation | undefined;

/** How long calls to AWS may still take in this invocation; without end outside of one. */
export function timeLeftMs(): number {
  return current ? current.callsEndMs - performance.now() : Number.POSITIVE_INFINITY;
}

/** A handler that ends by itself (invariant 2). @throws InvocationTimeout */
export function inTime<Event, Answer>(
  handler: (event: Event) => Promise<Answer>,
): (event: Event, context?: TimedContext) => Promise<Answer> {
  return async (event, context) => {
    if (!context) return handler(event);
    const limitMs = context.getRemainingTimeInMillis();
    const calls = alarm(limitMs - marginMs(limitMs, CALLS_MARGIN), 'wait for AWS');
    const whole = alarm(limitMs - marginMs(limitMs, HANDLER_MARGIN), 'finish');
    current = { callsEndMs: calls.atMs, callsEnd: calls.rung };
    try {
      return await Promise.race([handler(event), whole.rung]);
    } finally {
      current = undefined;
      calls.stop();
      whole.stop();
    }
  };
}

/** Middleware for the clients: one try of a call, which ends when the invocation has to (invariant 1). */
export function endInTime<Request, Answer>(
  next: (request: Request) => Promise<Answer>,
): (request: Request) => Promise<Answer> {
  return async request => {
    if (!current) return next(request);
    if (timeLeftMs() <= 0) await current.callsEnd;
    return Promise.race([next(request), current.callsEnd]);
  };
}

function marginMs(limitMs: number, { mostMs, share }: { readonly mostMs: number; readonly share: number }): number {
  return Math.min(mostMs, limitMs * share);
}

/** Rejects after a while, unless it is stopped. */
function alarm(delayMs: number, what: string) {
  const { promise: rung, reject } = Promise.withResolvers<never>();
  rung.catch(() => {}); // nobody may be waiting
  const message = `Cannot ${what} any longer: the invocation has to end, after ${Math.round(delayMs)} ms`;
  const timer = setTimeout(() => reject(new InvocationTimeout(message)), delayMs);
  return { rung, atMs: performance.now() + delayMs, stop: () => clearTimeout(timer) };
}
