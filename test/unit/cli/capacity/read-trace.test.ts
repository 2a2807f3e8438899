import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseTrace, readTrace } from '../../../../cli/capacity/read-trace.ts';
import { UsageError } from '../../../../cli/command.ts';
import { arrivedCount, sliceTrace } from '../../../../core/capacity/arrival-trace.ts';

describe('parseTrace', () => {
  it('lets a row hold until the next one, and the last as long as the one before', () => {
    const trace = parseTrace('time,count,size\n10,500,1024\n12,100,2048\n');
    expect(trace.arrivals).toEqual([
      { startMs: 0, durationMs: 2000, count: 500, sizeBytes: 1024 },
      { startMs: 2000, durationMs: 2000, count: 100, sizeBytes: 2048 },
    ]);
    expect(trace.durationMs).toBe(4000);
  });

  it('needs no header, takes times of day, and skips comments and empty lines', () => {
    const trace = parseTrace(
      '# from CloudWatch\r\n2026-03-01T09:00:00Z,60,100\r\n\r\n2026-03-01T09:01:00Z,120,100,0.25',
    );
    expect(trace.durationMs).toBe(120_000);
    expect(trace.arrivals[1]).toEqual({
      startMs: 60_000,
      durationMs: 60_000,
      count: 120,
      sizeBytes: 100,
      hotShare: 0.25,
    });
  });

  it('takes the columns in the order of the header, and rows of the same time together', () => {
    const trace = parseTrace('size,Time,count\n100,0,1\n900,0,2\n100,5,3');
    expect(trace.arrivals.map(({ durationMs, sizeBytes }) => [durationMs, sizeBytes])).toEqual([
      [5000, 100],
      [5000, 900],
      [5000, 100],
    ]);
  });

  it.each([
    ['', 'it has no rows'],
    ['0,0,10\n1,0,10', 'every count is 0'],
    ['0,5,10\n1,-5,10', "line 2 of the trace: 'count': a whole number from 0 to 1000000000, received '-5'"],
    ['0,5,10\n1,2.5,10', "line 2 of the trace: 'count'"],
    ['0,5,0', "line 1 of the trace: 'size': bytes of one record, from 1 to 10485760, received '0'"],
    [
      'time,count,size\nsoon,5,10',
      "line 2 of the trace: 'time': seconds, or a time such as 2026-03-01T09:00:00Z, received 'soon'",
    ],
    ['5,5,10\n4,5,10', "line 2 of the trace: 'time': not before the row above, received '4'"],
    ['0,5,10,1.5', "line 1 of the trace: 'hot': a share from 0 to 1, received '1.5'"],
    ['0,5', "line 1 of the trace: the row: 3 or 4 fields (time, count, size, hot), received '0,5'"],
    [
      'time,count,weight\n0,5,10',
      "line 1 of the trace: the header: only the columns time, count, size, hot, received 'weight'",
    ],
    ['time,count\n0,5', "line 1 of the trace: the header: a column 'size', received 'time,count'"],
  ])('refuses %j and names line, field and value', (text, message) => {
    expect(() => parseTrace(text)).toThrow(UsageError);
    expect(() => parseTrace(text)).toThrow(message);
  });
});

test('readTrace names a file that is not there', () => {
  expect(() => readTrace('/nowhere/trace.csv')).toThrow("Cannot read the trace: no file '/nowhere/trace.csv'");
  const file = join(mkdtempSync(join(tmpdir(), 'millrace-trace-')), 'trace.csv');
  writeFileSync(file, '0,5,10\n');
  expect(readTrace(file).durationMs).toBe(1000);
});

test('sliceTrace keeps every record, in order, within the trace', () => {
  const row = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 5000 }));
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 10, max: 2000 }),
      (rows, mostSlices) => {
        let time = 0;
        const lines = rows.map(([seconds, count]) => {
          time += seconds / 10;
          return `${time},${count},100`;
        });
        const trace = parseTrace([...lines, `${time + 1},1,100`].join('\n'));
        const { slices, resolutionMs } = sliceTrace(trace, mostSlices);
        expect(slices.reduce((sum, { count }) => sum + count, 0)).toBe(arrivedCount(trace));
        expect(slices.every(({ atMs }) => atMs >= 0 && atMs <= trace.durationMs && atMs % resolutionMs === 0)).toBe(
          true,
        );
        expect(slices.every(({ atMs }, index) => atMs >= (slices[index - 1]?.atMs ?? 0))).toBe(true);
      },
    ),
  );
});
