import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { copyAssembly } from '../../simulate/cloud/hold-assembly.ts';

const TEMPLATE = JSON.stringify({ Resources: {} });

/** An assembly of one stack. @param hash of the template, as the manifest has it */
async function assembly(hash = createHash('sha256').update(TEMPLATE).digest('hex')): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const stack = {
    type: 'aws:cloudformation:stack',
    properties: { templateFile: 'one.template.json', stackTemplateAssetObjectUrl: `s3://assets/${hash}.json` },
  };
  await writeFile(path.join(folder, 'manifest.json'), JSON.stringify({ artifacts: { one: stack } }));
  await writeFile(path.join(folder, 'one.template.json'), TEMPLATE);
  return folder;
}

test('a copy stays what it was when the template is synthesized anew', async () => {
  const folder = await assembly();
  const { folder: copy, release } = await copyAssembly(folder);
  onTestFinished(release);
  await rm(path.join(folder, 'manifest.json'));
  await writeFile(path.join(folder, 'one.template.json'), 'other');
  expect(await readFile(path.join(copy, 'one.template.json'), 'utf8')).toBe(TEMPLATE);
});

test('a template that is not the one of its manifest is not taken: a synthesis is under way', async () => {
  const folder = await assembly('0'.repeat(64));
  await expect(copyAssembly(folder)).rejects.toThrow('one.template.json must be the one that the manifest names');
});
