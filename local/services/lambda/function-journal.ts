/** Functions as the journal keeps them. */
import type { Cloud } from '../../cloud/cloud.ts';
import type { JsonObject } from '../../cloud/service.ts';
import { writeSource } from './function-code.ts';
import type {
  EventInvokeConfig,
  FunctionAlias,
  FunctionCode,
  FunctionRecord,
  FunctionVersion,
} from './function-record.ts';

type StoredCode = Pick<FunctionCode, 'sizeBytes' | 'sha256'> &
  ({ readonly folder: string } | { readonly source: string });

type StoredVersion = Omit<FunctionVersion, 'code'> & { readonly code: StoredCode };

export interface StoredFunction
  extends Omit<FunctionRecord, 'latest' | 'versions' | 'aliases' | 'policy' | 'eventInvokeConfigs'> {
  readonly latest: StoredVersion;
  readonly versions: readonly StoredVersion[];
  readonly aliases: readonly FunctionAlias[];
  readonly policy: readonly (readonly [string, JsonObject])[];
  readonly eventInvokeConfigs: readonly (readonly [string, EventInvokeConfig])[];
}

export function storedFunction(record: FunctionRecord | undefined): StoredFunction | undefined {
  if (!record) return undefined;
  return {
    ...record,
    latest: storedVersion(record.latest),
    versions: [...record.versions.values()].map(storedVersion),
    aliases: [...record.aliases.values()],
    policy: [...record.policy],
    eventInvokeConfigs: [...record.eventInvokeConfigs],
  };
}

/** Makes records of what is stored. Source text gets a folder once, however many versions run it. */
export function functionRestorer(cloud: Cloud): (stored: StoredFunction) => FunctionRecord {
  const folders = new Map<string, string>();
  const code = (stored: StoredCode): FunctionCode => {
    if ('folder' in stored) return stored;
    const folder = folders.get(stored.source) ?? writeSource(cloud, stored.source);
    folders.set(stored.source, folder);
    return { ...stored, folder };
  };
  const version = (stored: StoredVersion): FunctionVersion => ({ ...stored, code: code(stored.code) });
  return stored => ({
    ...stored,
    reservedConcurrency: stored.reservedConcurrency,
    latest: version(stored.latest),
    versions: new Map(stored.versions.map(each => [each.version, version(each)])),
    aliases: new Map(stored.aliases.map(alias => [alias.name, alias])),
    policy: new Map(stored.policy),
    eventInvokeConfigs: new Map(stored.eventInvokeConfigs),
  });
}

function storedVersion({ code, ...version }: FunctionVersion): StoredVersion {
  const { folder, source, sizeBytes, sha256 } = code;
  return { ...version, code: { sizeBytes, sha256, ...(source === undefined ? { folder } : { source }) } };
}
