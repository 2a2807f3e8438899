/**
 * Shards that come to an end while the mapping is looking for others or opening one: each look at the stream is an answer of a
 * moment that has passed, and the positions have moved on meanwhile.
 */
import { expect, it } from 'vitest';
import type { Cloud } from '../../../../local/cloud/cloud.ts';
import { dataOf, streamFixture } from './stream-fixture.ts';

/** Iterators of one shard take a second. */
function delayOpening(cloud: Cloud, shardId: string): void {
  cloud.intercept(async ({ operation, input }, next) => {
    if (operation === 'GetShardIterator' && input.ShardId === shardId) await cloud.clock.sleep(1_000);
    return next();
  });
}

it('reads the child of a merge whose second parent ends while another shard is being opened', async () => {
  const { clock, cloud, stream, invocations, newPoller } = streamFixture({ shards: 3 });
  const [first, second, split] = stream.shards.map(({ id }) => id);
  if (!first || !second || !split) throw new Error('Cannot merge: three shards are needed');
  await newPoller().start();
  const merged = stream.open([first, second]);
  const lower = stream.open([split]);
  delayOpening(cloud, lower);
  stream.put(
    stream.shards.findIndex(({ id }) => id === merged),
    'k',
    'of the merged shard',
  );
  stream.close(0);
  stream.close(2);
  await clock.advance(500); // `merged` was passed over, its other parent being read; `lower` is being opened
  stream.close(1);
  await clock.advance(2_000);
  expect(invocations.flatMap(dataOf)).toEqual(['of the merged shard']);
});

it('opens a shard once, although another one ends while the mapping starts', async () => {
  const { clock, cloud, stream, invocations, newPoller } = streamFixture({ shards: 2 });
  delayOpening(cloud, 'shardId-000000000001');
  stream.put(1, 'k', 'once');
  stream.close(0);
  const started = newPoller().start();
  await clock.advance(5_000);
  await started;
  expect(invocations.flatMap(dataOf)).toEqual(['once']);
});
