import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { AwsError } from '../../cloud/aws-error.ts';
import type { Cloud } from '../../cloud/cloud.ts';
import type { FunctionCode } from './function-record.ts';

/** Where the embedded cloud takes code from: a folder of the machine, or source text (`InlineCode` of a template). */
export const FUNCTION_CODE = z.object({ LocalDirectory: z.string().optional(), ZipFile: z.string().optional() });

/** Makes the code ready to be run. @throws AwsError InvalidParameterValueException when there is none */
export function prepareCode(cloud: Cloud, code: z.infer<typeof FUNCTION_CODE>): FunctionCode {
  if (code.LocalDirectory !== undefined) return inFolder(code.LocalDirectory);
  if (code.ZipFile !== undefined) return { ...inFolder(writeSource(cloud, code.ZipFile)), source: code.ZipFile };
  throw new AwsError('InvalidParameterValueException', 'Please provide a source for function code.');
}

/** Puts source text into a folder of its own, which goes when the cloud closes. */
export function writeSource(cloud: Cloud, source: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-inline-'));
  cloud.onClose(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'index.js'), source);
  return folder;
}

function inFolder(folder: string): FunctionCode {
  if (!existsSync(folder)) {
    throw new AwsError('InvalidParameterValueException', `Cannot take function code: there is no folder ${folder}`);
  }
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const stats = statSync(join(folder, entry));
    if (!stats.isFile()) continue;
    sizeBytes += stats.size;
    hash.update(`${entry}\0${stats.size}\0${stats.mtimeMs}\0`);
  }
  return { folder, sizeBytes, sha256: hash.digest('base64') };
}
