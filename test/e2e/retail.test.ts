import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getJson } from '../../cli/http-client.ts';
import { type Platform, startPlatform } from '../../cli/platform.ts';
import { loadMapping } from '../../cli/send/mapping.ts';
import { openRows } from '../../cli/send/rows.ts';
import { sendRows } from '../../cli/send/send-rows.ts';
import { eventually } from './eventually.ts';

/** The real month when it is there; else a small one of the same shape, with the same kinds of dirt. */
const MONTH = path.resolve(import.meta.dirname, '../../../shared/data/online-retail/online-retail-2010-12.csv');
const SMALL = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom
536414,22139,,56,2010-12-01 11:52:00,0,,United Kingdom
536544,21773,"DECORATIVE ROSE, BATHROOM",1,2010-12-02 14:32:00,2.515,,United Kingdom
`;

/** Longer than the visibility timeout of the queue on the way: a batch that timed out on a busy machine comes again. */
const SLOWEST_MS = 300_000;

const startedAtMs = Date.now();
let platform: Platform;
let file: string;

beforeAll(async () => {
  file = existsSync(MONTH) ? MONTH : path.join(os.tmpdir(), `retail-${process.pid}.csv`);
  if (file !== MONTH) await writeFile(file, SMALL);
  platform = await startPlatform({ port: 0, seed: 3, report: () => {} });
});

afterAll(() => platform.close());

interface Day {
  readonly day: string;
  readonly lines: number;
  readonly quantity: number;
  readonly amountMilli: number;
}

/** The judge: the file's own totals per day, without any of our code. */
function totalsOfFile(): Map<string, Omit<Day, 'day'>> {
  const totals = new Map<string, { lines: number; quantity: number; amountMilli: number }>();
  for (const line of readFileSync(file, 'utf8').trimEnd().split('\n').slice(1)) {
    const columns = line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)?.map(column => column.replace(/,$/, '')) ?? [];
    const day = String(columns[4]).slice(0, 10);
    const total = totals.get(day) ?? { lines: 0, quantity: 0, amountMilli: 0 };
    total.lines++;
    total.quantity += Number(columns[3]);
    total.amountMilli += Math.round(Number(columns[5]) * 1000) * Number(columns[3]);
    totals.set(day, total);
  }
  return totals;
}

async function send(source: string) {
  const [{ rows }, mapping] = [await openRows(source), await loadMapping('online-retail')];
  const options = { apiUrl: platform.apiUrl, mapping, backfill: true, quarantine: false, batchSize: 500 };
  return sendRows(rows, options);
}

async function days(): Promise<Day[]> {
  return ((await getJson(`${platform.apiUrl}/sales`)).body as { days: Day[] }).days;
}

function byDay(found: readonly Day[]) {
  return new Map(found.map(({ day, lines, quantity, amountMilli }) => [day, { lines, quantity, amountMilli }]));
}

test(
  'a month of real retail data arrives whole, and the totals of the read model are those of the file',
  async () => {
    const expected = totalsOfFile();
    const rows = [...expected.values()].reduce((sum, day) => sum + day.lines, 0);
    expect(await send(file)).toEqual({ sent: rows, accepted: rows, quarantined: 0, refused: 0 });
    const found = await eventually(days, all => all.reduce((sum, day) => sum + day.lines, 0) >= rows, SLOWEST_MS);
    expect(byDay(found)).toEqual(expected);
  },
  SLOWEST_MS + 60_000,
);

test('sending the same lines again makes duplicates, and changes no total', async () => {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(0, 301);
  const again = path.join(os.tmpdir(), `retail-again-${process.pid}.csv`);
  await writeFile(again, `${lines.join('\n')}\n`);
  const sentBefore = await platform.flowSince(startedAtMs);
  expect((await send(again)).accepted).toBe(lines.length - 1);
  const flow = await eventually(
    () => platform.flowSince(startedAtMs),
    ({ counts }) => counts.duplicates >= lines.length - 1,
  );
  expect(flow.counts.duplicates).toBe(lines.length - 1);
  expect(flow.counts.applied).toBe(sentBefore.counts.applied);
  expect(byDay(await days())).toEqual(totalsOfFile());
});
