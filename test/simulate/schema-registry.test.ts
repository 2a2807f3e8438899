/** The registry of schemas in the whole platform: on the virtual clock, with the real handlers of the real template. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUlid, seededRandom } from '../../core/index.ts';
import { loadAssembly } from '../../local/template/assembly.ts';
import { holdAssembly } from '../../simulate/cloud/hold-assembly.ts';
import { openSimulatedCloud, type SimulatedCloud } from '../../simulate/cloud/simulated-cloud.ts';
import { platformNames } from '../../simulate/evidence/platform-names.ts';
import { START_MS } from '../../simulate/plan/simulation-plan.ts';
import { COMPLETED, completedNext } from './upgraded-handlers.ts';

const random = seededRandom(7);
const lines: { readonly hop: string; readonly line: string }[] = [];
let cloud: SimulatedCloud;
let releaseAssembly = () => {};
let reads = 0;

beforeAll(async () => {
  const { folder, release } = await holdAssembly();
  releaseAssembly = release; // functions are loaded from it at their first call
  const onLine = (hop: string, line: string) => void lines.push({ hop, line });
  cloud = await openSimulatedCloud({
    assembly: loadAssembly(folder),
    seed: 1,
    startMs: START_MS,
    skewMs: () => 0,
    onLine,
  });
  cloud.watch(({ service, operation, input }) => {
    if (service === 'dynamodb' && input.TableName === 'millrace-dev-schemas' && operation === 'GetItem') reads++;
  });
}, 120_000);
afterAll(async () => {
  await cloud.close();
  releaseAssembly();
});

/** Sends a purchase with a coupon. @returns how it was answered */
async function buy(coupon: unknown): Promise<unknown> {
  const event = {
    specversion: '1.0',
    id: newUlid(cloud.clock.now(), random),
    source: 'urn:test',
    type: COMPLETED,
    subject: 'visitor-1',
    time: new Date(cloud.clock.now()).toISOString(),
    data: { product: 'tea', quantity: 1, unitPrice: 2, currency: 'EUR', coupon },
  };
  const answer = cloud.request({
    method: 'POST',
    path: `${platformNames(cloud).apiPath}/events`,
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/json', host: 'millrace.test' },
    body: Buffer.from(JSON.stringify(event)),
  });
  let body: { field?: string; results?: { status: string }[] } | undefined;
  void answer.then(response => {
    body = JSON.parse(String(response.body));
  });
  await cloud.clock.advanceUntil(() => body !== undefined, 60_000);
  return body?.field ?? body?.results?.[0]?.status;
}

async function register(schema: object): Promise<Readonly<Record<string, unknown>>> {
  const call = cloud.call<{ Payload: string; FunctionError?: string }>('lambda', 'Invoke', {
    FunctionName: 'millrace-dev-schema-registrar',
    Payload: JSON.stringify({ register: [schema] }),
  });
  let answer: { readonly Payload: string } | undefined;
  void call.then(given => {
    answer = given;
  });
  await cloud.clock.advanceUntil(() => answer !== undefined, 60_000);
  return JSON.parse(answer?.Payload ?? '');
}

describe('the registry of schemas', () => {
  it('holds every schema as soon as the platform is there', async () => {
    const { Items } = await cloud.call<{ Items: { type: { S: string } }[] }>('dynamodb', 'Scan', {
      TableName: 'millrace-dev-schemas',
    });
    expect(Items.length).toBeGreaterThan(10);
    const { Schemas } = await cloud.call<{ Schemas: unknown[] }>('schemas', 'ListSchemas', {
      RegistryName: 'millrace-dev-events',
    });
    expect(Schemas).toHaveLength(Items.length - 1); // the head is no schema
  });

  it('has a new minor version enforced within a minute, without anything being deployed, and reads once for many events', async () => {
    expect(await buy(12)).toBe('accepted');
    const readsBefore = reads;
    expect(await register(completedNext.schema)).toMatchObject({ added: [`${COMPLETED} ${completedNext.version}`] });
    for (let event = 0; event < 10; event++) expect(await buy(12)).toBe('accepted');
    await cloud.clock.advance(45_000);
    expect(await buy(12)).toBe('data.coupon');
    expect(await buy('SPRING')).toBe('accepted');
    await cloud.clock.advance(30_000);
    expect(await buy('SPRING')).toBe('accepted');
    // one by the registrar; one by each of the functions that were at work in these 75 seconds, or two
    expect(reads - readsBefore).toBeLessThan(12);
  });

  it('refuses another content under a version that is registered, and keeps what there is', async () => {
    const other = { ...completedNext.schema, title: 'Other' };
    expect(await register(other)).toMatchObject({
      errorMessage: expect.stringContaining(`${COMPLETED} ${completedNext.version} is registered with another content`),
    });
    expect(await register(completedNext.schema)).toMatchObject({ added: [] });
    expect(await register({ 'x-type': 'nonsense' })).toMatchObject({
      errorMessage: 'Cannot register schema: x-type must be an event type, received "nonsense"',
    });
  });

  it('serves from the bundles when it cannot be read, with a metric and a line', async () => {
    cloud.host.recycle();
    cloud.inject({
      seed: 1,
      rules: [
        {
          name: 'no registry',
          match: { service: 'dynamodb', resource: '*-schemas', caller: '*-collector' },
          fault: { kind: 'fail-before', code: 'InternalServerError' },
        },
      ],
    });
    lines.length = 0;
    expect(await buy('SPRING')).toBe('accepted');
    const said = lines.filter(({ hop }) => hop === 'millrace-dev-collector').map(({ line }) => JSON.parse(line));
    expect(said).toContainEqual(expect.objectContaining({ RegistryUnreadable: 1, Hop: 'collector' }));
    expect(said).toContainEqual(
      expect.objectContaining({ level: 'error', message: 'Cannot read the registry of schemas: what is known serves' }),
    );
  });
});
