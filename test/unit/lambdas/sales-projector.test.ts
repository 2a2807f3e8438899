import { describe, expect, it } from 'vitest';
import { emptyProfile } from '../../../domains/behaviour/aggregates/session-profile.ts';
import { evolveProfile } from '../../../domains/behaviour/processors/session-profile-processor.ts';
import type { Sale, SaleOutcome } from '../../../lambdas/adapters/sales-table-dynamodb.ts';
import { projectSales } from '../../../lambdas/sales-projector/project-sales.ts';
import { behaviourEvent } from '../../support/behaviour-events.ts';

function fact(product: string) {
  const purchase = { product, quantity: 2, unitPrice: 1.5, currency: 'GBP' };
  const event = behaviourEvent('behaviour.purchase.completed.v1', purchase);
  const { emitted } = evolveProfile(emptyProfile('visitor-1'), event, { sessionGapMs: 1 });
  return emitted.filter(({ type }) => type === 'behaviour.purchase.made.v1')[0] ?? event;
}

const message = (messageId: string, detail: unknown) => ({ messageId, body: JSON.stringify({ version: '0', detail }) });
const all =
  (outcome: SaleOutcome) => async (sales: readonly Sale[], onOutcome: (sale: Sale, outcome: SaleOutcome) => void) => {
    for (const sale of sales) onOutcome(sale, outcome);
  };

describe('projectSales', () => {
  it('counts the purchases inside EventBridge envelopes', async () => {
    const counted: Sale[] = [];
    const report = await projectSales([message('1', fact('a')), message('2', fact('b'))], async (sales, onOutcome) => {
      counted.push(...sales);
      await all('counted')(sales, onOutcome);
    });
    expect(report).toMatchObject({ counted: 2, duplicates: 0, failedMessages: [] });
    expect(counted.map(sale => sale.purchase.amountMilli)).toEqual([3000, 3000]);
  });

  it('counts an event that stands twice in the batch once', async () => {
    const event = fact('a');
    const report = await projectSales([message('1', event), message('2', event)], all('counted'));
    expect(report).toMatchObject({ counted: 1, duplicates: 1, failedMessages: [] });
  });

  it('fails the message whose id was used for other content, in the batch or before', async () => {
    const event = fact('a');
    const other = { ...event, data: { ...Object(event.data), quantity: 9 } };
    const inBatch = await projectSales([message('1', event), message('2', other)], all('counted'));
    expect(inBatch).toMatchObject({ counted: 1, conflicts: 1, failedMessages: ['2'] });
    expect(await projectSales([message('1', event)], all('conflict'))).toMatchObject({
      conflicts: 1,
      failedMessages: ['1'],
    });
  });

  it('takes content as equal whatever the order of its members', async () => {
    const event = fact('a');
    const turned = { ...event, data: Object.fromEntries(Object.entries(Object(event.data)).reverse()) };
    const report = await projectSales([message('1', event), message('2', turned)], all('counted'));
    expect(report).toMatchObject({ counted: 1, duplicates: 1, conflicts: 0 });
  });

  it.each([
    ['not JSON', { messageId: '1', body: 'x' }],
    ['no envelope', { messageId: '1', body: '{}' }],
    ['another type', message('1', { ...fact('a'), type: 'behaviour.page.viewed.v1' })],
    ['a broken contract', message('1', { ...fact('a'), data: {} })],
  ])('fails a message with %s, and only that', async (_, bad) => {
    const report = await projectSales([bad, message('2', fact('a'))], all('counted'));
    expect(report).toMatchObject({ counted: 1, failedMessages: ['1'] });
  });

  it('fails exactly the messages whose sales are not counted when the table gives way', async () => {
    const report = await projectSales([message('1', fact('a')), message('2', fact('b'))], async (sales, onOutcome) => {
      const [first] = sales;
      if (first) onOutcome(first, 'counted');
      throw new Error('the table is gone');
    });
    expect(report).toMatchObject({ counted: 1, failedMessages: ['2'], reasons: ['the table is gone'] });
  });
});
