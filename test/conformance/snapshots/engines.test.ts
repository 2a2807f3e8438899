import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ORACLES } from '../oracles.ts';
import { dynamodbHarnesses } from './dynamodb/harnesses.ts';
import { kinesisHarnesses } from './kinesis/harnesses.ts';
import { s3Harnesses } from './s3/harnesses.ts';
import { schedulerHarnesses } from './scheduler/harnesses.ts';
import type { SnapshotRow } from './snapshot-case.ts';
import { snsHarnesses } from './sns/harnesses.ts';
import { sqsHarnesses } from './sqs/harnesses.ts';

const RECORDINGS = path.join(ORACLES, 'aws-snapshots.jsonl');
const HARNESSES = [
  ...dynamodbHarnesses,
  ...kinesisHarnesses,
  ...s3Harnesses,
  ...schedulerHarnesses,
  ...snsHarnesses,
  ...sqsHarnesses,
];

const rows: readonly SnapshotRow[] = existsSync(RECORDINGS)
  ? readFileSync(RECORDINGS, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
  : [];

/** The same recording with the first text that is no placeholder spelled otherwise. */
function misspelled(recorded: unknown): { readonly value: unknown; readonly done: boolean } {
  if (typeof recorded === 'string' && /^[A-Z][A-Za-z]+$/.test(recorded)) return { value: `${recorded}x`, done: true };
  if (typeof recorded !== 'object' || recorded === null) return { value: recorded, done: false };
  let done = false;
  const inner = Object.entries(recorded).map(([name, value]) => {
    if (done) return [name, value];
    const altered = misspelled(value);
    done = altered.done;
    return [name, altered.value];
  });
  return { value: Array.isArray(recorded) ? inner.map(([, value]) => value) : Object.fromEntries(inner), done };
}

describe.each(HARNESSES)('the harness of $area', ({ area, run }) => {
  const own = rows.filter(row => row.area === area);

  test.skipIf(own.length === 0)('finds no answer that differs from the recorded one', async () => {
    for (const row of own) expect(await run(row), row.source).not.toMatchObject({ outcome: 'failed' });
  });

  test.skipIf(own.length === 0)('passes no row whose recording has another step, or says something else', async () => {
    for (const row of own) {
      const longer = { ...row.recordedContent, another: 'step' };
      expect(await run({ ...row, recordedContent: longer }), row.source).not.toMatchObject({ outcome: 'passed' });
      const { value, done } = misspelled(row.recordedContent);
      const other = { ...row, recordedContent: value as SnapshotRow['recordedContent'] }; // the same shape
      if (done) expect(await run(other), row.source).not.toMatchObject({ outcome: 'passed' });
    }
  });
});
