import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { loadMapping } from '../../../cli/send/mapping.ts';
import { openRows, type Row } from '../../../cli/send/rows.ts';
import { type LineProblem, sendRows } from '../../../cli/send/send-rows.ts';

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';
const LINE = '536365,85123A,"WHITE, HANGING",6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom';

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'millrace-send-')), name);
  await writeFile(file, content);
  return file;
}

async function rowsOf(file: string): Promise<Row[]> {
  return Array.fromAsync((await openRows(file)).rows);
}

test('openRows reads NDJSON with the line of each record, and says why a line is not one', async () => {
  const rows = await rowsOf(await fileOf('a.ndjson', '{"a":1}\n\n[1]\n{"a":\n'));
  expect(rows.map(row => [row.line, row.value])).toEqual([
    [1, { a: 1 }],
    [3, undefined],
    [4, undefined],
  ]);
  expect(rows[1]?.problem).toContain('not an object');
  expect(rows[2]?.problem).toContain('JSON');
});

test('openRows reads CSV, plain and gzipped, alike', async () => {
  const text = `${HEADER}\n${LINE}\n`;
  const plain = await rowsOf(await fileOf('a.csv', text));
  expect(plain).toEqual(await rowsOf(await fileOf('a.csv.gz', gzipSync(text))));
  expect(plain[0]?.value).toMatchObject({ Description: 'WHITE, HANGING', UnitPrice: '2.55' });
});

test('openRows refuses a file that is not there and an ending that it does not know, by name', async () => {
  await expect(openRows('/nowhere/x.csv')).rejects.toThrow("Cannot read '/nowhere/x.csv': no such file");
  await expect(openRows('x.parquet')).rejects.toThrow('.ndjson, .jsonl or .csv');
});

test('the online-retail mapping makes the same event of the same line, and another one of another line', async () => {
  const mapping = await loadMapping('online-retail');
  const [row] = await rowsOf(await fileOf('a.csv', `${HEADER}\n${LINE}\n`));
  if (!row) throw new Error('there is one row');
  const event = (await mapping(row)) as Record<string, unknown>;
  expect(event).toMatchObject({
    subject: 'customer-17850',
    time: '2010-12-01T08:26:00Z',
    data: { invoice: '536365', quantity: 6, unitPrice: 2.55 },
  });
  expect(event.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(await mapping(row)).toEqual(event);
  expect(((await mapping({ ...row, line: 99 })) as Record<string, unknown>).id).not.toBe(event.id);
});

test('loadMapping names the mappings that there are', async () => {
  await expect(loadMapping('nothing')).rejects.toThrow('online-retail');
});

test('sendRows accounts for every row: accepted, refused by the collector, unreadable, unmappable', async () => {
  const bodies: unknown[][] = [];
  const server = createServer(async (request, response) => {
    const events = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString()) as { bad?: boolean }[];
    bodies.push(events);
    const problem = { field: 'data', value: 1, reason: 'must be an object' };
    const results = events.map((event, index) =>
      event.bad ? { index, status: 'refused', problem } : { index, status: 'accepted' },
    );
    response.writeHead(207, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const source = await openRows(
    await fileOf('a.ndjson', '{"n":1}\n{"n":2,"bad":true}\nnot json\n{"n":4}\n{"fail":1}\n'),
  );
  const problems: LineProblem[] = [];
  const mapping = async (row: Row) => {
    if (row.value && 'fail' in row.value) throw new Error('no such column');
    return row.value;
  };
  const summary = await sendRows(source.rows, {
    apiUrl,
    mapping,
    backfill: false,
    quarantine: false,
    batchSize: 2,
    onProblem: problem => problems.push(problem),
  });
  server.close();
  expect(summary).toEqual({ sent: 5, accepted: 2, quarantined: 0, refused: 3 });
  expect(bodies.map(events => events.length)).toEqual([2, 1]);
  expect(problems.map(problem => [problem.line, problem.reason])).toEqual([
    [3, expect.stringContaining('cannot be read')],
    [2, 'must be an object'],
    [5, 'cannot be mapped: no such column'],
  ]);
});
