/** Loss that nobody was told of: the ledger names the very event, and a crash that only loses a line is explained. */
import { expect, test, vi } from 'vitest';
import { gatherEvidence } from '../../cli/evidence.ts';
import { postJson } from '../../cli/http-client.ts';
import type { LedgerReport } from '../../cli/ledger-report.ts';
import { runReport } from '../../cli/run-report.ts';
import { derivedId, newUlid, seededRandom } from '../../core/index.ts';
import { eventually } from './eventually.ts';
import { type FaultRules, type FaultyPlatform, withFaults } from './faulty-platform.ts';

vi.setConfig({ testTimeout: 120_000 });

const EVENTS = 24;
const START_MS = Date.parse('2026-01-05T08:00:00Z');
const random = seededRandom(21);

/** Sends purchases one by one, each of a visitor of its own. @returns their ids, in order */
async function sendPurchases({ platform }: FaultyPlatform): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let i = 0; i < EVENTS; i++) {
    const timeMs = START_MS + i * 1000;
    const id = newUlid(timeMs, random);
    const data = {
      product: 'tea-set',
      quantity: 1,
      unitPrice: 9.5,
      currency: 'EUR',
      invoice: `I-${i}`,
      country: 'Peru',
    };
    const event = {
      specversion: '1.0',
      id,
      source: 'urn:test',
      type: 'behaviour.purchase.completed.v1',
      subject: `visitor-${i}`,
      time: new Date(timeMs).toISOString(),
      data,
    };
    const headers = { 'millrace-backfill': 'true' };
    const reply = await postJson(`${platform.apiUrl}/events`, JSON.stringify(event), { headers });
    expect(reply.status).toBe(202);
    ids.push(id);
  }
  return ids;
}

const ledgerOf = async ({ platform }: FaultyPlatform): Promise<LedgerReport> => (await gatherEvidence(platform)).ledger;

/** The reconciler's report once so many purchases came out at the end, and what it says does not change any more. */
async function settledLedger(faulty: FaultyPlatform, consumed: number): Promise<LedgerReport> {
  await eventually(
    () => faulty.flow(),
    ({ counts }) => counts.salesConsumed + counts.salesDuplicates >= consumed,
  );
  return eventually(
    () => ledgerOf(faulty),
    ({ hops, explained }) =>
      (hops['sales-projector']?.consumed ?? 0) >= consumed && !explained.some(({ status }) => status === 'waiting'),
  );
}

const drop = (match: FaultRules[number]['match'], skip: number, times = 1): FaultRules[number] => ({
  name: 'drop',
  match,
  when: { skip, times },
  fault: { kind: 'drop' },
});

test('nothing is lost: every hop adds up, and nothing needs an explanation', async () => {
  await withFaults([], async faulty => {
    await sendPurchases(faulty);
    const report = await settledLedger(faulty, EVENTS);
    expect(report).toMatchObject({ unexplained: [], unexplainedCount: 0, explained: [] });
    expect(report.hops).toMatchObject({
      collector: { accepted: EVENTS },
      'session-profile': { applied: EVENTS },
      'sales-projector': { consumed: EVENTS },
    });
  });
});

test('a record that the stream took and did not keep is named', async () => {
  await withFaults([drop({ service: 'kinesis', operation: 'PutRecords' }, 7)], async faulty => {
    const ids = await sendPurchases(faulty);
    const { unexplained, unexplainedCount } = await settledLedger(faulty, EVENTS - 1);
    expect(unexplainedCount).toBe(1);
    expect(unexplained).toMatchObject([{ status: 'lost', hop: 'session-profile', id: ids[7] }]);
  });
});

/** The purchases whose sale was never counted: they have no row in the consumer's memory. */
async function unsold({ platform }: FaultyPlatform, ids: readonly string[]): Promise<string[]> {
  const { Items } = await platform.aws<{ Items: { id: { S: string } }[] }>('dynamodb', 'Scan', {
    TableName: `millrace-${platform.stage}-idempotency`,
  });
  const rows = new Set(Items.map(({ id }) => id.S));
  const facts = ids.map(id => derivedId(id, 'behaviour.purchase.made.v1#0'));
  return facts.filter(id => !rows.has(`sales-projector#${id}`));
}

