/**
 * What the registry knows beyond the contracts that the code brings with it: versions that came after it was deployed, and
 * versions that went before.
 *
 * 1. Judging never waits: it goes by what was read last, and until something was read by the code's own contracts.
 * 2. The registry is asked for its head at most once in a while, and for schemas only of types of which it has a version
 *    that the code does not bring.
 * 3. Whatever goes wrong on the way changes nothing but what `onFailure` hears.
 */
import type { EventContract } from '../../events/event-contract.ts';
import { schemaContract } from '../../events/schema-contract.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RegistryHead, SchemaRegistry } from '../../ports/schema-registry.ts';
import { interpretedValidator } from '../validate/interpreted-validator.ts';
import type { RegisteredSchema } from './registered-schema.ts';
import { compareVersions, declaredVersion } from './schema-version.ts';

export interface RegisteredContracts {
  /** Looks whether something was registered, if nobody has looked for a while. Never throws. */
  refresh(): Promise<void>;
  /**
   * By which contract an event is judged: by that of the version that it declares, if that is known; else by the newest.
   * @param own the code's contract of the event's type
   */
  contractFor(own: EventContract, event: { readonly type: string; readonly dataschema?: string }): EventContract;
}

export interface RegisteredContractsOptions {
  readonly registry: SchemaRegistry;
  readonly clock: Pick<Clock, 'now'>;
  /** What the code brings with it. */
  readonly own: readonly EventContract[];
  /** Hears that the registry could not be read, or that a schema in it cannot be used. */
  readonly onFailure: (error: unknown) => void;
  /** @default 45 seconds */
  readonly checkEveryMs?: number;
}

const CHECK_EVERY_MS = 45_000;

/** By version, the newest first. */
type Versions = readonly { readonly version: string; readonly contract: EventContract }[];

export function registeredContracts(options: RegisteredContractsOptions): RegisteredContracts {
  const { registry, clock, own, onFailure, checkEveryMs = CHECK_EVERY_MS } = options;
  let known: ReadonlyMap<string, Versions> = new Map();
  let revision: number | undefined;
  let checkedAtMs: number | undefined;

  async function refresh(): Promise<void> {
    const nowMs = clock.now();
    if (checkedAtMs !== undefined && Math.abs(nowMs - checkedAtMs) < checkEveryMs) return; // clocks may be set back
    checkedAtMs = nowMs;
    try {
      const head = await registry.head();
      if (!head || head.revision === revision) return;
      known = await readVersions(head);
      ({ revision } = head);
    } catch (error) {
      onFailure(error);
    }
  }

  async function readVersions(head: RegistryHead): Promise<ReadonlyMap<string, Versions>> {
    const wanted = own.filter(({ type, version }) => head.versions[type]?.some(each => each !== version));
    const read = wanted.map(async (contract): Promise<[string, Versions]> => {
      const schemas = await registry.read(contract.type);
      return [contract.type, versionsOf(contract, schemas)];
    });
    return new Map(await Promise.all(read));
  }

  return {
    refresh,
    contractFor(contract, event) {
      const versions = known.get(contract.type);
      if (!versions) return contract;
      const declared = declaredVersion(event);
      const named = declared === undefined ? undefined : versions.find(({ version }) => version === declared);
      return (named ?? versions[0])?.contract ?? contract;
    },
  };
}

/** The code's own version is judged by the code's own contract. */
function versionsOf(own: EventContract, schemas: readonly RegisteredSchema[]): Versions {
  const others = schemas.filter(({ version }) => version !== own.version);
  const contracts = others.map(({ version, schema }) => ({ version, contract: registeredContract(own, schema) }));
  const all = own.version === undefined ? contracts : [...contracts, { version: own.version, contract: own }];
  return all.toSorted((a, b) => compareVersions(b.version, a.version));
}

/** Judges by the registered schema; how readers see the event stays the code's affair. */
function registeredContract(own: EventContract, schema: RegisteredSchema['schema']): EventContract {
  const { problemOf } = schemaContract(own.type, interpretedValidator(schema));
  return { ...own, problemOf };
}
