import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives back what only starting needed. V8 grows its young generation while templates and schemas are read (64 MB and more
 * on a busy machine), and keeps it for as long as the process waits, for nothing is allocated that would make it collect.
 */
export function releaseStartupMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: NodeJS.GCFunction = runInNewContext('gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
