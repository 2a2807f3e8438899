import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type OpenCloud, openCloud } from '../local/index.ts';

/** Where the embedded cloud keeps what it is given: in memory only, or in a journal on disk as well. */
export type Keeping = 'memory' | 'data';

export const KEPT: Readonly<Record<Keeping, string>> = { memory: 'kept in memory', data: 'kept on disk as well' };

/** An embedded cloud on a free port; its data folder goes when it is closed. */
export async function cloudKeeping(keeping: Keeping): Promise<OpenCloud> {
  if (keeping === 'memory') return openCloud({ port: 0 });
  const data = await mkdtemp(path.join(tmpdir(), 'millrace-bench-'));
  const open = await openCloud({ port: 0, data });
  const close = async () => {
    await open.close();
    await rm(data, { recursive: true });
  };
  return { ...open, close };
}
