/** A state that somebody edited by hand: it is named, repaired from the stream, and nothing is said twice. */
import { expect, test, vi } from 'vitest';
import { verifyState } from '../../cli/commands/verify-state.ts';
import type { StateReport } from '../../cli/verify/state-report.ts';
import { type FaultyPlatform, withFaults } from './faulty-platform.ts';

vi.setConfig({ testTimeout: 120_000 });

const VISITORS = 12;

/** What the command says, and its exit code. */
async function verify(
  { platform }: FaultyPlatform,
  options: { readonly repair?: boolean; readonly key?: string } = {},
): Promise<StateReport & { exitCode: number }> {
  const said = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    const target = { processor: 'session-profile', url: platform.apiUrl, stage: platform.stage, json: true };
    const exitCode = await verifyState.run({ options: { ...target, ...options }, positionals: [] });
    return { ...(JSON.parse(String(said.mock.calls[0]?.[0])) as StateReport), exitCode };
  } finally {
    said.mockRestore();
  }
}

/** Changes one field of a visitor's state, as a person with a console would. */
async function edit({ platform }: FaultyPlatform, visitorId: string): Promise<void> {
  await platform.aws('dynamodb', 'UpdateItem', {
    TableName: `millrace-${platform.stage}-session-profiles`,
    Key: { visitorId: { S: visitorId } },
    UpdateExpression: 'SET #state.purchases.amountMilli = :amount',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':amount': { N: '1' } },
  });
}

/** The facts that the last write of a visitor's item says to publish. */
async function outboxOf({ platform }: FaultyPlatform, visitorId: string): Promise<unknown> {
  const TableName = `millrace-${platform.stage}-session-profiles`;
  const key = { TableName, Key: { visitorId: { S: visitorId } }, ConsistentRead: true };
  const { Item } = await platform.aws<{ Item: Record<string, unknown> }>('dynamodb', 'GetItem', key);
  return Item.outbox;
}

test('verify-state names a state that was edited by hand, repairs it from the stream, and repeats no effect', async () => {
  await withFaults([], async faulty => {
    const { purchases } = await faulty.sendVisits({ visitors: VISITORS, invalid: 2 });
    await faulty.rest();
    expect(await verify(faulty)).toMatchObject({
      exitCode: 0,
      keys: VISITORS,
      same: VISITORS,
      different: [],
      older: [],
      swept: [],
    });

    await edit(faulty, 'visitor-3');
    const found = await verify(faulty);
    const right = 2 * 12_345 * 2;
    const differences = [{ path: 'state.purchases.amountMilli', stored: 1, rebuilt: right }];
    expect(found).toMatchObject({ exitCode: 1, same: VISITORS - 1 });
    expect(await verify(faulty, { key: 'visitor-4' })).toMatchObject({ exitCode: 0, keys: 1, same: 1 });
    expect(found.different).toMatchObject([{ key: 'visitor-3', differences, repairable: true, repaired: false }]);
    expect(found.different[0]?.damage).toContain('changed by another hand');

    const before = (await faulty.flow()).counts.published;
    expect(await verify(faulty, { repair: true })).toMatchObject({
      repaired: 1,
      different: [{ key: 'visitor-3', repaired: true }],
    });
    expect(await verify(faulty)).toMatchObject({ exitCode: 0, same: VISITORS, different: [] });

    expect(await outboxOf(faulty, 'visitor-3')).toBeUndefined();
    await faulty.rest();
    expect((await faulty.flow()).counts.published).toBe(before);
    const sales = await faulty.sales(purchases);
    expect(sales.found).toEqual(sales.expected);
  });
});

test('verify-state gives an item that is not there five minutes, and names no processor that is none', async () => {
  await withFaults([], async faulty => {
    await faulty.sendVisits({ visitors: 2 });
    await faulty.rest();
    const { aws, stage, apiUrl } = faulty.platform;
    const table = `millrace-${stage}-session-profiles`;
    await aws('dynamodb', 'DeleteItem', { TableName: table, Key: { visitorId: { S: 'visitor-1' } } });
    expect(await verify(faulty)).toMatchObject({ exitCode: 0, same: 1, waiting: 1, different: [] });
    const asked = verifyState.run({ options: { processor: 'nobody', url: apiUrl, stage }, positionals: [] });
    await expect(asked).rejects.toThrow("Cannot verify 'nobody': it must be a fold of this stage");
  });
});
