import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { defineProcessor, schemaContract, type Validator } from '../../core/index.ts';
import { readConfig } from '../../lib/config.ts';
import { takeInventory } from '../../lib/constructs/pipeline-inventory.ts';
import { MillraceStack, type MillraceStackProps } from '../../lib/stacks/millrace-stack.ts';
import { at } from './synthesis.ts';

const isAnything: Validator<number> = (data): data is number => data !== undefined;
const accepts = [schemaContract('sums.number.added.v1', isAnything)] as const;
const booked = defineProcessor({
  name: 'booked-sum',
  description: 'Books sums',
  guarantee: 'transact',
  accepts,
  tables: {
    dayTotals: { key: ['day'], may: ['read', 'change'] },
    accounts: { key: ['account'], may: ['put', 'remove', 'check'] },
  },
  emits: true,
  effects: () => ({ writes: [] }),
});
const called = defineProcessor({
  name: 'called-sum',
  description: 'Tells a partner',
  guarantee: 'external',
  accepts,
  settings: ['partnerNumber'],
});

class SumsStack extends MillraceStack {
  constructor(scope: Construct, props: MillraceStackProps, also: Partial<typeof called> = {}) {
    super(scope, 'sums: two processors', props);
    const dayTotals = this.table('DayTotals', { name: 'day-totals', partitionKey: ['day', 'S'] });
    const accounts = this.table('Accounts', { name: 'accounts', partitionKey: ['account', 'S'] });
    this.processor('BookedSum', booked, { tables: { dayTotals, accounts } });
    this.processor('CalledSum', { ...called, ...also }, { settings: { partnerNumber: 12 } });
  }
}

const code = mkdtempSync(join(tmpdir(), 'processor-'));
writeFileSync(join(code, 'index.mjs'), 'export const handler = () => {};\n');
afterAll(() => rmSync(code, { recursive: true }));

function stackOf(also: Partial<typeof called> = {}, settings: Record<string, unknown> = {}): SumsStack {
  const config = readConfig(name => settings[name]);
  return new SumsStack(new App(), { config, bundles: { built: false, folderOf: () => code } }, also);
}

const stack = stackOf();
const template = Template.fromStack(stack);
const ofType = (type: string) => Object.entries(template.findResources(type));
const named = (type: string, property: string, name: string) =>
  ofType(type).find(([, { Properties }]) => at(Properties, property) === `millrace-dev-${name}`)?.[1].Properties;
const variables = (name: string) =>
  Object.keys(at(named('AWS::Lambda::Function', 'FunctionName', name), 'Environment', 'Variables') ?? {});

/** The rights to data of a function: `action table`. */
function rights(id: string): string[] {
  const [, policy] = ofType('AWS::IAM::Policy').find(([name]) => name.startsWith(`${id}Role`)) ?? [];
  const statements = [at(policy?.Properties, 'PolicyDocument', 'Statement')].flat();
  return statements
    .flatMap(each => [at(each, 'Action')].flat().map(action => [String(action), JSON.stringify(at(each, 'Resource'))]))
    .filter(([action = '']) => /^(dynamodb|s3):/.test(action))
    .map(([action = '', resource = '']) => {
      const table = /(?:Booked|Called)Sum([A-Z][a-z]+)|(DayTotals|Accounts|quarantine|schemas)/.exec(resource);
      return `${action.split(':')[1]} ${table?.[1] ?? table?.[2]}`;
    })
    .toSorted();
}

