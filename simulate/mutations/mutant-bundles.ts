import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Deployment } from '../../local/invoke/deployment.ts';
import type { CompiledBundle } from '../host/compiled-bundle.ts';
import { bundlesWith } from './bundles-with.ts';
import type { Mutation } from './mutations.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * Bundles the mutation's handlers with the mistake in them.
 * @param entryOf where a handler begins, from the repository's root @default as the platform's
 * @returns the code of a mutated function, nothing for the others
 * @throws Error when the text that is to be replaced does not stand in the source exactly once
 */
export async function mutantBundles(
  mutation: Mutation,
  entryOf?: (handler: string) => string,
): Promise<(deployment: Deployment) => CompiledBundle | undefined> {
  const sources = new Map([[mutation.source, await mutatedSource(mutation)]]);
  const compiled = await bundlesWith(mutation.handlers, sources, entryOf);
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
