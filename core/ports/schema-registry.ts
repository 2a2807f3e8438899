import type { RegisteredSchema } from '../contracts/registry/registered-schema.ts';

/** What is registered, in a few words. */
export interface RegistryHead {
  /** Grows whenever something is registered. */
  readonly revision: number;
  /** Every version of every type. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
}

/** The registry of schemas, as its readers see it. */
export interface SchemaRegistry {
  /** `undefined` as long as nothing was ever registered. */
  head(): Promise<RegistryHead | undefined>;
  /** All versions of a type. */
  read(type: string): Promise<readonly RegisteredSchema[]>;
}