describe('Processor of transactions', () => {
  it('has a table of events that end by themselves, and none but the outbox is streamed', () => {
    expect(named('AWS::DynamoDB::Table', 'TableName', 'booked-sum-idempotency')).toMatchObject({
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    expect(named('AWS::DynamoDB::Table', 'TableName', 'booked-sum-outbox')).toMatchObject({
      KeySchema: [
        { AttributeName: 'key', KeyType: 'HASH' },
        { AttributeName: 'sequence', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    });
    const streamed = ofType('AWS::DynamoDB::Table').filter(([, { Properties }]) =>
      at(Properties, 'StreamSpecification'),
    );
    expect(streamed.map(([id]) => id)).toEqual([expect.stringMatching(/^BookedSumOutbox/)]);
    expect(named('AWS::Lambda::Function', 'FunctionName', 'outbox-publisher-booked-sum')).toBeDefined();
  });

  it('may do to each table what its definition says, and nothing else', () => {
    expect(rights('BookedSum')).toEqual([
      'BatchGetItem DayTotals',
      'BatchGetItem Idempotency',
      'BatchGetItem Parked',
      'BatchGetItem State',
      'ConditionCheckItem Accounts',
      'DeleteItem Accounts',
      'DeleteItem Parked',
      'GetItem schemas',
      'PutItem Accounts',
      'PutItem Idempotency',
      'PutItem Outbox',
      'PutItem Parked',
      'PutItem State',
      'PutObject quarantine',
      'Query Parked',
      'Query schemas',
      'Scan Parked',
      'UpdateItem DayTotals',
    ]);
  });

  it('knows its tables by variables, and is fed as every processor is', () => {
    expect(variables('booked-sum')).toEqual(
      expect.arrayContaining(['IDEMPOTENCY_TABLE', 'OUTBOX_TABLE', 'TABLE_DAY_TOTALS', 'TABLE_ACCOUNTS']),
    );
    const mappings = ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties);
    const of = (id: string) =>
      mappings.find(each => JSON.stringify(at(each, 'DestinationConfig')).includes(`${id}EventsFailures`));
    expect(of('BookedSum')).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(of('CalledSum')).toMatchObject({
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(takeInventory([stack]).processors).toEqual(['booked-sum', 'called-sum']);
  });
});

describe('Processor of calls', () => {
  it('may keep its leases, and has no outbox when it emits nothing', () => {
    expect(rights('CalledSum')).toEqual([
      'BatchGetItem Idempotency',
      'BatchGetItem Parked',
      'BatchGetItem State',
      'DeleteItem Parked',
      'GetItem schemas',
      'PutItem Idempotency',
      'PutItem Parked',
      'PutItem State',
      'PutObject quarantine',
      'Query Parked',
      'Query schemas',
      'Scan Parked',
      'UpdateItem Idempotency',
    ]);
    expect(variables('called-sum')).not.toContain('OUTBOX_TABLE');
    expect(variables('called-sum')).toContain('PARTNER_NUMBER');
    expect(named('AWS::DynamoDB::Table', 'TableName', 'called-sum-outbox')).toBeUndefined();
  });

  it('refuses to forget events that may still come, leases that end too early, and calls that outlast the function', () => {
    expect(() => stackOf({ rememberHours: 12 })).toThrow('rememberHours must be at least 24, received 12');
    expect(() => stackOf({}, { maxRecordAgeHours: 60, retentionHours: 72 })).toThrow(
      'rememberHours must be at least maxRecordAgeHours (60), received 48',
    );
    expect(() => stackOf({ timeoutMs: 5000, leaseMs: 5000 })).toThrow('leaseMs must be more than timeoutMs (5000)');
    expect(() => stackOf({ timeoutMs: 26_000 })).toThrow('timeoutMs must be at most 25000, received 26000');
  });
});

describe('the bundle of a fold', () => {
  const root = join(import.meta.dirname, '../..');
  const WORDS = { transact: 'Cannot write together', external: 'Cannot wait for the call', rows: 'leaseUntilMs' };

  /** What a handler of that text is bundled to. */
  function bundleOf(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    try {
      mkdirSync(join(folder, 'out'));
      writeFileSync(join(folder, 'handler.ts'), text.replaceAll("'@", `'${root}/`));
      buildSync({
        entryPoints: [join(folder, 'handler.ts')],
        outfile: join(folder, 'out/index.mjs'),
        bundle: true,
        platform: 'node',
        format: 'esm',
        mainFields: ['module', 'main'],
        logLevel: 'silent',
        tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      });
      return readFileSync(join(folder, 'out/index.mjs'), 'utf8');
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const found = (bundle: string) =>
    Object.entries(WORDS).flatMap(([name, word]) => (bundle.includes(word) ? [name] : []));
  const identity = "name: 'x', description: 'x', accepts: [{ type: 'a.b.c.v1', problemOf: () => undefined }]";
  const define = "import { defineProcessor } from '@core/index.ts';\n";

  it('holds nothing of transactions and calls, and theirs nothing of each other', () => {
    const fold = `${define}import { foldHandler } from '@lambdas/runtime/fold-handler.ts';
      export const handler = foldHandler(defineProcessor({ ${identity}, guarantee: 'fold', initialState: () => 0, evolve: state => ({ state, emitted: [] }) }));`;
    const transact = `${define}import { transactHandler } from '@lambdas/runtime/transact-handler.ts';
      export const handler = transactHandler(defineProcessor({ ${identity}, guarantee: 'transact', tables: {}, effects: () => ({ writes: [] }) }));`;
    const external = `${define}import { externalHandler } from '@lambdas/runtime/external-handler.ts';
      export const handler = externalHandler(defineProcessor({ ${identity}, guarantee: 'external' }), async () => 1);`;
    expect(found(bundleOf(fold))).toEqual([]);
    expect(found(bundleOf(transact))).toEqual(['transact']);
    expect(found(bundleOf(external))).toEqual(['external', 'rows']);
  });
});
