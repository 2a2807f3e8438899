import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bench } from '../../../bench/bench-definition.ts';
import { performancePage } from '../../../bench/performance-page.ts';

const RESULTS = {
  'whole-path': { measures: 'all of it', unit: 'events/s', median: 2000, lowest: 1900, highest: 2100 },
  'collector-small': {
    measures: 'small requests',
    unit: 'events/s',
    median: 5,
    lowest: 4,
    highest: 6,
    against: { name: 'JSON alone', median: 10, ratio: 0.5 },
  },
  'event-matching-exact-50': { unit: 'events/s', median: 7, against: { name: 'JSON.parse', median: 7, ratio: 1.01 } },
  'event-matching-anything-but-affixes-growth': {
    unit: 'µs',
    median: 7,
    against: { name: '50', median: 7, ratio: 1.4 },
  },
  'bundle-size-collector': { unit: 'KB', median: 396 },
  'cold-start-collector': { unit: 'ms', median: 78 },
};

describe('the performance page', () => {
  let folder: string;
  let page: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-performance-'));
    const benches = Object.keys(RESULTS).map(name => ({ name }) as Bench); // the page asks for names alone
    for (const [name, result] of Object.entries(RESULTS)) {
      await writeFile(path.join(folder, `${name}.json`), JSON.stringify({ name, machine: '2 cores', ...result }));
    }
    page = await performancePage(folder, [...benches, { name: 'saga-never-run' } as Bench]);
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('says on which machine, and leaves out what was not measured', () => {
    expect(page).toContain('Measured on: 2 cores.');
    expect(page).not.toContain('saga');
    expect(page).not.toContain('## Growth');
  });

  it('has a row for each bench, under what it measures', () => {
    const [, edges = ''] = page.split('## At the edges');
    expect(page).toContain('| whole-path | all of it | 2000 events/s (1900 to 2100) | – | – |');
    expect(edges).toContain(
      '| collector-small | small requests | 5 events/s (4 to 6) | JSON alone: 10 events/s | 0.5 |',
    );
  });

  it('lays benches out as a matrix where their names say a row and a column', () => {
    expect(page).toContain('| class | 50 | growth |');
    expect(page).toContain('| exact | 1.01 | – |');
    expect(page).toContain('| anything-but-affixes | – | 1.4 |');
    expect(page).toContain('| collector | 396 KB | 78 ms |');
  });
});
