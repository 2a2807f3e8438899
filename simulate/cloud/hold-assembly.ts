/**
 * The synthesized template, held still: a copy that stays what it was while the sources change and somebody else
 * synthesizes anew, so that all processes of a run load the same.
 *
 * A synthesis replaces files one by one, and nobody can lock it out: a copy counts when every template in it is the one
 * that the manifest names by its hash, and is made again otherwise.
 */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { ensureAssembly } from '../../cli/assembly.ts';
import { loadAssembly } from '../../local/template/assembly.ts';

const TRIES = 20;
const PAUSE_MS = 500;

const MANIFEST = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      properties: z
        .object({ templateFile: z.string().optional(), stackTemplateAssetObjectUrl: z.string().optional() })
        .default({}),
    }),
  ),
});

/** A folder that nobody else knows. */
export interface HeldAssembly {
  readonly folder: string;
  /** Removes it; the end of the process does, too. */
  release(): void;
}

/** @throws Error when the app cannot be synthesized; what it says goes to `report` */
export async function holdAssembly(report: (line: string) => void = () => {}): Promise<HeldAssembly> {
  for (let attempt = 1; ; attempt++) {
    const { folder } = await ensureAssembly(report);
    try {
      return await copyAssembly(folder);
    } catch (cause) {
      if (attempt === TRIES) throw new Error(`Cannot hold the template: it has changed ${TRIES} times`, { cause });
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** Copies the assembly in a folder. @throws Error when it is not whole */
export async function copyAssembly(folder: string): Promise<HeldAssembly> {
  const copy = await mkdtemp(path.join(tmpdir(), 'millrace-assembly-'));
  const release = () => rmSync(copy, { recursive: true, force: true });
  process.once('exit', release);
  try {
    const files = (await readdir(folder)).filter(name => name.endsWith('.json'));
    for (const file of files) await cp(path.join(folder, file), path.join(copy, file));
    await checkTemplates(copy);
    const assets = loadAssembly(copy).assets.map(asset => path.relative(copy, asset.path));
    for (const asset of assets.filter(name => !files.includes(name))) {
      await cp(path.join(folder, asset), path.join(copy, asset), { recursive: true });
    }
    return { folder: copy, release };
  } catch (error) {
    release();
    throw error;
  }
}

async function checkTemplates(folder: string): Promise<void> {
  const { artifacts } = MANIFEST.parse(JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')));
  for (const { properties } of Object.values(artifacts)) {
    const { templateFile, stackTemplateAssetObjectUrl: url } = properties;
    if (templateFile === undefined || url === undefined) continue;
    const hash = createHash('sha256').update(await readFile(path.join(folder, templateFile)));
    if (path.posix.basename(url, '.json') === hash.digest('hex')) continue;
    throw new Error(`Cannot hold the template: ${templateFile} must be the one that the manifest names`);
  }
}
