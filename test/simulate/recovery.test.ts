/** After a crash in the middle of a batch: how long, by the cloud's clock, until everything is applied that was put before and after. */
import { afterAll, expect, test } from 'vitest';
import type { FaultPlan } from '../../local/faults/fault-plan.ts';
import { loadAssembly } from '../../local/template/assembly.ts';
import { holdAssembly } from '../../simulate/cloud/hold-assembly.ts';
import { openSimulatedCloud } from '../../simulate/cloud/simulated-cloud.ts';
import { platformNames } from '../../simulate/evidence/platform-names.ts';
import { START_MS } from '../../simulate/plan/simulation-plan.ts';

const LIMIT_MS = 1_000;
const BATCH = 20;

const held = await holdAssembly();
afterAll(held.release);
const assembly = loadAssembly(held.folder);

interface Recovery {
  readonly crashes: number;
  /** From the crash until the last profile of each batch was written. */
  readonly brokenBatchMs: number;
  readonly nextBatchMs: number;
  /** Events applied to each visitor. */
  readonly applied: ReadonlySet<unknown>;
}

/** One batch that is struck, and the next one in the moment of the crash. */
async function recover(rules: FaultPlan['rules']): Promise<Recovery> {
  const cloud = await openSimulatedCloud({ assembly, seed: 1, startMs: START_MS, skewMs: () => 0 });
  const { stream, profiles } = platformNames(cloud);
  const written = new Map<string, number>();
  cloud.watch(({ operation, input, atMs, refusal }) => {
    if (operation !== 'PutItem' || input.TableName !== profiles || refusal !== undefined) return;
    const { visitorId } = input.Item as { visitorId: { S: string } }; // a profile's key
    written.set(visitorId.S, atMs);
  });
  const put = (batch: string) =>
    cloud.call('kinesis', 'PutRecords', {
      StreamName: stream,
      Records: Array.from({ length: BATCH }, (_, index) => record(`visitor-${batch}-${index}`, index)),
    });
  try {
    await cloud.clock.advance(60_000); // the pollers have read to the end, and wait
    const injected = cloud.inject({ seed: 1, rules });
    await put('broken');
    await cloud.clock.advanceUntil(() => injected.length > 0, 60_000);
    const crashedMs = injected[0]?.atMs ?? Number.NaN;
    await put('next');
    await cloud.clock.advanceUntil(() => written.size === 2 * BATCH, 60_000);
    const lastOf = (batch: string) =>
      Math.max(...[...written].flatMap(([id, atMs]) => (id.includes(batch) ? atMs : [])));
    const recovered = { brokenBatchMs: lastOf('broken') - crashedMs, nextBatchMs: lastOf('next') - crashedMs };
    await cloud.clock.advance(60_000); // whatever else would be tried again has been
    const { Items } = await cloud.call<{ Items: { counts: { M: object } }[] }>('dynamodb', 'Scan', {
      TableName: profiles,
    });
    return {
      crashes: injected.length,
      ...recovered,
      applied: new Set(Items.map(({ counts }) => JSON.stringify(counts.M))),
    };
  } finally {
    await cloud.close();
  }
}

function record(subject: string, index: number) {
  const event = {
    specversion: '1.0',
    id: `01KE6RW4R0000000000000${String(index).padStart(4, '0')}`,
    source: 'https://shop.example/web',
    type: 'behaviour.page.viewed.v1',
    subject,
    time: new Date(START_MS).toISOString(),
    datacontenttype: 'application/json',
    data: { url: '/' },
  };
  return { PartitionKey: subject, Data: Buffer.from(JSON.stringify(event)).toString('base64') };
}

const write = { operation: 'PutItem', caller: '*-session-profile' };
const invoke = { service: 'lambda', operation: 'Invoke', resource: '*-session-profile' };

test.each<{ name: string; rules: FaultPlan['rules'] }>([
  {
    name: 'before a write',
    rules: [{ match: write, when: { skip: 7, times: 1 }, fault: { kind: 'crash-caller', at: 'before' } }],
  },
  {
    name: 'after a write',
    rules: [{ match: write, when: { skip: 7, times: 1 }, fault: { kind: 'crash-caller', at: 'after' } }],
  },
  {
    name: 'at its beginning',
    rules: [{ match: invoke, when: { times: 1 }, fault: { kind: 'crash', at: 'before', as: 'exit' } }],
  },
  {
    name: 'after its last write',
    rules: [{ match: invoke, when: { times: 1 }, fault: { kind: 'crash', at: 'after', as: 'exit' } }],
  },
])(
  'a function that dies $name of a batch: this batch and the next are applied within a second, each event once',
  async ({ rules }) => {
    const { crashes, brokenBatchMs, nextBatchMs, applied } = await recover(rules);
    expect(crashes).toBe(1);
    expect(brokenBatchMs).toBeLessThanOrEqual(LIMIT_MS);
    expect(nextBatchMs).toBeLessThanOrEqual(LIMIT_MS);
    expect(applied).toEqual(new Set([JSON.stringify({ applied: { N: '1' } })]));
  },
);
