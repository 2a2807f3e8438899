/**
 * The synthesized template, made again only when something that goes into it has changed. What `npm start` runs is
 * what `cdk deploy` provisions: the same app, the same context, the same folder.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '..');
const ASSEMBLY = path.join(ROOT, 'cdk.out');
const STAMP = path.join(ROOT, '.build', 'assembly.json');
const SOURCES = ['bin', 'lib', 'lambdas', 'core', 'domains', 'statemachines', 'cdk.json', 'package-lock.json'];

/** What the CDK command line adds to the context of every synthesis. */
const CLI_CONTEXT = { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true };

export interface Assembly {
  readonly folder: string;
  readonly synthesized: boolean;
}

/** @throws when the app cannot be synthesized; the app's own output goes to `report` */
export async function ensureAssembly(report: (line: string) => void): Promise<Assembly> {
  const inputs = await fingerprintSources();
  if (await isCurrent(inputs)) return { folder: ASSEMBLY, synthesized: false };
  report('Synthesizing the template …');
  await synthesize(report);
  await mkdir(path.dirname(STAMP), { recursive: true });
  await writeFile(STAMP, JSON.stringify({ inputs, manifest: await fingerprintManifest() }));
  return { folder: ASSEMBLY, synthesized: true };
}

async function isCurrent(inputs: string): Promise<boolean> {
  if (!existsSync(STAMP) || !existsSync(path.join(ASSEMBLY, 'manifest.json'))) return false;
  const stamp: { inputs?: unknown; manifest?: unknown } = JSON.parse(await readFile(STAMP, 'utf8'));
  return stamp.inputs === inputs && stamp.manifest === (await fingerprintManifest());
}

async function fingerprintManifest(): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path.join(ASSEMBLY, 'manifest.json')))
    .digest('hex');
}

async function fingerprintSources(): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  for (const name of Object.keys(process.env)
    .filter(key => key.startsWith('MILLRACE_'))
    .sort()) {
    hash.update(`${name}=${process.env[name]}\n`);
  }
  for (const source of SOURCES) {
    for (const file of await filesBelow(path.join(ROOT, source))) {
      hash.update(path.relative(ROOT, file)).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

async function filesBelow(place: string): Promise<string[]> {
  if (path.extname(place) !== '') return [place];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Runs the app as the CDK command line would, but without its check of the finished template against CloudFormation's
 * rules: that takes longer than everything else and changes nothing in the template. `npx cdk synth` and CI make it.
 */
async function synthesize(report: (line: string) => void): Promise<void> {
  const { context } = JSON.parse(await readFile(path.join(ROOT, 'cdk.json'), 'utf8')) as { context?: object };
  const child = spawn(process.execPath, ['bin/millrace.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      CDK_OUTDIR: ASSEMBLY,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...CLI_CONTEXT }),
      CDK_VALIDATION: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', chunk => report(String(chunk).trimEnd()));
  child.stderr.on('data', chunk => report(String(chunk).trimEnd()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`Cannot synthesize the template: bin/millrace.ts exited with ${code}`);
}
