import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RestartableCloud } from '../../support/restartable-cloud.ts';
import { durableMappings, mapStream, put, recordsOf, type Seen } from './durable-mapping-fixture.ts';
import { NEVER } from './scripted-host.ts';

type Step =
  | { readonly kind: 'put'; readonly keys: readonly number[] }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'kill'; readonly downMs: number };

const step = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({
    kind: fc.constant('put' as const),
    keys: fc.array(fc.nat(4), { minLength: 1, maxLength: 8 }),
  }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(0, 300, 2_000) }),
  fc.record({ kind: fc.constant('kill' as const), downMs: fc.constantFrom(0, 60_000) }),
);

const mapping = fc.record({
  ParallelizationFactor: fc.constantFrom(1, 3),
  BisectBatchOnFunctionError: fc.boolean(),
  FunctionResponseTypes: fc.constantFrom([], ['ReportBatchItemFailures']),
  BatchSize: fc.constantFrom(1, 3, 100),
});

/** What the function does next: all is well, it fails (at a record, if it can say so), or its process ends in the middle. */
const answer = fc.oneof(
  { weight: 4, arbitrary: fc.constant('done' as const) },
  { weight: 2, arbitrary: fc.constant('failed' as const) },
  { weight: 1, arbitrary: fc.constant('never' as const) },
);

/** A function that remembers which records it was given after it had answered for them. */
function strictFunction(answers: readonly ('done' | 'failed' | 'never')[], isPartial: boolean) {
  const done = new Map<unknown, string>();
  const repeated: unknown[] = [];
  let next = 0;
  const answer = (event: unknown): unknown => {
    const records = recordsOf(event);
    repeated.push(...records.filter(({ data }) => done.has(data)).map(({ data }) => data));
    const verdict = answers[next++] ?? 'done';
    if (verdict === 'never') return NEVER;
    if (verdict === 'failed' && !isPartial) return new Error('no');
    const failedAt = verdict === 'failed' ? Math.floor(records.length / 2) : records.length;
    for (const { data, key } of records.slice(0, failedAt)) done.set(data, key);
    const failed = (event as { Records: { kinesis: { sequenceNumber: string } }[] }).Records[failedAt];
    return { batchItemFailures: failed ? [{ itemIdentifier: failed.kinesis.sequenceNumber }] : [] };
  };
  return { answer, done, repeated };
}

function byKey(records: Iterable<readonly [unknown, string]>): Map<string, unknown[]> {
  const groups = new Map<string, unknown[]>();
  for (const [data, key] of records) groups.set(key, [...(groups.get(key) ?? []), data]);
  return groups;
}

describe('stream mappings, killed at random', () => {
  it('have every record processed, each key in order, and none again that was answered for', async () => {
    await fc.assert(
      fc.asyncProperty(
        mapping,
        fc.array(step, { minLength: 3, maxLength: 14 }),
        fc.array(answer, { maxLength: 25 }),
        async (settings, steps, answers) => {
          const { host, running: first, remove } = await durableMappings({ shards: 2 });
          const { answer, done, repeated } = strictFunction(answers, settings.FunctionResponseTypes.length > 0);
          host.handler = ({ event }) => answer(event);
          try {
            await mapStream(first, settings);
            const { running, accepted } = await walk(first, steps);
            let last = running;
            for (let kills = 0; done.size < accepted.length && kills <= answers.length; kills++) {
              last = await last.restarted(); // nothing hangs for longer than its process lives
              await last.clock.advance(20 * 60_000);
            }
            expect(repeated).toEqual([]);
            expect(byKey(done)).toEqual(byKey(accepted.map(({ data, key }) => [data, key] as const)));
          } finally {
            await remove();
          }
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);
});

async function walk(first: RestartableCloud, steps: readonly Step[]) {
  let running = first;
  const accepted: Seen[] = [];
  for (const step of steps) {
    if (step.kind === 'put') {
      const records = step.keys.map((key, n) => ({ key: `key-${key}`, data: accepted.length + n }));
      accepted.push(...records);
      await put(running, records);
    } else if (step.kind === 'advance') {
      await running.clock.advance(step.ms);
    } else {
      running = await running.restarted(step.downMs);
    }
  }
  return { running, accepted };
}
