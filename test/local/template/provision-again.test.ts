/** Provisioning on the data of an earlier process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { openJournal } from '../../../local/journal/disk-journal.ts';
import { type ResourceType, resourceType } from '../../../local/resources/resource-type.ts';
import { type Provisioned, provision } from '../../../local/template/provision.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { assemblyOf } from './in-memory-assembly.ts';

let folder: string;
let done: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-provision-'));
  done = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const properties = z.strictObject({ Size: z.number().optional(), Of: z.string().optional() });

/** One type that keeps data, one that is changed in place, one that is put again, one that is replaced. */
function findType(name: string): ResourceType<unknown> | undefined {
  const shared = {
    type: name,
    properties,
    create: ({ Size }: z.infer<typeof properties>, { logicalId, cloud }: { logicalId: string; cloud: Cloud }) => {
      done.push(`create ${logicalId} ${Size ?? ''}`.trim());
      return { ref: logicalId, attributes: { Url: `${cloud.endpoint}/${logicalId}` } };
    },
  };
  const removal = {
    remove: ({
      created,
      properties: { Size },
    }: {
      created: { ref: string };
      properties: z.infer<typeof properties>;
    }) => {
      done.push(`remove ${created.ref} ${Size ?? ''}`.trim());
    },
  };
  switch (name) {
    case 'Test::Data':
      return resourceType(shared);
    case 'Test::Changed':
      return resourceType({
        ...shared,
        ...removal,
        change: ({ Size }, _, { created, properties: before }) => {
          done.push(`change ${created.ref} ${before.Size} ${Size}`);
          return created;
        },
      });
    case 'Test::Put':
      return resourceType({ ...shared, change: 'put' });
    case 'Test::Replaced':
      return resourceType({ ...shared, ...removal });
    default:
      return undefined;
  }
}

/** One process: opens the folder, provisions the resources, ends. */
async function start(resources: Record<string, object>, endpoint = 'http://127.0.0.1:4700'): Promise<Provisioned> {
  const journal = openJournal({ folder });
  try {
    const cloud = new Cloud({
      region: 'eu-west-1',
      accountId: '000000000000',
      clock: new VirtualClock(),
      ids: seededIds(1),
      journal,
    });
    cloud.endpoint = endpoint;
    return await provision(cloud, assemblyOf({ App: { Resources: resources } }), { findType });
  } finally {
    await journal.close();
  }
}

const sized = (type: string, Size: number) => ({ Type: `Test::${type}`, Properties: { Size } });

test('takes what has not changed as it is, references and all', async () => {
  const resources = {
    Table: sized('Data', 1),
    Rule: { Type: 'Test::Replaced', Properties: { Of: { 'Fn::GetAtt': ['Table', 'Url'] } } },
  };
  const first = await start(resources);
  const second = await start(resources);

  expect(done).toEqual(['create Table 1', 'create Rule']);
  expect(second.stacks).toEqual(first.stacks);
  expect(second.earlier).toEqual({ taken: 2, changed: [], removed: [], left: [] });
});

test('changes in place, puts again or replaces what has changed, and makes what is new', async () => {
  await start({ A: sized('Changed', 1), B: sized('Put', 1), C: sized('Replaced', 1), Same: sized('Data', 1) });
  done = [];
  const again = await start({
    A: sized('Changed', 2),
    B: sized('Put', 2),
    C: sized('Replaced', 2),
    Same: sized('Data', 1),
    New: sized('Data', 5),
  });

  expect(done).toEqual(['change A 1 2', 'create B 2', 'remove C 1', 'create C 2', 'create New 5']);
  expect(again.earlier).toEqual({ taken: 1, changed: ['App/A', 'App/B', 'App/C'], removed: [], left: [] });
});

test('removes what the template no longer has, newest first, and leaves what keeps data', async () => {
  await start({ Data: sized('Data', 1), First: sized('Replaced', 1), Second: sized('Changed', 2) });
  done = [];
  const again = await start({ Other: sized('Put', 1) });

  expect(done).toEqual(['create Other 1', 'remove Second 2', 'remove First 1']);
  expect(again.earlier).toEqual({ taken: 0, changed: [], removed: ['App/Second', 'App/First'], left: ['App/Data'] });
  done = [];
  expect((await start({ Other: sized('Put', 1) })).earlier).toMatchObject({
    taken: 1,
    removed: [],
    left: ['App/Data'],
  });
  expect(done).toEqual([]);
});

test('refuses to change what keeps data, naming the resource and its properties, and changes nothing', async () => {
  await start({ Table: sized('Data', 1) });
  await expect(start({ Table: sized('Data', 2) })).rejects.toThrow(
    /Table.*Size changed since the data was written, and Test::Data cannot be changed in place/s,
  );
  await expect(start({ Table: { Type: 'Test::Put' } })).rejects.toThrow(
    /Table.*it was Test::Data when the data was written: give the Test::Put another logical id/s,
  );
  expect((await start({ Table: sized('Data', 1) })).earlier.taken).toBe(1);
  expect(done).toEqual(['create Table 1']);
});

test('brings addresses up to date when the port is another one', async () => {
  const resources = {
    Queue: sized('Data', 1),
    Handler: { Type: 'Test::Changed', Properties: { Of: { 'Fn::GetAtt': ['Queue', 'Url'] } } },
    Other: sized('Data', 1),
  };
  await start(resources);
  const again = await start(resources, 'http://127.0.0.1:5111');

  expect(again.earlier).toEqual({ taken: 2, changed: ['App/Handler'], removed: [], left: [] });
  expect(done.at(-1)).toBe('change Handler undefined undefined');
});
