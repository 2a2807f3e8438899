import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { allProbes, killUnderLoad } from './kill-under-load.ts';
import { bookings, purchases } from './probes/platform.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The short form of `npm run kill`, without the app: a message that was with a function comes back only after minutes, as on AWS. */
test('the whole platform, killed under load, loses no acknowledged write and has no effect twice', async () => {
  const probes = allProbes.filter(probe => probe !== purchases && probe !== bookings);
  const said: string[] = [];
  const outcome = await killUnderLoad({ kills: 3, seed: 11, folder, probes, report: line => said.push(line) });
  expect(outcome, said.join('\n')).toMatchObject({ kills: 3, lost: 0, doubled: 0 });
  for (const probe of outcome.probes) expect(probe.acknowledged, probe.name).toBeGreaterThan(0);
}, 300_000);
