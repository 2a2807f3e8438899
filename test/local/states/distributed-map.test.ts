import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { s3Service } from '../../../local/services/s3/s3-service.ts';
import { parseCsv } from '../../../local/services/states/map/parse-csv.ts';
import { FUNCTION, failure, lambda, type Outcome, StateMachineFixture } from './state-machine-fixture.ts';

const READER = { 'Bucket.$': '$.bucket', 'Key.$': '$.key' };

/** A distributed Map whose children answer their input, or what the function makes of it. */
function distributed(map: JsonObject, child: JsonObject = { Type: 'Pass', End: true }, type = 'STANDARD'): JsonObject {
  const ItemProcessor = {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
    StartAt: 'Each',
    States: { Each: child },
  };
  return { StartAt: 'All', States: { All: { Type: 'Map', Label: 'all', ItemProcessor, ...map, End: true } } };
}

const CALL = { Type: 'Task', Resource: FUNCTION, End: true };

class Lake extends StateMachineFixture {
  constructor(work: (payload: unknown) => unknown = payload => payload) {
    super({ lambda: lambda(work) });
    this.cloud.register(s3Service(this.cloud));
  }

  s3(operation: string, input: JsonObject): Promise<JsonObject> {
    return this.cloud.call<JsonObject>({ service: 's3', operation, input, principal: OPERATOR });
  }

