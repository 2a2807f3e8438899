import path from 'node:path';
import { type BuildOptions, build, type Loader } from 'esbuild';
import { type CompiledBundle, compileBundle } from '../host/compiled-bundle.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** As the template's bundles are made, but in memory and in readable form. */
const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  alias: {
    '@aws-sdk/credential-provider-node': './lambdas/runtime/credentials.ts',
    '@aws-sdk/middleware-endpoint-discovery': './lambdas/runtime/endpoint-discovery.ts',
    '@smithy/core/event-streams': './lambdas/runtime/event-streams.ts',
  },
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** Other text for source files, by their paths from the repository's root. */
export type OtherSources = ReadonlyMap<string, string>;

/** Where a handler of the platform begins, from the repository's root. */
const platformEntry = (handler: string) => `lambdas/${handler}/handler.ts`;

/** Bundles handlers as if some of their sources said something else. @returns the bundles by handler */
export async function bundlesWith(
  handlers: readonly string[],
  sources: OtherSources,
  entryOf: (handler: string) => string = platformEntry,
): Promise<ReadonlyMap<string, CompiledBundle>> {
  const { outputFiles } = await build({
    ...OPTIONS,
    mainFields: ['module', 'main'],
    entryPoints: handlers.map(name => ({ in: entryOf(name), out: name })),
    outdir: ROOT,
    plugins: [
      {
        name: 'other-sources',
        setup({ onLoad }) {
          onLoad({ filter: /\.[jt]s$/ }, ({ path: loaded }) => {
            const contents = sources.get(path.relative(ROOT, loaded));
            const loader: Loader = loaded.endsWith('.ts') ? 'ts' : 'js';
            return contents === undefined ? undefined : { contents, loader, resolveDir: path.dirname(loaded) };
          });
        },
      },
    ],
  });
  return new Map(
    outputFiles.map(({ path: file, text }) => {
      const name = path.basename(file, '.js');
      return [name, compileBundle(text, `${name} with other sources`)];
    }),
  );
}
