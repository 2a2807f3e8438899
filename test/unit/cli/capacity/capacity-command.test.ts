import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { CapacityReport } from '../../../../cli/capacity/capacity-report.ts';
import { parseInvocation } from '../../../../cli/command.ts';
import { capacity } from '../../../../cli/commands/capacity.ts';
import { priceOf, readPrices } from '../../../../cli/cost/price-list.ts';

const TEMPLATE = {
  Resources: {
    Stream: { Type: 'AWS::Kinesis::Stream', Properties: { Name: 'mill-dev-events', ShardCount: 2 } },
    States: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: 'mill-dev-states',
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { WriteCapacityUnits: 700, ReadCapacityUnits: 700 },
      },
    },
    Fold: functionOf('fold', { STATE_TABLE: { Ref: 'States' } }),
    Count: functionOf('count', {}),
    FoldEvents: mappingOf('Fold', { BatchSize: 250, MaximumBatchingWindowInSeconds: 1, ParallelizationFactor: 2 }),
    CountEvents: mappingOf('Count', {}),
  },
};

function functionOf(name: string, variables: object) {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: `mill-dev-${name}`,
      MemorySize: 512,
      Timeout: 30,
      Architectures: ['arm64'],
      ReservedConcurrentExecutions: 40,
      Environment: { Variables: variables },
    },
  };
}

function mappingOf(handler: string, settings: object) {
  const EventSourceArn = { 'Fn::GetAtt': ['Stream', 'Arn'] };
  const Properties = { EventSourceArn, FunctionName: { Ref: handler }, ...settings };
  return { Type: 'AWS::Lambda::EventSourceMapping', Properties };
}

let folder = '';
let trace = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-capacity-'));
  const artifacts = { dev: { type: 'aws:cloudformation:stack', properties: { templateFile: 'dev.json' } } };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts }));
  writeFileSync(join(folder, 'dev.json'), JSON.stringify(TEMPLATE));
  trace = join(folder, 'trace.csv');
  writeFileSync(trace, 'time,count,size\n0,2500,1000\n5,9000,1000\n10,2500,1000\n');
});

async function run(...args: string[]): Promise<{ exitCode: number; text: string }> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation(line => lines.push(String(line)));
  const progress = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const all = ['--assembly', folder, '--trace', trace, ...args];
    const exitCode = await capacity.run(parseInvocation(capacity, all));
    return { exitCode, text: lines.join('\n') };
  } finally {
    log.mockRestore();
    progress.mockRestore();
  }
}

async function report(...args: string[]): Promise<CapacityReport> {
  return JSON.parse((await run('--json', ...args)).text);
}

