/**
 * The code of a function, compiled once per process and run anew for every execution environment: whatever a bundle keeps
 * at module level lives in the call of its function, and ends with the environment.
 *
 * The bundle itself is what was deployed. It is an ES module; V8 gives those no globals of their own, so its imports and
 * exports (and nothing else) are rewritten to the form of CommonJS before it is compiled.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import { transformSync } from 'esbuild';
import { SANDBOX_NAMES, type Sandbox } from './sandbox.ts';

/** Runs the module in a sandbox. @returns its exports */
export type CompiledBundle = (sandbox: Sandbox) => Readonly<Record<string, unknown>>;

const BUNDLE_FILES = ['index.mjs', 'index.js', 'index.cjs'];

const byFolder = new Map<string, CompiledBundle>();

/** The bundle in a folder of the cloud assembly; compiled at the first call. */
export function bundleIn(folder: string): CompiledBundle {
  const known = byFolder.get(folder);
  if (known) return known;
  const file = BUNDLE_FILES.map(name => join(folder, name)).find(existsSync);
  if (!file) throw new Error(`Cannot load function: ${folder} must hold one of ${BUNDLE_FILES.join(', ')}`);
  const compiled = compileBundle(readFileSync(file, 'utf8'), file);
  byFolder.set(folder, compiled);
  return compiled;
}

/** Compiles the text of an ES module that imports nothing but what Node.js has. */
export function compileBundle(text: string, file: string): CompiledBundle {
  const { code } = transformSync(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    supported: { 'dynamic-import': false },
    logLevel: 'silent',
  });
  // The module stands in a function of its own inside, so that it may declare names that the sandbox has too.
  const wrapped = `(function (${SANDBOX_NAMES.join(', ')}) { (function () { ${code}\n })(); return module.exports; })`;
  const run = new vm.Script(wrapped, { filename: file }).runInThisContext() as (...values: unknown[]) => unknown;
  return sandbox => run(...SANDBOX_NAMES.map(name => sandbox[name])) as Readonly<Record<string, unknown>>; // module.exports
}