test.each([
  ['facts that the bus took and did not deliver', { service: 'events', operation: 'PutEvents' }, 2, 6],
  [
    'a message that the queue took and did not keep',
    { service: 'sqs', operation: 'SendMessage*', resource: '*-sales-projection' },
    9,
    1,
  ],
] as const)('%s: each is named', async (_, match, skip, times) => {
  // of the facts, those that nobody subscribes to are dropped as well; nobody misses them
  await withFaults([drop(match, skip, times)], async faulty => {
    const ids = await sendPurchases(faulty);
    await eventually(
      () => faulty.flow(),
      ({ counts }) => counts.applied === EVENTS && counts.published >= 2 * EVENTS,
    );
    const { lost, report } = await eventually(
      async () => ({ report: await ledgerOf(faulty), lost: await unsold(faulty, ids) }),
      found => {
        const { explained, unexplainedCount, hops } = found.report;
        const consumed = hops['sales-projector']?.consumed ?? 0;
        const isSettled = explained.length === 0 && consumed + found.lost.length === EVENTS;
        return isSettled && found.lost.length > 0 && unexplainedCount === found.lost.length;
      },
    );
    for (const { hop, status, id } of report.unexplained) {
      expect([hop, status]).toEqual(['sales-projector', 'lost']);
      if (id !== undefined || lost.length === 1) expect(lost).toContain(id);
    }
  });
});

/** As if the function had died each time between its writes and its line. */
async function loseLines({ platform }: FaultyPlatform, name: string): Promise<void> {
  const logGroupName = `/aws/lambda/millrace-${platform.stage}-${name}`;
  const { logStreams } = await platform.aws<{ logStreams: { logStreamName: string }[] }>('logs', 'DescribeLogStreams', {
    logGroupName,
  });
  for (const { logStreamName } of logStreams)
    await platform.aws('logs', 'DeleteLogStream', { logGroupName, logStreamName });
}

test('what was done and not counted is found where it was done, and the run adds up nevertheless', async () => {
  await withFaults([], async faulty => {
    await sendPurchases(faulty);
    await settledLedger(faulty, EVENTS);
    await loseLines(faulty, 'session-profile');
    const evidence = await gatherEvidence(faulty.platform);
    const applied = { accepted: 0, applied: EVENTS, duplicate: 0, parked: 0, quarantined: 0 };
    expect(evidence.ledger).toMatchObject({ unexplainedCount: 0, uncounted: applied });
    const { counts, ...flow } = await faulty.flow();
    const uncounted = { ...flow, counts: { ...counts, applied: 0 } };
    const none = { events: 0, bookings: 0 };
    const facts = { startedInMs: 0, sendingMs: 1, producers: { ...none, events: EVENTS }, before: none, atRest: true };
    const report = runReport(uncounted, { ...facts, evidence });
    expect(report).toMatchObject({ accepted: EVENTS, applied: EVENTS, unexplained: 0 });
    expect(runReport(uncounted, facts).unexplained).toBe(EVENTS);
  });
});

test('an event whose state somebody threw away is named with its key: it was counted, and nothing shows it', async () => {
  await withFaults([], async faulty => {
    const ids = await sendPurchases(faulty);
    await settledLedger(faulty, EVENTS);
    await loseLines(faulty, 'session-profile');
    const table = `millrace-${faulty.platform.stage}-session-profiles`;
    await faulty.platform.aws('dynamodb', 'DeleteItem', { TableName: table, Key: { visitorId: { S: 'visitor-3' } } });
    const { unexplained } = await ledgerOf(faulty);
    expect(unexplained).toMatchObject([{ hop: 'session-profile', id: ids[3], key: 'visitor-3' }]);
  });
});
