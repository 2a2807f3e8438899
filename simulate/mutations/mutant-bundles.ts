import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import type { Deployment } from '../../local/invoke/deployment.ts';
import { type CompiledBundle, compileBundle } from '../host/compiled-bundle.ts';
import type { Mutation } from './mutations.ts';

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
    '@smithy/core/event-streams': './lambdas/runtime/event-streams.ts',
  },
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/**
 * Bundles the mutation's handlers with the mistake in them.
 * @returns the code of a mutated function, nothing for the others
 * @throws Error when the text that is to be replaced does not stand in the source exactly once
 */
export async function mutantBundles(
  mutation: Mutation,
): Promise<(deployment: Deployment) => CompiledBundle | undefined> {
  const mutant = await mutatedSource(mutation);
  const file = path.join(ROOT, mutation.source);
  const compiled = new Map<string, CompiledBundle>();
  for (const handler of mutation.handlers) {
    const { outputFiles } = await build({
      ...OPTIONS,
      mainFields: ['module', 'main'],
      entryPoints: [`lambdas/${handler}/handler.ts`],
      plugins: [
        {
          name: mutation.name,
          setup({ onLoad }) {
            onLoad({ filter: /\.ts$/ }, ({ path: loaded }) =>
              loaded === file ? { contents: mutant, loader: 'ts' } : undefined,
            );
          },
        },
      ],
    });
    compiled.set(handler, compileBundle(outputFiles[0]?.text ?? '', `${handler} with ${mutation.name}`));
  }
  return ({ functionName }) => {
    const name = functionName.split('-').slice(2).join('-');
    return compiled.get(mutation.handlers.find(handler => name === handler || name.startsWith(`${handler}-`)) ?? '');
  };
}

async function mutatedSource({ name, source, find, replace }: Mutation): Promise<string> {
  const text = await readFile(path.join(ROOT, source), 'utf8');
  const places = text.split(find).length - 1;
  if (places === 1) return text.replace(find, () => replace);
  throw new Error(`Cannot mutate: '${name}' replaces a text that must stand once in ${source}, found ${places} times`);
}
