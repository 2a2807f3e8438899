import { expect, test } from 'vitest';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import { staleReads } from '../../../simulate/cloud/stale-reads.ts';

const KEY = { id: { S: 'a' } };
const item = (n: number) => ({ ...KEY, n: { N: String(n) } });

/** Reads an item that is `now`, with reads as late as they can be. */
function reader(random: () => number) {
  const intercept = staleReads({ random });
  return async (now: object | undefined, { ConsistentRead = false, unprocessed = false } = {}) => {
    const input = { RequestItems: { t: { Keys: [KEY], ConsistentRead } } };
    const request = { service: 'dynamodb', operation: 'BatchGetItem', input, principal: OPERATOR };
    const UnprocessedKeys = unprocessed ? { t: { Keys: [KEY] } } : {};
    const answer = { Responses: { t: now ? [now] : [] }, UnprocessedKeys };
    const { Responses } = (await intercept(request, async () => answer)) as typeof answer;
    return Responses.t;
  };
}

test('an item is read as the read before found it, or not at all when it was not there', async () => {
  const read = reader(() => 0);
  expect(await read(undefined)).toEqual([]);
  expect(await read(item(1))).toEqual([]);
  expect(await read(item(2))).toEqual([item(1)]);
  expect(await read(item(2), { unprocessed: true })).toEqual([]);
  expect(await read(item(3))).toEqual([item(2)]);
});

test('strongly consistent reads are never late, nor is the first one', async () => {
  const read = reader(() => 0);
  expect(await read(item(1))).toEqual([item(1)]);
  expect(await read(item(2), { ConsistentRead: true })).toEqual([item(2)]);
});

test('most reads are up to date', async () => {
  const read = reader(() => 0.5);
  await read(item(1));
  expect(await read(item(2))).toEqual([item(2)]);
});
