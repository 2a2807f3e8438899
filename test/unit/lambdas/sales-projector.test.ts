import { describe, expect, it } from 'vitest';
import type { QuarantinedRecord } from '../../../core/index.ts';
import { emptyProfile } from '../../../domains/behaviour/aggregates/session-profile.ts';
import { behaviourFactContracts } from '../../../domains/behaviour/events/fact-contracts.ts';
import { evolveProfile } from '../../../domains/behaviour/processors/session-profile-processor.ts';
import type { ConsumeOutcome } from '../../../lambdas/adapters/consume-once-dynamodb.ts';
import type { Sale } from '../../../lambdas/adapters/sales-table-dynamodb.ts';
import type { BusMessage } from '../../../lambdas/runtime/bus-message.ts';
import { eventReader } from '../../../lambdas/runtime/event-reader.ts';
import { projectSales as project, type SalesDependencies } from '../../../lambdas/sales-projector/project-sales.ts';
import { behaviourEvent } from '../../support/behaviour-events.ts';

function fact(product: string) {
  const purchase = { product, quantity: 2, unitPrice: 1.5, currency: 'GBP' };
  const event = behaviourEvent('behaviour.purchase.completed.v1', purchase);
  const { emitted } = evolveProfile(emptyProfile('visitor-1'), event, { sessionGapMs: 1 });
  return emitted.filter(({ type }) => type === 'behaviour.purchase.made.v1')[0] ?? event;
}

const message = (messageId: string, detail: unknown) => ({ messageId, body: JSON.stringify({ version: '0', detail }) });
const all =
  (outcome: ConsumeOutcome) =>
  async (sales: readonly Sale[], onOutcome: (sale: Sale, outcome: ConsumeOutcome) => void) => {
    for (const sale of sales) onOutcome(sale, outcome);
  };

/** Ports in memory; a record that is kept twice is kept once. */
function ports(countSales: SalesDependencies['countSales']) {
  const quarantined = new Map<string, QuarantinedRecord>();
  const claims = new Map<string, unknown>();
  const dependencies: SalesDependencies = {
    countSales,
    reader: {
      ...eventReader(behaviourFactContracts),
      redeem: async dataref => {
        if (!claims.has(dataref)) throw new Error(`no such claim: ${dataref}`);
        return claims.get(dataref);
      },
    },
    quarantine: {
      async keep(record) {
        const isNew = !quarantined.has(record.id);
        quarantined.set(record.id, record);
        return isNew;
      },
    },
  };
  return { quarantined, claims, dependencies };
}

const projectSales = (messages: readonly BusMessage[], countSales: SalesDependencies['countSales']) =>
  project(messages, ports(countSales).dependencies);

