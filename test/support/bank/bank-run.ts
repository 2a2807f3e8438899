/**
 * One run of a plan: purchases and faults, then peace, an open counter and empty lanes, then everything once more. Whatever
 * differs from the model is a finding.
 *
 * 1. The effects of an event are there once, in the order of its key; so are the facts that follow from it.
 * 2. The outside is called for an event until it was answered, and never again; more than once only where a fault struck.
 * 3. An event that was sent again has no effect; its row still says what its call was answered.
 * 4. Another content under a known id is in the quarantine, once for each time that it came.
 * 5. The ledger balances, and says of every event what became of it.
 */
import { isDeepStrictEqual } from 'node:util';
import { derivedId, eventIdKey } from '../../../core/index.ts';
import type { Deployment } from '../../../local/invoke/deployment.ts';
import type { CarriedOut } from '../../../simulate/cloud/watched-cloud.ts';
import { publishedFacts } from '../../../simulate/evidence/published-facts.ts';
import type { CompiledBundle } from '../../../simulate/host/compiled-bundle.ts';
import type { BankAssembly } from './bank-assembly.ts';
import { type Expected, expectedOf } from './bank-model.ts';
import type { BankPlan } from './bank-plan.ts';
import { Bank, HOPS, type Hop, type Purchase } from './bank-platform.ts';
import { accountOf } from './deeds.ts';

export interface BankRun {
  readonly findings: readonly string[];
  readonly faults: number;
}

export interface BankRunOptions {
  /** Other code for a function than the template's. @default none */
  readonly bundleOf?: (deployment: Deployment) => CompiledBundle | undefined;
}

/** Longer than anything that a fault delays, and than what is tried again after it. */
const REST_MS = 20 * 60_000;
const MOST_TOGETHER = 40;
const DRAINS = 3;

/** What was seen on the wire. */
interface Seen {
  /** Ids in the order in which the partner was called for them. */
  readonly calls: string[];
  /** Facts as the bus took them. */
  readonly facts: { readonly id: string; readonly visitor: string }[];
}

export async function runBank(
  built: BankAssembly,
  plan: BankPlan,
  { bundleOf }: BankRunOptions = {},
): Promise<BankRun> {
  const bank = await Bank.open(built, plan.seed, bundleOf);
  const seen: Seen = { calls: [], facts: [] };
  bank.cloud.watch(carriedOut => see(seen, carriedOut));
  const faults = bank.inject([...plan.rules], plan.seed);
  try {
    for (const { purchases, pauseMs } of plan.sendings) {
      await bank.send(purchases);
      await bank.pass(pauseMs);
    }
    await bank.pass(REST_MS);
    await bank.openCounter();
    for (const hop of HOPS) await emptyLanes(bank, hop);
    await bank.pass(60_000);
    const sent = plan.sendings.flatMap(({ purchases }) => purchases);
    const findings = await findingsOf(bank, seen, { sent, faults: faults.length });
    const before = seen.calls.length;
    await bank.send(sent.slice(0, MOST_TOGETHER));
    await bank.pass(60_000);
    const all = [...sent, ...sent.slice(0, MOST_TOGETHER)];
    findings.push(
      ...(await findingsOf(bank, seen, { sent: all, faults: faults.length })).map(each => `again: ${each}`),
    );
    if (seen.calls.length > before) findings.push(`the partner was called ${seen.calls.length - before} times again`);
    return { findings, faults: faults.length };
  } catch (error) {
    return { findings: [`the run broke off: ${String(error)}`], faults: faults.length };
  } finally {
    await bank.close();
  }
}

function see(seen: Seen, carriedOut: CarriedOut): void {
  const { operation, input, call, refusal } = carriedOut;
  if (refusal !== undefined) return;
  const { principal } = call;
  if (operation === 'UpdateItem' && principal.kind === 'role' && principal.session.endsWith('-telling')) {
    const { Key } = input as { Key: { id: { S: string } } }; // the partner's table has no other key
    seen.calls.push(Key.id.S);
  }
  for (const { id, subject, type } of publishedFacts(carriedOut)) {
    if (type.endsWith('.booked.v1')) seen.facts.push({ id, visitor: subject });
  }
}

async function emptyLanes(bank: Bank, hop: Hop): Promise<void> {
  for (let times = 0; times < DRAINS; times++) {
    const { keys } = await bank.ask<{ keys: readonly { key: string }[] }>(hop, { parked: {} });
    for (const { key } of keys) await bank.drain(hop, key);
    if (keys.length === 0) return;
  }
}

interface Sent {
  readonly sent: readonly Purchase[];
  readonly faults: number;
}

async function findingsOf(bank: Bank, seen: Seen, { sent, faults }: Sent): Promise<string[]> {
  const expected = expectedOf(sent);
  return [
    ...(await statementFindings(bank, expected)),
    ...(await bookingFindings(bank, expected)),
    ...factFindings(seen, expected),
    ...(await tellingFindings(bank, seen, { expected, faults })),
    ...(await quarantineFindings(bank, expected)),
    ...(await ledgerFindings(bank, expected, sent.length)),
  ];
}

