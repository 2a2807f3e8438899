import { readerCast } from '../contracts/casting/cast-event.ts';
import type { CloudEvent } from '../events/cloud-event.ts';
import { rememberHoursOf } from './idempotency-row.ts';
import type { ProcessorIdentity, Settings } from './processor-identity.ts';

/** A processor whose effect is a call to the outside, which is made under the event's id, until it was answered. */
export interface ExternalDefinition<Incoming extends CloudEvent, Setting extends string, Answer>
  extends ProcessorIdentity<Incoming, Setting> {
  readonly guarantee: 'external';
  /** What is called for in order: events of one key. @default the subject */
  readonly key?: (event: Incoming) => string;
  /** The facts that an answer brings about; their ids must be derived from the event's. @default none */
  readonly facts?: (event: Incoming, answer: Answer) => readonly CloudEvent[];
  /** How long a call may take. One that takes longer may have taken effect: it is made again when its lease has run out. @default 10,000 */
  readonly timeoutMs?: number;
  /** How long nobody else makes the call; longer than it may take. @default the time-out and 5,000 */
  readonly leaseMs?: number;
  /** Calls under way at a time. @default 16 */
  readonly callsAtOnce?: number;
  /**
   * Whether a `TerminalError` of the call is its answer: then it is kept, the event is quarantined with its reason, and the key
   * goes on. Otherwise the key is parked, and the call is made again when it is drained. @default false
   */
  readonly keepErrors?: boolean;
  /** For how long an event is remembered, at least 24. @default 48 */
  readonly rememberHours?: number;
}

/** What infrastructure has to know of a definition. */
export interface AnyExternalDefinition {
  readonly name: string;
  readonly description: string;
  readonly guarantee: 'external';
  readonly facts?: unknown;
  readonly timeoutMs?: number;
  readonly leaseMs?: number;
  readonly rememberHours?: number;
  readonly settings?: readonly string[];
}

export interface CallContext<Setting extends string> {
  /** The event's id: the same for every call for it, for the outside to know a repetition by. */
  readonly idempotencyKey: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly settings: Settings<Setting>;
}

/**
 * The call. What it resolves to is recorded (as JSON, up to 200 KB); a `TerminalError` says that it will never succeed, any
 * other error that it may.
 */
export type ExternalCall<Incoming extends CloudEvent, Setting extends string, Answer> = (
  event: Incoming,
  context: CallContext<Setting>,
) => Promise<Answer>;

/** A processor with the `external` guarantee, with the values of its settings. */
export interface ExternalProcessor<Incoming extends CloudEvent = CloudEvent> {
  readonly name: string;
  readonly key: (event: Incoming) => string;
  readonly call: (event: CloudEvent, context: Omit<CallContext<never>, 'settings'>) => Promise<unknown>;
  readonly facts: (event: CloudEvent, answer: unknown) => readonly CloudEvent[];
  readonly timeoutMs: number;
  readonly leaseMs: number;
  readonly callsAtOnce: number;
  readonly keepErrors: boolean;
  readonly rememberMs: number;
}

const HOUR_MS = 60 * 60 * 1000;
const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_CALLS_AT_ONCE = 16;
/** Time to record an answer in. */
const LEASE_MARGIN_MS = 5_000;

/** The processor that a definition describes. */
export function externalProcessor<Incoming extends CloudEvent, Setting extends string, Answer>(
  definition: ExternalDefinition<Incoming, Setting, Answer>,
  call: ExternalCall<Incoming, Setting, Answer>,
  settings: Settings<Setting>,
): ExternalProcessor<Incoming> {
  const { name, key, facts } = definition;
  const cast = readerCast(definition.accepts); // records are those that it accepts: they were judged before they came here
  return {
    name,
    key: key ? event => key(cast(event)) : event => event.subject,
    call: (event, context) => call(cast(event), { ...context, settings }),
    facts: (event, answer) => facts?.(cast(event), answer as Answer) ?? [], // its call gave the answer
    ...callTimes(definition),
    callsAtOnce: definition.callsAtOnce ?? DEFAULT_CALLS_AT_ONCE,
    keepErrors: definition.keepErrors ?? false,
    rememberMs: rememberHoursOf(definition) * HOUR_MS,
  };
}

/** How long a call may take, and how long nobody else makes it. @throws Error when the lease ends first */
export function callTimes({
  name,
  timeoutMs = DEFAULT_TIMEOUT_MS,
  leaseMs = timeoutMs + LEASE_MARGIN_MS,
}: {
  readonly name: string;
  readonly timeoutMs?: number;
  readonly leaseMs?: number;
}): { readonly timeoutMs: number; readonly leaseMs: number } {
  if (leaseMs > timeoutMs) return { timeoutMs, leaseMs };
  throw new Error(
    `Cannot define processor '${name}': leaseMs must be more than timeoutMs (${timeoutMs}), received ${leaseMs}`,
  );
}
