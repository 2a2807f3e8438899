/**
 * What is to go wrong, as plain data: a list of rules, each of which says which calls it is for, which of those it
 * strikes, and what then happens. The same plan with the same seed strikes the same calls.
 */
import { z } from 'zod';

/** One pattern, or several of which one has to match; `*` is any text, `?` any one character. */
const patterns = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

/** Which calls a rule is for: all that fit everything that is said here. */
const match = z.strictObject({
  /** The name by which engines are called: `kinesis`, `sqs`, `events`, … */
  service: patterns.optional(),
  /** `PutRecords`, `Put*` */
  operation: patterns.optional(),
  /** The ARN of a resource that the call needs a permission for, or the last part of it: `dev-events`, `*-inventory`. */
  resource: patterns.optional(),
  /** Who calls: a person or the template, a function or state machine under its role, an AWS service for itself. */
  principal: z.enum(['operator', 'role', 'service']).optional(),
  /** Who exactly: the name of the session of a role (for a function its own name), or of the service (`events.amazonaws.com`). */
  caller: patterns.optional(),
});

/** Which of those calls it strikes: all, unless something is said here. They are counted from 1. */
const when = z.strictObject({
  /** The first so many calls are let through. @default 0 */
  skip: z.int().min(0).optional(),
  /** Of the calls after that, the first and then every so manieth. @default 1 */
  every: z.int().min(1).optional(),
  /** At most so many calls are struck. @default no limit */
  times: z.int().min(1).optional(),
  /** Each is struck with this probability. @default 1 */
  probability: z.number().gt(0).max(1).optional(),
  /** Since the plan took effect. @default 0 */
  fromMs: z.number().min(0).optional(),
  /** @default no end */
  untilMs: z.number().min(0).optional(),
});

/** In place of what the service says when it fails. */
const refusal = { code: z.string().min(1).optional(), message: z.string().optional() };
const status = z.int().min(400).max(599).optional();

const fault = z.discriminatedUnion('kind', [
  /** The service's own throttling error; nothing is carried out. */
  z.strictObject({ kind: z.literal('throttle') }),
  /** A server error; nothing is carried out. */
  z.strictObject({ kind: z.literal('fail-before'), ...refusal, status }),
  /** The call is carried out, the caller gets a server error. */
  z.strictObject({ kind: z.literal('fail-after'), ...refusal, status }),
  /** The call is carried out, the caller hears nothing until it gives up, `afterMs` later. */
  z.strictObject({ kind: z.literal('lose-answer'), afterMs: z.number().min(0).optional() }),
  /** The call is carried out later. */
  z.strictObject({ kind: z.literal('delay'), delayMs: z.number().gt(0) }),
  /** The call is carried out twice; the caller gets the first answer. */
  z.strictObject({ kind: z.literal('duplicate') }),
  /** Entries of a batch are refused, the others carried out: those at `entries` (from 0), else each with probability `share`. */
  z.strictObject({
    kind: z.literal('partial'),
    entries: z.array(z.int().min(0)).min(1).optional(),
    /** @default 0.5 */
    share: z.number().gt(0).max(1).optional(),
    ...refusal,
  }),
  /**
   * Loss that nobody is told of: entries at `entries` (from 0, default the first) are answered as taken, and are not. AWS does
   * not do that: this is for putting the accounting to the test.
   */
  z.strictObject({ kind: z.literal('drop'), entries: z.array(z.int().min(0)).min(1).optional() }),
  /** The function dies: before it does anything, or when it is done and has not answered. */
  z.strictObject({
    kind: z.literal('crash'),
    at: z.enum(['before', 'after']),
    /** @default exit */
    as: z.enum(['exit', 'timeout', 'out-of-memory']).optional(),
  }),
  /**
   * The function that makes the call dies in the middle of its work: before the call is carried out, or when it is and
   * nobody has heard the answer.
   */
  z.strictObject({ kind: z.literal('crash-caller'), at: z.enum(['before', 'after']) }),
  /** The messages of a standard queue come in another order. */
  z.strictObject({ kind: z.literal('reorder') }),
]);

const rule = z.strictObject({
  /** For people: stands in the record of what was injected. */
  name: z.string().optional(),
  match: match.optional(),
  when: when.optional(),
  fault,
});

const faultPlan = z.strictObject({
  /** @default the cloud's own randomness */
  seed: z.int().optional(),
  /** Tried in order; the first that strikes a call is the one that does, and later ones do not count that call. */
  rules: z.array(rule),
});

export type FaultPlan = z.infer<typeof faultPlan>;
export type FaultRule = FaultPlan['rules'][number];
export type Fault = FaultRule['fault'];
export type FaultKind = Fault['kind'];

/** @throws Error with every place that is wrong */
export function parseFaultPlan(value: unknown): FaultPlan {
  const parsed = faultPlan.safeParse(value);
  if (parsed.success) return parsed.data;
  throw faultPlanError(parsed.error.issues.map(issue => ({ path: issue.path, problem: issue.message })));
}

/** One place in a plan, and what is wrong with it. */
export interface PlanProblem {
  readonly path: readonly PropertyKey[];
  readonly problem: string;
}

export function faultPlanError(problems: readonly PlanProblem[]): Error {
  const lines = problems.map(({ path, problem }) => `${pathText(path) || 'plan'}: ${problem}`);
  return new Error(`Cannot use fault plan: ${lines.join('; ')}`);
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}
