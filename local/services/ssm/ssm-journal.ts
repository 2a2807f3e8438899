/** What of Parameter Store outlives the process: every version of every parameter. */
import type { Cloud } from '../../cloud/cloud.ts';
import type { ParameterStore, ParameterVersion } from './parameter-store.ts';

/** JSON leaves out what is undefined. */
type StoredVersion = Omit<ParameterVersion, 'description' | 'allowedPattern'> &
  Partial<Pick<ParameterVersion, 'description' | 'allowedPattern'>>;

/** Connects the store to the journal: what an earlier process left is in it afterwards. */
export function keepParameters({ journal }: Cloud, store: ParameterStore): void {
  const touch = journal.keep<StoredVersion>({
    name: 'ssm/parameters',
    *keys() {
      for (const name of store.names) for (const { version } of store.versions(name)) yield `${name}:${version}`;
    },
    read: key => {
      const { name, version } = split(key);
      return store.versions(name).find(candidate => candidate.version === version);
    },
    restore: (key, { description, allowedPattern, ...stored }) =>
      store.restore(split(key).name, { ...stored, description, allowedPattern }),
  });
  if (journal.durable) store.changed = (name, version) => touch(`${name}:${version}`);
}

/** Names hold no colon. */
function split(key: string): { name: string; version: number } {
  const colon = key.lastIndexOf(':');
  return { name: key.slice(0, colon), version: Number(key.slice(colon + 1)) };
}
