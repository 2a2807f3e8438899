import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SnapshotRow } from '../snapshot-case.ts';
import { eventHarnesses } from './harnesses.ts';

const RECORDINGS = path.resolve(import.meta.dirname, '../../../../../shared/oracles/aws-snapshots.jsonl');

const rows: readonly SnapshotRow[] = existsSync(RECORDINGS)
  ? readFileSync(RECORDINGS, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
  : [];

describe.each(eventHarnesses)('the harness of $area', ({ area, run }) => {
  const own = rows.filter(row => row.area === area);

  test.skipIf(own.length === 0)('finds no answer that differs from the recorded one', async () => {
    const verdicts = await Promise.all(own.map(async row => ({ id: row.id, verdict: await run(row) })));
    expect(verdicts.filter(({ verdict }) => verdict.outcome === 'failed')).toEqual([]);
  });

  test.skipIf(own.length === 0)('passes no row whose recording says something else', async () => {
    const altered = own.map(row => ({ ...row, recordedContent: { ...row.recordedContent, another: 'step' } }));
    const verdicts = await Promise.all(altered.map(run));
    expect(verdicts.map(({ outcome }) => outcome)).not.toContain('passed');
  });
});