  async put(files: Readonly<Record<string, string>>): Promise<void> {
    await this.s3('CreateBucket', { Bucket: 'lake', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
    for (const [Key, text] of Object.entries(files)) {
      await this.s3('PutObject', { Bucket: 'lake', Key, Body: Buffer.from(text).toString('base64') });
    }
  }

  async json(Key: string): Promise<unknown> {
    const { Body } = await this.s3('GetObject', { Bucket: 'lake', Key });
    return JSON.parse(Buffer.from(String(Body), 'base64').toString());
  }
}

async function read(text: string, ReaderConfig: JsonObject): Promise<Outcome> {
  const lake = new Lake();
  await lake.put({ file: text });
  const ItemReader = { Resource: 'arn:aws:states:::s3:getObject', Parameters: READER, ReaderConfig };
  return lake.run(distributed({ ItemReader }), { bucket: 'lake', key: 'file' });
}

const types = ({ events }: Outcome) => events.map(({ type }) => type);
const CSV = 'id,name\r\n1,"Ada, ""the first"""\r\n\r\n2\r\n3,Bo,extra\r\n';

describe('ItemReader', () => {
  it.each([
    ['a JSON array', '[1,2]', { InputType: 'JSON' }, [1, 2]],
    ['a JSON object, as its entries', '{"a":1}', { InputType: 'JSON' }, [{ Key: 'a', Value: 1 }]],
    ['JSON below a pointer', '{"x":{"y":[7]}}', { InputType: 'JSON', ItemsPointer: '/x/y' }, [7]],
    ['JSON lines', '{"a":1}\n\n{"a":2}\n', { InputType: 'JSONL' }, [{ a: 1 }, { a: 2 }]],
    [
      'CSV with headers in the first row, quotes, short and long rows',
      CSV,
      { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      [
        { id: '1', name: 'Ada, "the first"' },
        { id: '2', name: '' },
        { id: '3', name: 'Bo' },
      ],
    ],
    [
      'CSV with given headers and another delimiter',
      '1|2\n3|4',
      { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a', 'b'], CSVDelimiter: 'PIPE' },
      [
        { a: '1', b: '2' },
        { a: '3', b: '4' },
      ],
    ],
    ['no more than MaxItems', '[1,2,3]', { InputType: 'JSON', MaxItems: 2 }, [1, 2]],
  ])('reads %s', async (_what, text, config, items) => {
    const outcome = await read(text, config);
    expect(outcome).toMatchObject({ status: 'SUCCEEDED', output: items });
    expect(outcome.events[2]).toMatchObject({ type: 'MapStateStarted', mapStateStartedEventDetails: { length: 0 } });
  });

  it.each([
    [
      'duplicate headers',
      'a,a\n1,2',
      { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      'CSV headers cannot contain duplicates.',
    ],
    ['JSON that holds nothing to go through', '7', { InputType: 'JSON' }, 'Attempting to map over non-iterable node.'],
  ])('fails for %s, inside the Map run', async (_what, text, config, cause) => {
    const outcome = await read(text, config);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed', cause });
    expect(types(outcome).slice(-3)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed']);
  });

  it('fails when the object is not there', async () => {
    const lake = new Lake();
    await lake.put({});
    const ItemReader = { Resource: 'arn:aws:states:::s3:getObject', Parameters: READER };
    const outcome = await lake.run(distributed({ ItemReader }), { bucket: 'lake', key: 'none' });
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' });
  });

  it('lists the objects of a bucket, over as many pages as there are', async () => {
    const lake = new Lake();
    await lake.put(Object.fromEntries(Array.from({ length: 1203 }, (_, i) => [`in/${1000 + i}`, 'x'])));
    const Parameters = { 'Bucket.$': '$.bucket', Prefix: 'in/' };
    const ItemReader = { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters };
    const outcome = await lake.run(distributed({ ItemReader }), { bucket: 'lake' });
    const items = outcome.output as JsonObject[];
    expect(items).toHaveLength(1203);
    expect(items[1202]).toMatchObject({ Key: 'in/2202', Size: 1, StorageClass: 'STANDARD' });
  });
});

it('An inline Map has no ItemReader: it fails and does not go through its input instead', async () => {
  const ItemProcessor = { StartAt: 'Each', States: { Each: { Type: 'Pass', End: true } } };
  const ItemReader = { Resource: 'arn:aws:states:::s3:getObject', Parameters: {} };
  const All = { Type: 'Map', ItemReader, ItemProcessor, End: true };
  const outcome = await new Lake().run({ StartAt: 'All', States: { All } }, [1]);
  expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
});

describe('parseCsv', () => {
  const field = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', '"', '\n', '\r', ';') });
  const written = (text: string) => `"${text.replaceAll('"', '""')}"`;

  it('reads back whatever was written in quotes', () => {
    const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), fc.boolean(), (table, end, closed) => {
        const text = table.map(row => row.map(written).join(',')).join(end) + (closed && table.length > 0 ? end : '');
        expect(parseCsv(text, ',')).toEqual(table);
      }),
    );
  });
});

describe('ItemBatcher', () => {
  it('gives each child a batch, with what all batches share', async () => {
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { 'run.$': '$.run' } };
    const outcome = await new Lake().run(distributed({ ItemsPath: '$.items', ItemBatcher }), {
      run: 7,
      items: [1, 2, 3],
    });
    expect(outcome.output).toEqual([
      { BatchInput: { run: 7 }, Items: [1, 2] },
      { BatchInput: { run: 7 }, Items: [3] },
    ]);
  });

  it('keeps a batch within its bytes', async () => {
    const items = Array.from({ length: 20 }, (_, i) => 'x'.repeat(i));
    const outcome = await new Lake().run(distributed({ ItemBatcher: { MaxInputBytesPerBatch: 60 } }), items);
    const batches = outcome.output as { Items: string[] }[];
    expect(batches.flatMap(({ Items }) => Items)).toEqual(items);
    for (const batch of batches) expect(JSON.stringify(batch).length).toBeLessThanOrEqual(60);
    expect(batches.length).toBeLessThan(10);
  });
});

describe('ResultWriter', () => {
  const ResultWriter = {
    Resource: 'arn:aws:states:::s3:putObject',
    Parameters: { Bucket: 'lake', Prefix: 'out' },
  };
  const odd = (payload: unknown) => {
    if (payload === 2) throw failure('Even');
    return payload;
  };

  it('writes the results of the children and a manifest of them, and answers where', async () => {
    const lake = new Lake(odd);
    await lake.put({});
    const map = distributed({ ResultWriter, ToleratedFailureCount: 1 }, CALL);
    const { output } = await lake.run(map, [1, 2, 3]);
    const { MapRunArn, ResultWriterDetails } = output as { MapRunArn: string; ResultWriterDetails: JsonObject };
    const folder = `out/${MapRunArn.split(':').at(-1)}`;
    expect(ResultWriterDetails).toEqual({ Bucket: 'lake', Key: `${folder}/manifest.json` });
    expect(await lake.json(`${folder}/manifest.json`)).toMatchObject({
      DestinationBucket: 'lake',
      MapRunArn,
      ResultFiles: {
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: expect.any(Number) }],
        FAILED: [{ Key: `${folder}/FAILED_0.json` }],
        PENDING: [],
      },
    });
    expect(await lake.json(`${folder}/SUCCEEDED_0.json`)).toMatchObject([
      { Input: '1', Output: '1', Status: 'SUCCEEDED', InputDetails: { Included: true } },
      { Input: '3', Output: '3' },
    ]);
    expect(await lake.json(`${folder}/FAILED_0.json`)).toMatchObject([{ Input: '2', Error: 'Even', Status: 'FAILED' }]);
  });

  it('only shapes the output when no bucket is named', async () => {
    const WriterConfig = { Transformation: 'FLATTEN', OutputType: 'JSON' };
    const outcome = await new Lake().run(distributed({ ResultWriter: { WriterConfig } }), [[1, 2], [3]]);
    expect(outcome.output).toEqual([1, 2, 3]);
  });

  it('fails when it cannot write', async () => {
    const outcome = await new Lake().run(distributed({ ResultWriter }), [1]);
    expect(outcome).toMatchObject({ status: 'FAILED', error: 'States.ResultWriterFailed' });
  });
});