describe('projectSales', () => {
  it('counts the purchases inside EventBridge envelopes', async () => {
    const counted: Sale[] = [];
    const report = await projectSales([message('1', fact('a')), message('2', fact('b'))], async (sales, onOutcome) => {
      counted.push(...sales);
      await all('consumed')(sales, onOutcome);
    });
    expect(report).toMatchObject({ counted: 2, duplicates: 0, failedMessages: [] });
    expect(counted.map(sale => sale.purchase.amountMilli)).toEqual([3000, 3000]);
  });

  it('counts an event that stands twice in the batch once', async () => {
    const event = fact('a');
    const report = await projectSales([message('1', event), message('2', event)], all('consumed'));
    expect(report).toMatchObject({ counted: 1, duplicates: 1, failedMessages: [] });
  });

  it('quarantines an event whose id was used for other content, in the batch or before', async () => {
    const event = fact('a');
    const other = { ...event, data: { ...Object(event.data), quantity: 9 } };
    const inBatch = await projectSales([message('1', event), message('2', other)], all('consumed'));
    expect(inBatch).toMatchObject({ counted: 1, quarantined: 1, failedMessages: [] });
    expect(await projectSales([message('1', event)], all('conflict'))).toMatchObject({
      quarantined: 1,
      failedMessages: [],
    });
  });

  it('takes content as equal whatever the order of its members', async () => {
    const event = fact('a');
    const turned = { ...event, data: Object.fromEntries(Object.entries(Object(event.data)).reverse()) };
    const report = await projectSales([message('1', event), message('2', turned)], all('consumed'));
    expect(report).toMatchObject({ counted: 1, duplicates: 1, quarantined: 0 });
  });

  it.each([
    ['not JSON', { messageId: '1', body: 'x' }],
    ['no envelope', { messageId: '1', body: '{}' }],
    ['another type', message('1', { ...fact('a'), type: 'behaviour.page.viewed.v1' })],
    ['a broken contract', message('1', { ...fact('a'), data: {} })],
  ])('fails a message with %s, and only that', async (_, bad) => {
    const report = await projectSales([bad, message('2', fact('a'))], all('consumed'));
    expect(report).toMatchObject({ counted: 1, failedMessages: ['1'] });
  });

  it('fails exactly the messages whose sales are not counted when the table gives way', async () => {
    const report = await projectSales([message('1', fact('a')), message('2', fact('b'))], async (sales, onOutcome) => {
      const [first] = sales;
      if (first) onOutcome(first, 'consumed');
      throw new Error('the table is gone');
    });
    expect(report).toMatchObject({ counted: 1, failedMessages: ['2'], reasons: ['the table is gone'] });
  });

  it('fetches an event that left its data at the claim check, and judges it as a whole', async () => {
    const counted: Sale[] = [];
    const { claims, dependencies } = ports(async (sales, onOutcome) => {
      counted.push(...sales);
      await all('consumed')(sales, onOutcome);
    });
    const whole = fact('a');
    const { data: _data, ...envelope } = whole;
    claims
      .set('s3://claims/1', whole)
      .set('s3://claims/2', { ...whole, data: {} })
      .set('s3://claims/3', fact('b'));
    const checks = [1, 2, 3, 4].map(n => message(String(n), { ...envelope, dataref: `s3://claims/${n}` }));
    const report = await project(checks, dependencies);
    expect(report).toMatchObject({ counted: 1, failedMessages: ['2', '3', '4'] });
    expect(counted.map(({ purchase }) => purchase)).toEqual([whole.data]);
    expect(report.reasons).toEqual([
      expect.stringMatching(/^data/),
      expect.stringMatching(/^dataref: must hold event/),
      'no such claim: s3://claims/4',
    ]);
  });

  it('quarantines with the reason, once, however often it is delivered, and the same for the same content', async () => {
    const { quarantined, dependencies } = ports(all('conflict'));
    const sent = { ...message('1', fact('a')), attributes: { SentTimestamp: '1770000000000' } };
    expect(await project([sent], dependencies)).toMatchObject({ quarantined: 1, failedMessages: [] });
    expect(await project([sent], dependencies)).toMatchObject({ quarantined: 0, failedMessages: [] });
    expect([...quarantined.values()]).toMatchObject([
      {
        hop: 'sales-projector',
        field: 'id',
        quarantinedAt: '2026-02-02T02:40:00.000Z',
        reason: expect.stringMatching(/^event id \w+ was consumed before, with other content$/),
        origin: { messageId: '1' },
      },
    ]);
  });

  it('has a conflict delivered again that could not be quarantined', async () => {
    const quarantine = { keep: () => Promise.reject(new Error('no bucket')) };
    const dependencies = { ...ports(all('conflict')).dependencies, quarantine };
    const report = await project([message('1', fact('a'))], dependencies);
    expect(report).toMatchObject({ quarantined: 0, failedMessages: ['1'], reasons: ['no bucket'] });
  });

  it('leaves two contents of one id to the next delivery when it is not known which of them was consumed', async () => {
    const event = fact('a');
    const other = { ...event, data: { ...Object(event.data), quantity: 9 } };
    const report = await projectSales([message('1', event), message('2', other)], all('conflict'));
    expect(report).toMatchObject({ quarantined: 1, failedMessages: ['2'] });
  });
});
