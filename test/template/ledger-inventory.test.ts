import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus, Match } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { afterAll, describe, expect, it } from 'vitest';
import { defineProcessor, schemaContract, type Validator } from '../../core/index.ts';
import { readConfig } from '../../lib/config.ts';
import { EventSubscription } from '../../lib/constructs/event-subscription.ts';
import { takeLedgerInventory } from '../../lib/constructs/ledger-inventory.ts';
import { LedgerStack } from '../../lib/stacks/ledger-stack.ts';
import { MillraceStack, type MillraceStackProps } from '../../lib/stacks/millrace-stack.ts';
import { at } from './synthesis.ts';

const isAnything: Validator<number> = (data): data is number => data !== undefined;
const added = schemaContract('sums.number.added.v1', isAnything);
const removed = schemaContract('sums.number.removed.v1', isAnything);
const identity = { description: 'A fresh one', accepts: [added, removed] } as const;
const folded = defineProcessor({
  ...identity,
  name: 'folded-sum',
  guarantee: 'fold',
  key: ({ source }) => source,
  emits: true,
  initialState: () => 0,
  evolve: (state: number) => ({ state, emitted: [] }),
});
const booked = defineProcessor({
  ...identity,
  name: 'booked-sum',
  guarantee: 'transact',
  tables: {},
  emits: true,
  effects: () => ({ writes: [] }),
});
const called = defineProcessor({ ...identity, name: 'called-sum', guarantee: 'external' });

/** One line for each processor, and nothing anywhere else. */
class SumsStack extends MillraceStack {
  constructor(scope: Construct, props: MillraceStackProps) {
    super(scope, 'sums: three processors', props);
    this.processor('FoldedSum', folded);
    this.processor('BookedSum', booked);
    this.processor('CalledSum', called);
    const listener = this.handler('Listener', { handler: 'sum-listener', description: 'Listens' });
    this.subscribe(listener, { reads: { name: 'sum-listener', readsFields: {} }, queue: 'sums' });
    const peeper = this.handler('Peeper', { handler: 'large-sums', description: 'Looks into facts' });
    this.subscribe(peeper, { reads: { name: 'large-sums', readsFields: {} }, queue: 'large-sums' });
  }
}

const code = mkdtempSync(join(tmpdir(), 'ledger-inventory-'));
writeFileSync(join(code, 'index.mjs'), 'export const handler = () => {};\n');
afterAll(() => rmSync(code, { recursive: true }));

const app = new App();
const props = { config: readConfig(() => undefined), bundles: { built: false, folderOf: () => code } };
const sums = new SumsStack(app, props);
const rules = new Stack(app, 'rules');
const bus = EventBus.fromEventBusName(rules, 'Bus', 'millrace-dev');
const subscription = { config: props.config, bus, description: 'x' };
new EventSubscription(rules, 'Sums', {
  ...subscription,
  rule: 'sums',
  queue: 'sums',
  pattern: { detailType: Match.anyOf('sums.sum.told.v1', Match.prefix('sums.total.')) },
});
new EventSubscription(rules, 'LargeSums', {
  ...subscription,
  rule: 'large-sums',
  queue: 'large-sums',
  pattern: { detailType: ['sums.sum.told.v1'], detail: { data: Match.greaterThan(10) } },
});

describe('takeLedgerInventory', () => {
  it('finds processors, publishers and consumers by themselves, and leaves out who gets a part of a type', () => {
    expect(takeLedgerInventory([sums, rules])).toEqual({
      processors: ['folded-sum', 'booked-sum', 'called-sum'].map(hop => ({
        hop,
        types: ['sums.number.added.v1', 'sums.number.removed.v1'],
        functionName: `millrace-dev-${hop}`,
        failures: `millrace-dev-${hop}-failures`,
      })),
      consumers: [{ hop: 'sum-listener', types: ['sums.sum.told.v1', 'sums.total.*'], queue: 'millrace-dev-sums' }],
      outboxes: ['millrace-dev-folded-sum-state', 'millrace-dev-booked-sum-outbox'],
      functions: [
        'folded-sum',
        'booked-sum',
        'called-sum',
        'outbox-publisher-folded-sum',
        'outbox-publisher-booked-sum',
        'sum-listener',
        'large-sums',
      ].map(name => `millrace-dev-${name}`),
    });
  });
});

describe('LedgerStack of fresh definitions', () => {
  const template = Template.fromStack(new LedgerStack(app, { ...props, counting: [sums, rules] }));
  const [reconciler] = Object.values(template.findResources('AWS::Lambda::Function'));

  it('compares what they count', () => {
    const topology = JSON.parse(String(at(reconciler, 'Properties', 'Environment', 'Variables', 'TOPOLOGY')));
    expect(topology).toMatchObject(
      JSON.parse(
        JSON.stringify({
          processors: takeLedgerInventory([sums, rules]).processors,
          consumers: [{ hop: 'sum-listener' }],
          outboxes: ['millrace-dev-folded-sum-state', 'millrace-dev-booked-sum-outbox'],
        }),
      ),
    );
    const groups = String(at(reconciler, 'Properties', 'Environment', 'Variables', 'LOG_GROUPS')).split(',');
    expect(groups).toEqual(
      expect.arrayContaining(['/aws/lambda/millrace-dev-collector', '/aws/lambda/millrace-dev-called-sum']),
    );
  });

  it('may ask each of them what became of records, and nobody else', () => {
    const policies = Object.values(template.findResources('AWS::IAM::Policy'));
    const statements = policies.flatMap(policy => [at(policy, 'Properties', 'PolicyDocument', 'Statement')].flat());
    const asking = statements.filter(each => at(each, 'Action') === 'lambda:InvokeFunction');
    const asked = asking.flatMap(each => [at(each, 'Resource')].flat()).map(each => JSON.stringify(each));
    const names = asked.flatMap(arn => /:function:([\w-]+)/.exec(arn)?.[1] ?? []);
    expect(names).toEqual(['folded-sum', 'booked-sum', 'called-sum'].map(name => `millrace-dev-${name}`));
  });
});
