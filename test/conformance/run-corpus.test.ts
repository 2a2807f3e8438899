import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { rowCorpus } from './json-rows.ts';
import { CORPORA } from './roster.ts';
import { runCorpus } from './run-corpus.ts';
import { jsonReport, textReport } from './score-report.ts';
import { failed, outOfScope, PASSED } from './verdict.ts';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-oracles-'));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

const sums = rowCorpus({
  name: 'sums',
  source: 'arithmetic',
  judge({ a, b, sum }) {
    if (typeof sum !== 'number') return outOfScope('no sum');
    if (a === 'throw') throw new TypeError('not a number');
    return Number(a) + Number(b) === sum ? PASSED : failed(sum, Number(a) + Number(b));
  },
});

const SUMS = [
  '{"id":"right","a":1,"b":2,"sum":3}',
  '{"id":"wrong","a":1,"b":2,"sum":4}',
  '{"id":"thrown","a":"throw","sum":4}',
  '{"a":1,"b":1,"sum":2}',
  '{"id":"other"}',
  'no JSON',
  '[1]',
  '',
].join('\n');

describe('runCorpus', () => {
  it('counts what passed, failed and was not judged, whatever a row looks like', async () => {
    const score = await runCorpus(sums, await folderWith({ 'sums.jsonl': SUMS }));
    expect(score).toMatchObject({
      missing: false,
      passed: 2,
      total: 4,
      outOfScope: 3,
      outOfScopeReasons: { 'no sum': ['other'], 'the line is no JSON object': ['line-6', 'line-7'] },
      failures: [
        { id: 'wrong', expected: 4, actual: 3 },
        { id: 'thrown', expected: 'an answer', actual: 'TypeError: not a number' },
      ],
    });
  });

  it('reports a corpus that is not there', async () => {
    const score = await runCorpus(sums, await folderWith({}));
    expect(score).toMatchObject({ missing: true, passed: 0, total: 0 });
    expect(textReport([score])).toBe('sums  not judged: sums.jsonl is not in the folder of the oracles');
  });

  it('survives rows of every corpus that have nothing in them, or nonsense', async () => {
    const nonsense = [
      '{}',
      '{"id":"x","kind":"execution","definition":7,"expected":{},"judgeable":true}',
      '{"id":"y","kind":"test-state","definition":{"Type":"Task"},"expected":{"status":"SUCCEEDED"},"request":null}',
      '{"id":"z","kind":"validity","definition":"","expected":{"valid":false}}',
      '{"id":"p","pattern":"","valid":false}',
      '{"id":"q","pattern":"{","event":"{","valid":true,"expected":true}',
      '{"id":"j","expr":"(","expected":{"code":"S0203"}}',
      '{"id":"d","expr":"a","dataset":"../../etc/passwd","expected":{"undefined":true}}',
      '{"id":"f","filters":[7],"expected":true,"service":"sqs","record":null}',
      '{"id":"s","area":"events/test_events_patterns","source":"x","recordedContent":{}}',
    ].join('\n');
    for (const corpus of CORPORA.filter(({ fileName }) => fileName.endsWith('.jsonl'))) {
      const {
        passed,
        total,
        outOfScope: notJudged,
      } = await runCorpus(corpus, await folderWith({ [corpus.fileName]: nonsense }));
      expect(total + notJudged, corpus.name).toBe(10);
      expect(passed, corpus.name).toBeLessThanOrEqual(total);
    }
  });
});

describe('the reports', () => {
  it('name each failure with what was expected and answered, cut to a length that can be read', async () => {
    const long = `{"id":"long","a":0,"b":0,"sum":4}\n{"id":"right","a":1,"b":2,"sum":3}`;
    const score = await runCorpus(
      rowCorpus({ ...sums, judge: ({ id }) => (id === 'right' ? PASSED : failed('x'.repeat(5000), { y: 1 })) }),
      await folderWith({ 'sums.jsonl': long }),
    );
    const text = textReport([score]);
    expect(text).toContain('sums  1 / 2 (50 %)');
    expect(text).toContain('actual    {"y":1}');
    expect(text.length).toBeLessThan(1000);
    const { corpora } = JSON.parse(jsonReport([score]));
    expect(corpora).toEqual([
      {
        name: 'sums',
        passed: 1,
        total: 2,
        outOfScope: 0,
        failures: [{ id: 'long', expected: expect.stringMatching(/^"x+… \(5002 characters\)$/), actual: { y: 1 } }],
      },
    ]);
  });
});
