/** What befalls the bank in one run: purchases as producers send them, and faults of every kind that a guarantee has to survive. */
import { between, newUlid, pick, seededRandom } from '../../../core/index.ts';
import type { FaultRule } from '../../../simulate/plan/simulation-plan.ts';
import type { Purchase } from './bank-platform.ts';

type Fault = FaultRule['fault'];
type Match = NonNullable<FaultRule['match']>;
type Random = () => number;

export interface Sending {
  readonly purchases: readonly Purchase[];
  readonly pauseMs: number;
}

export interface BankPlan {
  readonly seed: number;
  readonly sendings: readonly Sending[];
  readonly rules: readonly FaultRule[];
}

const VISITORS = ['ada', 'bob', 'cleo', 'dan'];
const SENDINGS = 4;
const MOST_TOGETHER = 9;
/** Nothing goes wrong any more so long after the first purchase. */
const FAULTS_END_MS = 90_000;
const BORN_MS = Date.parse('2026-01-05T08:00:00Z');

/** The same for the same seed. */
export function bankPlan(seed: number): BankPlan {
  const random = seededRandom(seed);
  const sent: Purchase[] = [];
  const next = (): Purchase => {
    const purchase = nextPurchase(random, sent);
    sent.push(purchase);
    return purchase;
  };
  const sendings = Array.from({ length: SENDINGS }, () => ({
    purchases: Array.from({ length: between(random, 3, MOST_TOGETHER) }, next),
    pauseMs: between(random, 0, 12_000),
  }));
  return { seed, sendings, rules: Array.from({ length: between(random, 8, 16) }, () => rule(random)) };
}

/** A new purchase; one that was sent before; the id of one that was sent before, with another content. */
function nextPurchase(random: Random, sent: readonly Purchase[]): Purchase {
  const chance = random();
  if (sent.length > 0 && chance < 0.15) return pick(random, sent);
  if (sent.length > 0 && chance < 0.25) return { ...pick(random, sent), product: `other ${sent.length}` };
  const product = chance > 0.94 ? 'closed' : `fine ${sent.length}`;
  return { id: newUlid(BORN_MS, random), visitor: pick(random, VISITORS), product };
}

const throttle = (): Fault => ({ kind: 'throttle' });
const failBefore = (): Fault => ({ kind: 'fail-before' });
const failAfter = (): Fault => ({ kind: 'fail-after' });
const duplicate = (): Fault => ({ kind: 'duplicate' });
const dieBefore = (): Fault => ({ kind: 'crash-caller', at: 'before' });
const dieAfter = (): Fault => ({ kind: 'crash-caller', at: 'after' });
const delay = (random: Random): Fault => ({ kind: 'delay', delayMs: between(random, 20, 1_900) });
/** Longer than a call may take, than its lease, than an invocation. */
const longDelay = (random: Random): Fault => ({ kind: 'delay', delayMs: pick(random, [3_000, 9_000, 40_000]) });
const loseAnswer = (random: Random): Fault => ({ kind: 'lose-answer', afterMs: between(random, 100, 9_000) });
const conflict = (): Fault => ({ kind: 'fail-before', code: 'TransactionConflictException', status: 400 });
/** Cancelled, and nobody says why. */
const cancelled = (): Fault => ({ kind: 'fail-before', code: 'TransactionCanceledException', status: 400 });
const crash = (random: Random): Fault => ({
  kind: 'crash',
  at: random() < 0.5 ? 'before' : 'after',
  as: pick(random, ['exit', 'timeout', 'out-of-memory'] as const),
});

const OF_A_CALL = [throttle, failBefore, failAfter, loseAnswer, delay, longDelay, dieBefore, dieAfter];
const OF_AN_INVOCATION = [throttle, failBefore, failAfter, duplicate, duplicate, delay, crash, crash, crash];

interface Target {
  readonly match: Match;
  readonly calls: number;
  readonly faults: readonly ((random: Random) => Fault)[];
}

const TARGETS: readonly Target[] = [
  {
    match: { operation: 'TransactWriteItems', caller: '*-booking' },
    calls: 8,
    faults: [...OF_A_CALL, conflict, cancelled],
  },
  {
    match: { operation: 'TransactWriteItems', caller: '*-telling' },
    calls: 16,
    faults: [...OF_A_CALL, conflict, cancelled],
  },
  { match: { operation: 'UpdateItem', caller: '*-telling' }, calls: 16, faults: OF_A_CALL }, // the call to the partner
  { match: { operation: 'BatchGetItem', caller: ['*-booking', '*-telling'] }, calls: 12, faults: OF_A_CALL },
  { match: { operation: 'PutObject', caller: ['*-booking', '*-telling'] }, calls: 3, faults: OF_A_CALL },
  { match: { operation: ['PutItem', 'TransactWriteItems'], caller: '*-statement' }, calls: 8, faults: OF_A_CALL },
  {
    match: { service: 'lambda', operation: 'Invoke', resource: '*-booking' },
    calls: 6,
    faults: OF_AN_INVOCATION,
  },
  {
    match: { service: 'lambda', operation: 'Invoke', resource: '*-telling' },
    calls: 6,
    faults: OF_AN_INVOCATION,
  },
  { match: { operation: 'PutRecords', principal: 'role' }, calls: 3, faults: [duplicate, failAfter] },
  { match: { operation: 'GetRecords' }, calls: 40, faults: [throttle, failBefore, failAfter, delay] },
];

function rule(random: Random): FaultRule {
  const { match, calls, faults } = pick(random, TARGETS);
  const when = {
    skip: between(random, 0, calls),
    every: between(random, 1, 3),
    times: between(random, 1, 3),
    untilMs: FAULTS_END_MS,
  };
  return { match, when, fault: pick(random, faults)(random) };
}
