import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '../..');

/** The folders that hold code which is deployed, run or shipped; `test/` is judged by its runs alone. */
export const LAYERS = [
  'bin',
  'lib',
  'lambdas',
  'core',
  'domains',
  'local',
  'cli',
  'console',
  'bench',
  'simulate',
] as const;

export type Layer = (typeof LAYERS)[number];

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly lines: number;
  /** Modules as imported: relative ones resolved to repository paths, others as written. */
  readonly imports: readonly string[];
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

export async function readSourceFiles(): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for (const layer of LAYERS) {
    const entries = await readdir(path.join(ROOT, layer), { recursive: true }).catch(() => []);
    for (const entry of entries) {
      const file = `${layer}/${entry}`;
      if (/\.(ts|mts|js|mjs)$/.test(file)) files.push(readSourceFile(file));
    }
  }
  return files;
}

function readSourceFile(file: string): SourceFile {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  return { path: file, lines: text.split('\n').length, imports: importsOf(file, text) };
}

/** Every module that a source text imports, re-exports or imports dynamically, types included. */
export function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(IMPORT)].map(match => {
    const specifier = match[1] ?? match[2] ?? '';
    return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : specifier;
  });
}
