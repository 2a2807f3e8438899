/**
 * The faults of a seed, drawn from a catalogue of what AWS does to each kind of call. Every rule strikes a few times and
 * ends with the time of faults, so that the run can come to rest.
 */
import { between, pick } from '../../core/index.ts';
import type { FaultRule } from './simulation-plan.ts';

type Fault = FaultRule['fault'];
type Match = NonNullable<FaultRule['match']>;
type Random = () => number;

interface Target {
  readonly match: Match;
  /** How many such calls a run makes, roughly. */
  readonly calls: number;
  readonly faults: readonly ((random: Random) => Fault)[];
  /** Steps of sagas: they are tried thirteen times, and no run may outdo that. */
  readonly isSagaStep?: true;
}

const RULES_LEAST = 24;
const RULES_MOST = 40;
/** Most faults come with the traffic; some reach into what comes again. */
const SHORT_WINDOW_MS = 120_000;
const LONG_WINDOW_MS = 600_000;
const OUTAGE_SHARE = 0.25;

const throttle = (): Fault => ({ kind: 'throttle' });
const failBefore = (): Fault => ({ kind: 'fail-before' });
const failAfter = (): Fault => ({ kind: 'fail-after' });
const duplicate = (): Fault => ({ kind: 'duplicate' });
const dieBefore = (): Fault => ({ kind: 'crash-caller', at: 'before' });
const dieAfter = (): Fault => ({ kind: 'crash-caller', at: 'after' });
const partial = (random: Random): Fault => ({ kind: 'partial', share: between(random, 4, 10) / 10 });
const delay = (random: Random): Fault => ({ kind: 'delay', delayMs: between(random, 20, 8_000) });
const longDelay = (random: Random): Fault => ({ kind: 'delay', delayMs: between(random, 5_000, 45_000) });
const loseAnswer = (random: Random): Fault => ({ kind: 'lose-answer', afterMs: between(random, 100, 6_000) });
const reorder = (): Fault => ({ kind: 'reorder' });
const crash = (random: Random): Fault => ({
  kind: 'crash',
  at: random() < 0.5 ? 'before' : 'after',
  as: pick(random, ['exit', 'timeout', 'out-of-memory'] as const),
});

/** A write that meets a transaction on the same item; and a conditional put that meets another one. */
const conflict = (): Fault => ({ kind: 'fail-before', code: 'TransactionConflictException', status: 400 });
const conditionalConflict = (): Fault => ({ kind: 'fail-before', code: 'ConditionalRequestConflict', status: 409 });

/** What can befall a call that a function makes. */
const OF_A_FUNCTION = [throttle, failBefore, failAfter, loseAnswer, delay, longDelay, dieBefore, dieAfter];
/** What can befall a call by which a function is run. */
const OF_AN_INVOCATION = [throttle, failBefore, failAfter, duplicate, delay, crash, crash, crash];