async function statementFindings(bank: Bank, { applied }: Expected): Promise<string[]> {
  const items = await bank.items('statement-state');
  return differences('statement', applied, account => {
    const { ids } = (items.find(({ key }) => key === account)?.state ?? {}) as { ids?: readonly string[] };
    return ids;
  });
}

async function bookingFindings(bank: Bank, { applied }: Expected): Promise<string[]> {
  const entries = (await bank.items('entries')).toSorted((a, b) => Number(a.place) - Number(b.place));
  const balances = await bank.items('balances');
  const counts = new Map([...applied].map(([account, ids]) => [account, ids.length]));
  return [
    ...differences('entries', applied, account => entries.filter(each => each.account === account).map(({ id }) => id)),
    ...differences('balances', counts, account => balances.find(each => each.account === account)?.entries),
  ];
}

/** Facts may be published twice, under the same id; their order is that of the first times. */
function factFindings({ facts }: Seen, { applied }: Expected): string[] {
  const expected = new Map([...applied].map(([account, ids]) => [account, ids.map(id => derivedId(id, 'booked'))]));
  return differences('facts', expected, account => [
    ...new Set(facts.filter(({ visitor }) => accountOf(visitor) === account).map(({ id }) => id)),
  ]);
}

async function tellingFindings(
  bank: Bank,
  { calls }: Seen,
  { expected, faults }: { readonly expected: Expected; readonly faults: number },
): Promise<string[]> {
  const first = [...new Set(calls)];
  const rows = new Map((await bank.items('telling-idempotency')).map(row => [row.id, row]));
  const ids = [...expected.applied.values()].flat();
  const unanswered = ids.filter(id => {
    const row = rows.get(eventIdKey(id));
    return row?.status !== 'completed' || row.answer !== JSON.stringify({ told: id });
  });
  const repeated = calls.length - first.length;
  return [
    ...differences('partner', expected.applied, (_, own) => first.filter(id => own.includes(id))),
    ...first.filter(id => !ids.includes(id)).map(id => `the partner was called for ${id}, which nobody sent`),
    ...unanswered.map(id => `the row of ${id} does not have the answer of its call`),
    ...(repeated > faults ? [`the partner was called ${repeated} times again, after ${faults} faults`] : []),
  ];
}

async function quarantineFindings(bank: Bank, { refused }: Expected): Promise<string[]> {
  const Bucket = (bank.cloud.physicalIds.get('AWS::S3::Bucket') ?? []).find(name => /-quarantine-/.test(name));
  const { Contents = [] } = await bank.cloud.call<{ Contents?: { Key: string }[] }>('s3', 'ListObjectsV2', { Bucket });
  const kept = new Map<string, string[]>(HOPS.map(hop => [hop, []]));
  for (const { Key } of Contents) {
    const { Body } = await bank.cloud.call<{ Body: string }>('s3', 'GetObject', { Bucket, Key });
    const { hop, received } = JSON.parse(Buffer.from(Body, 'base64').toString()) as {
      hop: string;
      received: { id: string };
    };
    kept.set(hop, [...(kept.get(hop) ?? []), received.id].sort());
  }
  return differences('quarantine', new Map([...kept].map(([hop]) => [hop, refused.toSorted()])), hop => kept.get(hop));
}

async function ledgerFindings(bank: Bank, { counts }: Expected, accepted: number): Promise<string[]> {
  const { hops, unexplained, uncounted } = await bank.reconcile();
  const told = (outcome: 'applied' | 'duplicate' | 'quarantined' | 'parked') =>
    HOPS.reduce((sum, hop) => sum + (hops[hop]?.[outcome] ?? 0), uncounted[outcome]);
  const named = unexplained.map(({ hop, status, id = '?', count }) => `ledger: ${count} ${status} at ${hop} (${id})`);
  const sums = { ...counts, parked: 0 };
  const wrong = Object.entries(sums).flatMap(([outcome, count]) => {
    const found = told(outcome as keyof typeof sums); // a key of it
    return found === count * HOPS.length ? [] : [`ledger: ${count * HOPS.length} ${outcome}, found ${found}`];
  });
  const taken = (hops.collector?.accepted ?? 0) + uncounted.accepted;
  return [...named, ...wrong, ...(taken === accepted ? [] : [`ledger: ${accepted} accepted, found ${taken}`])];
}

/** What is expected under each key, against what is there. */
function differences<Value>(
  what: string,
  expected: ReadonlyMap<string, Value>,
  foundOf: (key: string, own: Value) => unknown,
): string[] {
  return [...expected].flatMap(([key, own]) => {
    const found = foundOf(key, own);
    if (isDeepStrictEqual(found, own)) return [];
    return [`${what} of '${key}': expected ${JSON.stringify(own)}, found ${JSON.stringify(found)}`];
  });
}
