import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { accepted, type CloudEvent, type PublishOutcome } from '../../../core/index.ts';
import { type OutboxPage, outboxScan } from '../../../lambdas/adapters/outbox-scan-dynamodb.ts';
import { type CatchUpDependencies, catchUp } from '../../../lambdas/outbox-publisher/catch-up.ts';
import { pageViewed } from '../../support/behaviour-events.ts';

const NOON = Date.UTC(2026, 2, 1, 12);

function item(event: CloudEvent, writtenAtMs: number) {
  return { outbox: { L: [{ S: JSON.stringify(event) }] }, outboxAt: { N: String(Math.floor(writtenAtMs / 1000)) } };
}

/** Pages in order; the cursor of a page is its number. */
function table(...pages: ReturnType<typeof item>[][]): CatchUpDependencies['readPage'] {
  return async (cursor = '0'): Promise<OutboxPage> => {
    const items = (pages[Number(cursor)] ?? []).map((attributes, i) => ({ name: `${cursor}-${i}`, attributes }));
    const next = Number(cursor) + 1;
    return next < pages.length ? { items, next: String(next) } : { items };
  };
}

function ports(readPage: CatchUpDependencies['readPage'], outcome = (_event: CloudEvent): PublishOutcome => PUBLISHED) {
  const published: string[] = [];
  const dependencies: CatchUpDependencies = {
    readPage,
    publisher: {
      publish: async facts => {
        published.push(...facts.map(({ event }) => event.id));
        return facts.map(({ event }) => outcome(event));
      },
    },
    claimCheck: { leave: async event => event, keepUnpublishable: async () => {} },
    quarantine: { keep: async () => true },
    examine: accepted,
    hasTime: () => true,
  };
  return { dependencies, published };
}

const PUBLISHED: PublishOutcome = { status: 'published', claimChecked: false };
const since = new Date(NOON).toISOString();

describe('catchUp', () => {
  const events = [0, 1, 2, 3].map(minute => pageViewed(minute, 'a'));
  const items = events.map(event => item(event, NOON));

  it('publishes the facts of the whole table, page after page, under their own ids', async () => {
    const { dependencies, published } = ports(table(items.slice(0, 2), [], items.slice(2)));
    const answer = await catchUp({ catchUp: { since } }, dependencies);
    expect(answer).toMatchObject({ done: true, found: 4, published: 4, failed: 0 });
    expect(answer).not.toHaveProperty('cursor');
    expect(published).toEqual(events.map(({ id }) => id));
  });

  it('leaves out what was written before, to the second, or from the end on', async () => {
    const times = [NOON - 1000, NOON + 700, NOON + 3_599_000, NOON + 3_600_000];
    const { dependencies, published } = ports(table(events.map((event, i) => item(event, times[i] ?? 0))));
    const period = { since: new Date(NOON + 500).toISOString(), until: new Date(NOON + 3_600_000).toISOString() };
    expect(await catchUp({ catchUp: period }, dependencies)).toMatchObject({ done: true, found: 2 });
    expect(published).toEqual([events[1]?.id, events[2]?.id]);
  });

  it('stops at the page that did not get through, and begins there the next time: no later fact overtakes', async () => {
    let isBusy = true;
    const readPage = table(items.slice(0, 1), items.slice(1, 3), items.slice(3));
    const busy: PublishOutcome = { status: 'failed', code: 'ThrottlingException' };
    const { dependencies, published } = ports(readPage, ({ id }) =>
      isBusy && id === events[2]?.id ? busy : PUBLISHED,
    );
    const stopped = await catchUp({ catchUp: { since } }, dependencies);
    expect(stopped).toMatchObject({ done: false, cursor: '1', published: 2, failed: 1, reasons: [busy.code] });
    expect(published).not.toContain(events[3]?.id);
    isBusy = false;
    const cursor = String(stopped.cursor);
    expect(await catchUp({ catchUp: { since, cursor } }, dependencies)).toMatchObject({ done: true, published: 3 });
  });

  it('stops where the first page does not get through, and begins anew', async () => {
    const { dependencies } = ports(table(items), () => ({ status: 'failed', code: 'X' }));
    const stopped = await catchUp({ catchUp: { since } }, dependencies);
    expect(stopped).toMatchObject({ done: false, failed: 4 });
    expect(stopped).not.toHaveProperty('cursor');
  });

  it('ends before its time is up and says where to go on', async () => {
    const { dependencies } = ports(table(items.slice(0, 2), items.slice(2)));
    const answer = await catchUp({ catchUp: { since } }, { ...dependencies, hasTime: () => false });
    expect(answer).toMatchObject({ done: false, cursor: '1', published: 2 });
  });

  it.each([['yesterday'], [''], [7], [undefined]])('refuses %j as a moment', async moment => {
    const { dependencies } = ports(table(items));
    const request = { catchUp: { since: moment as string } };
    await expect(catchUp(request, dependencies)).rejects.toThrow(/'since' must be an RFC 3339 timestamp, received/);
  });
});

describe('outboxScan', () => {
  const dynamodb = mockClient(DynamoDBClient);
  beforeEach(() => dynamodb.reset());
  const readPage = outboxScan(new DynamoDBClient({ region: 'eu-west-1' }), 'session-profiles');
  const key = { visitorId: { S: 'ä' } };

  it('begins where the page before ended', async () => {
    dynamodb.on(ScanCommand).resolvesOnce({ Items: [], LastEvaluatedKey: key }).resolves({ Items: [] });
    const { next } = await readPage();
    expect(await readPage(next)).toEqual({ items: [] });
    expect(dynamodb.commandCalls(ScanCommand)[1]?.args[0].input.ExclusiveStartKey).toEqual(key);
  });

  it('names an item by its facts', async () => {
    const attributes = item(pageViewed(), NOON);
    dynamodb.on(ScanCommand).resolves({ Items: [attributes, attributes, item(pageViewed(), NOON)] });
    const names = (await readPage()).items.map(({ name }) => name);
    expect(new Set(names).size).toBe(2);
    expect(names[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses a cursor that no page gave', async () => {
    for (const cursor of ['x', Buffer.from('[]').toString('base64url'), '']) {
      await expect(readPage(cursor)).rejects.toThrow(/^Cannot go on scanning: the cursor must be one/);
    }
  });
});
