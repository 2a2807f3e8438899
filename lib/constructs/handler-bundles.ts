/**
 * Bundles the deployed code: every `lambdas/<name>/handler.ts` becomes `.build/handlers/<name>/index.mjs`. One esbuild pass
 * puts each together, another makes it small. Not responsible for what a function may do or how it is configured: that is `handler-function.ts`.
 *
 * Invariants:
 * 1. The bundles on disk are those of the sources on disk. A manifest holds the hash of every input that esbuild read and
 *    of every file that it wrote; when one differs, everything is built again, and otherwise nothing.
 * 2. Bundling is deterministic: the same sources give the same bytes, so that an unchanged function is not deployed again.
 * 3. Files are replaced atomically and the manifest last, so that two syntheses at the same time do no harm.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { type BuildOptions, buildSync, version as esbuildVersion } from 'esbuild';
import { writeOutConstantKeys } from './constant-keys.ts';
import { useNativeHashes } from './native-hashes.ts';
import { keepPackageVersions } from './package-versions.ts';

export interface HandlerBundlesOptions {
  /** The folder that holds `lambdas/` and receives `.build/`. */
  readonly root: string;
}

/** The bundle folders by handler name, and whether they had to be built. */
export interface HandlerBundles {
  readonly built: boolean;
  /** @throws Error when there is no such handler */
  folderOf(handler: string): string;
}

interface Manifest {
  /** Of everything but the files: esbuild and its options, the handlers that there are, the locked dependencies. */
  readonly key: string;
  /** SHA-256 by path, relative to the root. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

const OUTPUT = '.build/handlers';
/** They decide, like the options, what comes out. */
const TRANSFORMS = ['constant-keys.ts', 'native-hashes.ts', 'package-versions.ts'].map(name =>
  join(import.meta.dirname, name),
);
const MANIFEST = `${OUTPUT}/manifest.json`;

/** Lambda looks for `index.mjs`. */
const OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  treeShaking: true,
  sourcesContent: false,
  legalComments: 'none',
  charset: 'utf8',
  outExtension: { '.js': '.mjs' },
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** Puts together what a handler needs. The aliases leave out what a function never uses: see the files that they name. */
const DRAFT = {
  ...OPTIONS,
  sourcemap: 'inline',
  alias: {
    '@aws-sdk/credential-provider-node': './lambdas/runtime/credentials.ts',
    '@aws-sdk/middleware-endpoint-discovery': './lambdas/runtime/endpoint-discovery.ts',
    '@aws-sdk/signature-v4-multi-region': './lambdas/runtime/request-signing.ts',
    '@smithy/core/event-streams': './lambdas/runtime/event-streams.ts',
  },
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
} as const satisfies BuildOptions;

/** Makes it small, once the SDK's schemas can be told to have no effects. */
const FINAL = { ...OPTIONS, minify: true, sourcemap: 'linked' } as const satisfies BuildOptions;

/** Brings the bundles up to date. @throws Error when a handler does not compile */
export function bundleHandlers({ root }: HandlerBundlesOptions): HandlerBundles {
  const handlers = handlersIn(root);
  const key = hashOf(
    JSON.stringify([
      esbuildVersion,
      DRAFT,
      FINAL,
      TRANSFORMS.map(path => hashOf(readFileSync(path))),
      handlers,
      lockedDependencies(root),
    ]),
  );
  const built = !isUpToDate(root, key);
  if (built) build(root, handlers, key);
  return {
    built,
    folderOf: handler => {
      if (!handlers.includes(handler)) {
        throw new Error(
          `Cannot bundle handler: lambdas/${handler}/handler.ts must exist, there are [${handlers.join(', ')}]`,
        );
      }
      return join(root, OUTPUT, handler);
    },
  };
}

function handlersIn(root: string): readonly string[] {
  const lambdas = join(root, 'lambdas');
  if (!existsSync(lambdas)) return [];
  return readdirSync(lambdas)
    .filter(name => existsSync(join(lambdas, name, 'handler.ts')))
    .sort();
}

function lockedDependencies(root: string): string {
  const lock = join(root, 'package-lock.json');
  return existsSync(lock) ? hashOf(readFileSync(lock)) : '';
}

function isUpToDate(root: string, key: string): boolean {
  const path = join(root, MANIFEST);
  if (!existsSync(path)) return false;
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest; // written below, and by nothing else
  return manifest.key === key && [manifest.inputs, manifest.outputs].every(files => areUnchanged(root, files));
}

function areUnchanged(root: string, files: Readonly<Record<string, string>>): boolean {
  return Object.entries(files).every(([path, hash]) => {
    const file = join(root, path);
    return existsSync(file) && hashOf(readFileSync(file)) === hash;
  });
}

function build(root: string, handlers: readonly string[], key: string): void {
  rmSync(join(root, MANIFEST), { force: true });
  removeStale(root, handlers);
  const startedMs = Date.now();
  const { files, metafile } = bundle(root, handlers);
  for (const { path, contents } of files) replaceFile(path, contents);
  const inputs = Object.keys(metafile.inputs).map(path => join(root, path));
  // Saved while it was being read: what was read is not known, so nothing is promised about it.
  if (inputs.some(path => statSync(path).mtimeMs >= startedMs)) return;
  const manifest: Manifest = {
    key,
    inputs: Object.fromEntries(inputs.map(path => [relative(root, path), hashOf(readFileSync(path))])),
    outputs: Object.fromEntries(files.map(({ path, contents }) => [relative(root, path), hashOf(contents)])),
  };
  replaceFile(join(root, MANIFEST), JSON.stringify(manifest, undefined, 1));
}

/** The bundles and their source maps; drafts are on disk meanwhile, as deep as the bundles, so that the maps' paths fit. */
function bundle(root: string, handlers: readonly string[]) {
  const absWorkingDir = resolve(root);
  mkdirSync(join(absWorkingDir, '.build'), { recursive: true });
  const drafts = mkdtempSync(join(absWorkingDir, '.build/drafts-'));
  try {
    const draft = buildSync({
      ...DRAFT,
      absWorkingDir,
      entryPoints: handlers.map(name => ({ in: `lambdas/${name}/handler.ts`, out: `${name}/index` })),
      outdir: drafts,
      metafile: true,
    });
    for (const { path, text } of draft.outputFiles) replaceFile(path, lean(text));
    const entryPoints = handlers.map(name => ({ in: join(drafts, name, 'index.mjs'), out: `${name}/index` }));
    const { outputFiles } = buildSync({ ...FINAL, absWorkingDir, entryPoints, outdir: OUTPUT });
    return { files: outputFiles, metafile: draft.metafile };
  } finally {
    rmSync(drafts, { recursive: true });
  }
}

/** A draft without what no function uses, as far as the bundler cannot see it by itself. */
function lean(draft: string): string {
  return keepPackageVersions(useNativeHashes(writeOutConstantKeys(draft)));
}

/** A handler that is gone must not stay deployable. */
function removeStale(root: string, handlers: readonly string[]): void {
  const folder = join(root, OUTPUT);
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && !handlers.includes(entry.name)) rmSync(join(folder, entry.name), { recursive: true });
  }
}

function replaceFile(path: string, contents: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents);
  renameSync(draft, path);
}

function hashOf(contents: Uint8Array | string): string {
  return createHash('sha256').update(contents).digest('hex');
}