const TARGETS: readonly Target[] = [
  { match: { operation: 'PutRecords', principal: 'role' }, calls: 25, faults: [...OF_A_FUNCTION, partial, partial] },
  { match: { operation: 'SendMessageBatch', principal: 'role' }, calls: 3, faults: [...OF_A_FUNCTION, partial] },
  { match: { operation: 'PutObject', principal: 'role' }, calls: 4, faults: [...OF_A_FUNCTION, conditionalConflict] },
  { match: { operation: 'BatchGetItem', caller: '*-session-profile' }, calls: 20, faults: [...OF_A_FUNCTION, partial] },
  { match: { operation: 'PutItem', caller: '*-session-profile' }, calls: 30, faults: [...OF_A_FUNCTION, conflict] },
  { match: { operation: 'TransactWriteItems', caller: '*-session-profile' }, calls: 2, faults: OF_A_FUNCTION },
  {
    match: { operation: 'PutEvents', principal: 'role' },
    calls: 25,
    faults: [...OF_A_FUNCTION, partial, partial, duplicate],
  },
  { match: { operation: 'TransactWriteItems', caller: '*-sales-projector' }, calls: 3, faults: OF_A_FUNCTION },
  { match: { operation: 'StartExecution', principal: 'role' }, calls: 3, faults: OF_A_FUNCTION },
  { match: { operation: 'UpdateItem', caller: '*-trip-projector' }, calls: 6, faults: [...OF_A_FUNCTION, conflict] },
  { match: { operation: ['PutItem', 'Query'], caller: '*-booking-command' }, calls: 6, faults: OF_A_FUNCTION },
  {
    isSagaStep: true,
    match: { service: 'dynamodb', caller: ['*-inventory', '*-payment', '*-notification'] },
    calls: 14,
    faults: OF_A_FUNCTION,
  },
  { match: { service: 'dynamodb', caller: '*-cart-sweeper' }, calls: 30, faults: OF_A_FUNCTION },
  {
    match: { service: 'lambda', operation: 'Invoke', resource: '*-session-profile' },
    calls: 20,
    faults: OF_AN_INVOCATION,
  },
  {
    match: { service: 'lambda', operation: 'Invoke', resource: '*-outbox-publisher-*' },
    calls: 25,
    faults: OF_AN_INVOCATION,
  },
  { match: { service: 'lambda', operation: 'Invoke', resource: '*-collector' }, calls: 20, faults: OF_AN_INVOCATION },
  {
    match: { service: 'lambda', operation: 'Invoke', resource: '*-sales-projector' },
    calls: 3,
    faults: OF_AN_INVOCATION,
  },
  {
    match: { service: 'lambda', operation: 'Invoke', resource: ['*-saga-starter', '*-trip-projector'] },
    calls: 8,
    faults: OF_AN_INVOCATION,
  },
  {
    isSagaStep: true,
    match: { service: 'lambda', operation: 'Invoke', resource: ['*-inventory', '*-payment', '*-notification'] },
    calls: 12,
    faults: OF_AN_INVOCATION,
  },
  {
    match: { service: 'lambda', operation: 'Invoke', resource: '*-overflow-drainer' },
    calls: 2,
    faults: OF_AN_INVOCATION,
  },
  { match: { operation: 'GetRecords' }, calls: 150, faults: [throttle, failBefore, failAfter, delay] },
  { match: { operation: 'GetShardIterator' }, calls: 3, faults: [throttle, failBefore] },
  {
    match: { operation: 'ReceiveMessage' },
    calls: 100,
    faults: [throttle, failBefore, failAfter, reorder, reorder, duplicate],
  },
  {
    match: { operation: 'DeleteMessageBatch' },
    calls: 10,
    faults: [throttle, failBefore, failAfter, partial, partial, delay],
  },
  {
    match: { service: 'sqs', operation: 'SendMessage', principal: 'service' },
    calls: 20,
    faults: [throttle, failBefore, failAfter, duplicate, delay, longDelay],
  },
  {
    isSagaStep: true,
    match: { service: 'dynamodb', operation: 'PutItem', caller: 'trip-*' },
    calls: 3,
    faults: [throttle, failBefore, failAfter],
  },
];

/** Where events and facts pass from hop to hop: struck more often than the rest. */
const HOPS = TARGETS.filter(
  ({ match, isSagaStep }) =>
    !isSagaStep && ['PutRecords', 'PutEvents', 'PutItem', 'TransactWriteItems'].some(each => match.operation === each),
);
const HOPS_SHARE = 0.4;

/** At most so many strikes each, and at most so many rules for the steps of sagas: together fewer than a step has tries. */
const MOST_STRIKES = 3;
const MOST_SAGA_RULES = 4;

export function generateFaults(random: Random): FaultRule[] {
  let sagaRules = 0;
  const rules = Array.from({ length: between(random, RULES_LEAST, RULES_MOST) }, () => {
    const target = pick(random, random() < HOPS_SHARE ? HOPS : TARGETS);
    if (target.isSagaStep) sagaRules++;
    return target.isSagaStep && sagaRules > MOST_SAGA_RULES ? [] : [rule(random, target)];
  }).flat();
  return random() < OUTAGE_SHARE ? [outage(random), ...rules] : rules;
}

function rule(random: Random, { match, calls, faults }: Target): FaultRule {
  const when = {
    skip: between(random, 0, calls),
    every: between(random, 1, 3),
    times: between(random, 1, MOST_STRIKES),
    untilMs: random() < 0.75 ? SHORT_WINDOW_MS : LONG_WINDOW_MS,
  };
  return { match, when, fault: pick(random, faults)(random) };
}

/** A service takes nothing at all for a while. */
function outage(random: Random): FaultRule {
  const fromMs = between(random, 0, 40_000);
  const match = pick(random, [
    { operation: 'PutEvents' },
    { operation: 'PutRecords' },
    { operation: 'PutItem', caller: '*-session-profile' },
  ]);
  return {
    name: 'outage',
    match,
    when: { fromMs, untilMs: fromMs + between(random, 5_000, 60_000) },
    fault: pick(random, [throttle, failBefore])(),
  };
}