describe('millrace capacity', () => {
  it('begins with what the template deploys', async () => {
    const { consumer, configured } = await report();
    const { stream, mapping, function: of, table } = configured.configuration;
    expect(consumer).toBe('fold');
    expect(stream).toEqual({ mode: 'provisioned', shards: 2 });
    expect(mapping).toEqual({ batchSize: 250, windowMs: 1000, parallelization: 2, readers: 2, fanOut: false });
    expect(of).toMatchObject({ memoryMb: 512, concurrency: 40, timeoutMs: 30_000, coldStartMs: 375 });
    expect(table).toEqual({ mode: 'provisioned', writeUnits: 700, unitsPerWrite: 1, writesPer: 'key' });
    const defaults = (await report('--processor', 'count')).configured.configuration;
    expect(defaults.mapping).toMatchObject({ batchSize: 100, windowMs: 0, parallelization: 1 });
    expect(defaults.table).toBeUndefined();
  });

  it('takes every setting from its option', async () => {
    const { configuration } = (
      await report(
        ...['--shards', 'on-demand', '--previous-peak', '9000', '--batch-size', '1000', '--batch-window', '5s'],
        ...[
          '--parallelization',
          '10',
          '--readers',
          '1',
          '--memory',
          '1769',
          '--concurrency',
          '7',
          '--table',
          'on-demand',
        ],
        ...['--write-units', '2', '--writes-per', 'event', '--service-time-per-batch-ms', '11'],
        ...['--service-time-per-event-ms', '0.5', '--service-time-per-key-ms', '0.25', '--cold-start-ms', '900'],
      )
    ).configured;
    expect(configuration).toEqual({
      stream: { mode: 'on-demand', shards: 18 },
      mapping: { batchSize: 1000, windowMs: 5000, parallelization: 10, readers: 1, fanOut: false },
      function: {
        memoryMb: 1769,
        concurrency: 7,
        perBatchMs: 11,
        perEventMs: 0.5,
        perKeyMs: 0.25,
        coldStartMs: 900,
        timeoutMs: 30_000,
      },
      table: { mode: 'on-demand', writeUnits: 36_000, unitsPerWrite: 2, writesPer: 'event' },
    });
  });

  it('prices what the configuration decides with the prices of the price file', async () => {
    const { cost, prediction } = (await report()).configured;
    const prices = readPrices('us-east-1');
    const line = (name: string) => cost.lines.find(({ price }) => price === name)?.usdPerHour;
    expect(line('kinesis.shard-hour')).toBeCloseTo(priceOf(prices, 'kinesis.shard-hour', 2), 9);
    expect(line('dynamodb.write-unit-hour')).toBeCloseTo(priceOf(prices, 'dynamodb.write-unit-hour', 700), 9);
    const perHour = 3600 / prediction.seconds;
    expect(line('lambda.request')).toBeCloseTo(
      priceOf(prices, 'lambda.request', prediction.invocations.count * perHour),
      9,
    );
    expect(cost.usdPerHour).toBeCloseTo(
      cost.lines.reduce((sum, { usdPerHour }) => sum + usdPerHour, 0),
      9,
    );
    expect(cost.usdPerMonth).toBeCloseTo(cost.usdPerHour * 730, 6);
  });

  it('prints a table, the curves, and the cheapest configuration that keeps an objective', async () => {
    const { exitCode, text } = await run(
      '--slo-iterator-age',
      '5s',
      '--slo-throttles',
      '0',
      '--most-simulations',
      '60',
    );
    expect(exitCode).toBe(0);
    for (const part of ['cheapest that keeps it', 'records throttled', 'iterator age p99', 'dollars per month', '█'])
      expect(text).toContain(part);
    expect(text).toMatch(/[\d,]+ configurations considered: [\d,]+ refuse too many records/);
  });

  it('ends with 1 when nothing keeps the objective', async () => {
    const objective = ['--slo-throttles', '0', '--hot-key-share', '0.9', '--most-simulations', '20'];
    const { exitCode, text } = await run(...objective);
    expect(exitCode).toBe(1);
    expect(text).toContain('None that was tried keeps it; every stream refuses too many records.');
  });

  it('holds its prediction against the embedded cloud', async () => {
    const { validation = [] } = await report('--validate', '--table', 'on-demand');
    const named = Object.fromEntries(validation.map(figure => [figure.name, figure]));
    expect(named['records throttled']?.error).toBe(0);
    expect(named['iterator age max ms']?.error).toBeLessThan(0.3);
    expect(named.invocations?.error).toBeLessThan(0.5);
    expect((await run('--validate', '--table', 'none')).text).toContain('the same trace, measured');
  });

  it.each([
    [['--processor', 'unfold'], "Cannot find the consumer 'unfold': the consumers of the stream are fold, count"],
    [['--shards', 'some'], "Cannot use --shards: on-demand, or a whole number from 1 to 10000, received 'some'"],
    [['--batch-size', '10.5'], "Cannot use --batch-size: a whole number, received '10.5'"],
    [['--batch-window', '1500ms'], "Cannot use --batch-window: whole seconds up to 300s, received '1500ms'"],
    [['--table', '-3'], 'Cannot read the options'],
    [
      ['--table', 'big'],
      "Cannot use --table: none, on-demand, or write units per second from 1 to 1000000, received 'big'",
    ],
    [['--slo-statistic', 'p99'], 'Cannot use --slo-statistic'],
    [
      ['--slo-iterator-age', '5'],
      "Cannot use --slo-iterator-age: a duration such as 20s, 500ms, 2m or 1h, received '5'",
    ],
    [['--hot-key-share', '0.2', '--key-skew', '1'], 'Cannot use --key-skew with --hot-key-share'],
    [['--region', 'mars-1'], "Cannot price region 'mars-1'"],
  ])('refuses %j by name', async (args, message) => {
    await expect(async () => run(...args)).rejects.toThrow(message);
  });
});