describe('A Map run', () => {
  const failing =
    (...bad: readonly number[]) =>
    (payload: unknown) => {
      if (bad.includes(Number(payload))) throw failure('Bad');
      return payload;
    };

  it.each([
    ['none', {}, [1], 'FAILED'],
    ['a count', { ToleratedFailureCount: 2 }, [1, 2], 'SUCCEEDED'],
    ['a count that is exceeded', { ToleratedFailureCount: 2 }, [1, 2, 3], 'FAILED'],
    ['a percentage', { ToleratedFailurePercentage: 50 }, [1, 2], 'SUCCEEDED'],
    ['a percentage that is exceeded', { ToleratedFailurePercentage: 49 }, [1, 2], 'FAILED'],
  ])('bears failures as far as %s allows', async (_what, tolerance, bad, status) => {
    const outcome = await new Lake(failing(...bad)).run(distributed(tolerance, CALL), [1, 2, 3, 4]);
    expect(outcome.status).toBe(status);
    if (status === 'FAILED') expect(outcome.error).toBe('States.ExceedToleratedFailureThreshold');
  });

  it('tells of itself and of its children', async () => {
    const lake = new Lake(failing(3));
    const map = distributed({ ToleratedFailureCount: 1, MaxConcurrency: 2 }, CALL);
    const executionArn = await lake.start(await lake.create(map), [1, 2, 3]);
    await lake.finish(executionArn);
    const { mapRuns } = await lake.states('ListMapRuns', { executionArn });
    const [{ mapRunArn }] = mapRuns as [JsonObject];
    expect(mapRunArn).toMatch(/^arn:aws:states:eu-west-1:000000000000:mapRun:saga\/all:/);
    expect(await lake.states('DescribeMapRun', { mapRunArn })).toMatchObject({
      executionArn,
      status: 'SUCCEEDED',
      maxConcurrency: 2,
      toleratedFailureCount: 1,
      itemCounts: { total: 3, succeeded: 2, failed: 1, pending: 0, running: 0 },
      redriveCount: 0,
    });
    const { executions } = await lake.states('ListExecutions', { mapRunArn, statusFilter: 'FAILED' });
    const [child] = executions as [JsonObject];
    expect(await lake.states('DescribeExecution', { executionArn: child.executionArn })).toMatchObject({
      mapRunArn,
      stateMachineArn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:saga/all',
      input: '3',
      error: 'Bad',
    });
  });

  it('runs no more children at once than it may', async () => {
    const lake = new Lake();
    const wait = { Type: 'Wait', Seconds: 1, End: true };
    const machine = await lake.create(distributed({ MaxConcurrency: 3 }, wait));
    const executionArn = await lake.start(
      machine,
      Array.from({ length: 10 }, (_, i) => i),
    );
    await lake.clock.advance(500);
    const { mapRuns } = await lake.states('ListMapRuns', { executionArn });
    const [{ mapRunArn }] = mapRuns as [JsonObject];
    const { itemCounts } = await lake.states('DescribeMapRun', { mapRunArn });
    expect(itemCounts).toMatchObject({ running: 3, pending: 7, total: 10 });
    await lake.finish(executionArn);
    expect(lake.clock.now()).toBe(4000);
  });

  it('ends its children when its execution is stopped', async () => {
    const lake = new Lake();
    const wait = { Type: 'Wait', Seconds: 1000, End: true };
    const executionArn = await lake.start(await lake.create(distributed({}, wait)), [1, 2]);
    await lake.clock.advance(1000);
    await lake.states('StopExecution', { executionArn });
    await lake.clock.settle();
    const { mapRuns } = await lake.states('ListMapRuns', { executionArn });
    const [{ mapRunArn }] = mapRuns as [JsonObject];
    expect(await lake.states('DescribeMapRun', { mapRunArn })).toMatchObject({
      status: 'ABORTED',
      itemCounts: { aborted: 2, running: 0 },
    });
    await expect(lake.clock.advanceUntil(() => false, 1e9)).rejects.toThrow('no timer is left');
  });

  it('lets its Express children be described, but gives them no more than five minutes', async () => {
    const lake = new Lake();
    const wait = { Type: 'Wait', Seconds: 301, End: true };
    const executionArn = await lake.start(await lake.create(distributed({}, wait, 'EXPRESS')), [1]);
    const outcome = await lake.finish(executionArn);
    expect(outcome.status).toBe('FAILED');
    expect(lake.clock.now()).toBe(300_000);
    const { mapRuns } = await lake.states('ListMapRuns', { executionArn });
    const [{ mapRunArn }] = mapRuns as [JsonObject];
    const { executions } = await lake.states('ListExecutions', { mapRunArn });
    const [child] = executions as [JsonObject];
    expect(child).toMatchObject({ status: 'TIMED_OUT', executionArn: expect.stringContaining(':express:saga/all:') });
    expect(await lake.states('DescribeExecution', { executionArn: child.executionArn })).toMatchObject({ input: '1' });
  });
});
