/** A key is parked, its events wait in their lane, and an operator takes them through the processor once it is mended. */
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseInvocation } from '../../cli/command.ts';
import { parked } from '../../cli/commands/parked.ts';
import { gatherEvidence } from '../../cli/evidence.ts';
import { outstanding } from '../../cli/flow.ts';
import { getJson, postJson } from '../../cli/http-client.ts';
import { type Platform, startPlatform } from '../../cli/platform.ts';
import { newUlid, seededRandom } from '../../core/index.ts';
import { type Attributes, fromAttributes, toAttributes } from '../../lambdas/adapters/fold-item-dynamodb.ts';
import { eventually } from './eventually.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const VISITOR = 'visitor-parked';
const TABLE = 'millrace-dev-session-profiles';
const LANES = 'millrace-dev-parked-events';
const layout = { keyAttribute: 'visitorId' };
const random = seededRandom(29);
const sinceMs = Date.now();
let platform: Platform;
let dynamodb: DynamoDBClient;
let sent = 0;

beforeAll(async () => {
  platform = await startPlatform({ port: 0, seed: 29, report: () => {} });
  dynamodb = new DynamoDBClient({
    endpoint: new URL(platform.apiUrl).origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'not-secret' },
  });
});

afterAll(() => platform.close());

async function view(pages: number): Promise<void> {
  const events = Array.from({ length: pages }, () => {
    const timeMs = sinceMs + sent++ * 1000;
    return {
      specversion: '1.0',
      id: newUlid(timeMs, random),
      source: 'urn:test',
      type: 'behaviour.page.viewed.v1',
      subject: VISITOR,
      time: new Date(timeMs).toISOString(),
      data: { url: '/' },
    };
  });
  expect((await postJson(`${platform.apiUrl}/events`, JSON.stringify(events))).status).toBe(202);
}

async function run(...args: string[]): Promise<{ code: number; outcome: unknown }> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    const code = await parked.run(parseInvocation(parked, [...args, '--url', platform.apiUrl, '--json']));
    return { code, outcome: JSON.parse(String(print.mock.calls[0]?.[0])) };
  } finally {
    print.mockRestore();
  }
}

async function storedItem(): Promise<Attributes> {
  const get = new GetItemCommand({ TableName: TABLE, Key: { visitorId: { S: VISITOR } }, ConsistentRead: true });
  return (await dynamodb.send(get)).Item ?? {};
}

const put = (TableName: string, Item: Attributes) => dynamodb.send(new PutItemCommand({ TableName, Item }));
const counted = (counts: { applied: number; parked: number }) =>
  eventually(
    () => platform.flowSince(sinceMs),
    flow => flow.counts.applied === counts.applied && flow.counts.parked === counts.parked,
  );

test('millrace parked shows a lane, drains it in order under a lease, and every account still adds up', async () => {
  await view(3);
  await counted({ applied: 3, parked: 0 });
  expect(await run('list')).toEqual({ code: 0, outcome: { processor: 'session-profile', keys: [] } });

  const intact = await storedItem();
  await put(TABLE, { ...intact, lastSequence: { S: '1' } }); // another hand than the processor's
  await view(4);
  await counted({ applied: 3, parked: 4 });
  const listed = await run('list');
  expect(listed).toMatchObject({
    code: 0,
    outcome: { keys: [{ key: VISITOR, records: 4, reason: expect.stringContaining('another hand') }] },
  });
  await expect(run('drain', VISITOR)).rejects.toThrow('another hand');

  const [{ since }] = (listed.outcome as { keys: [{ since: string }] }).keys; // as expected above
  const item = fromAttributes(intact, layout);
  const parking = { since, through: since, reason: 'it was damaged', imprints: '' };
  await put(TABLE, toAttributes({ ...item, outbox: [], revision: item.revision + 1, parked: parking }, layout));
  await view(2);
  const during = await counted({ applied: 3, parked: 6 });
  expect(outstanding(during)).toBe(0);

  const lease = { lane: { S: `#lease#session-profile#${VISITOR}` }, sequence: { S: 'lease' }, holder: { S: 'ada' } };
  await put(LANES, { ...lease, untilMs: { N: String(Date.now() + 3_600_000) } });
  expect(await run('drain', VISITOR)).toMatchObject({
    code: 1,
    outcome: { status: 'held', held: { holder: 'ada', until: expect.any(String) } },
  });
  await put(LANES, { ...lease, untilMs: { N: '1' } });
  expect(await run('drain', VISITOR)).toEqual({
    code: 0,
    outcome: {
      processor: 'session-profile',
      key: VISITOR,
      status: 'drained',
      taken: { applied: 6, duplicate: 0, quarantined: 0, redelivered: 0 },
    },
  });

  await view(1);
  const after = await counted({ applied: 10, parked: 0 });
  expect(outstanding(after)).toBe(0);
  expect(fromAttributes(await storedItem(), layout)).toMatchObject({ state: { pages: 10 } });
  expect((await getJson(`${platform.apiUrl}/visitors/${VISITOR}`)).status).toBe(200);
  expect(await run('list')).toMatchObject({ outcome: { keys: [] } });
  const { ledger } = await gatherEvidence({ aws: platform.aws, stage: 'dev', sinceMs });
  expect(ledger).toMatchObject({
    unexplainedCount: 0,
    hops: { 'session-profile': { applied: 10, parked: 0 } },
    uncounted: { applied: 0, parked: 0 },
  });
});
