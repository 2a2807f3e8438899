import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { ROOT } from '../../cli/assembly.ts';
import type { RunReport } from '../../cli/run-report.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function millrace(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['cli/millrace.mjs', ...args], { cwd: ROOT });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', chunk => {
    stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  return new Promise(resolve => child.once('exit', code => resolve({ code, stdout, stderr })));
}

test('millrace start --for --json runs, drains, and ends with one JSON object in which nothing is unexplained', async () => {
  const { code, stdout, stderr } = await millrace('start', '--for', '5s', '--rate', '60', '--port', '0', '--json');
  expect(code, stderr).toBe(0);
  const report: RunReport = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  const { accepted, applied, duplicates, quarantined, parked, inFlight } = report;
  expect(accepted).toBeGreaterThan(100);
  expect(accepted).toBe(applied + duplicates + quarantined + parked + inFlight);
  expect(report).toMatchObject({ unexplained: 0, inFlight: 0, sagas: { failed: 0 } });
  expect(report.sagas.completed + report.sagas.compensated).toBeGreaterThan(0);
  expect(Object.keys(report).sort()).toEqual(
    ['accepted', 'applied', 'duplicates', 'eventsPerSecond', 'inFlight', 'p50Ms', 'p99Ms', 'parked', 'quarantined']
      .concat(['sagas', 'startedInMs', 'unexplained', 'usdPerMillionEvents'])
      .sort(),
  );
}, 120_000);

test('millrace explains itself, and refuses what it does not know with exit code 2', async () => {
  const help = await millrace('--help');
  expect(help).toMatchObject({ code: 0 });
  for (const name of ['start', 'send', 'deploy', 'destroy']) {
    expect(help.stdout).toContain(name);
    expect(await millrace(name, '--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`millrace ${name}`),
    });
  }
  expect(await millrace('fly')).toMatchObject({ code: 2, stderr: expect.stringContaining("'fly'") });
  expect(await millrace('start', '--rate', 'fast')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--rate'),
  });
  expect(await millrace('send')).toMatchObject({ code: 2, stderr: expect.stringContaining('FILE') });
}, 120_000);
