import type { Ids } from '../../cloud/ids.ts';
import { KeptMap } from './kept-map.ts';
import type { StateMachine } from './state-machine.ts';

/** A published version: the machine as it was then, for ever. */
export interface MachineVersion {
  readonly arn: string;
  readonly machine: StateMachine;
  readonly number: number;
  readonly description: string | undefined;
  /** Epoch seconds. */
  readonly creationDate: number;
}

/** A share of an alias's executions. */
export interface AliasRoute {
  readonly stateMachineVersionArn: string;
  /** Percent; the shares of an alias add up to 100. */
  readonly weight: number;
}

/** A name for one version, or for two with a weight each. */
export interface MachineAlias {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly description: string | undefined;
  readonly routes: readonly AliasRoute[];
  /** Epoch seconds. */
  readonly creationDate: number;
  readonly updateDate: number;
}

/** Versions and aliases of all machines. */
export class MachineNames {
  readonly versions = new KeptMap<MachineVersion>();
  readonly aliases = new KeptMap<MachineAlias>();
  /** The number of each machine's last version; numbers are never used again. */
  readonly lastNumbers = new KeptMap<number>();

  nextNumber(machineArn: string): number {
    const number = (this.lastNumbers.get(machineArn) ?? 0) + 1;
    this.lastNumbers.set(machineArn, number);
    return number;
  }

  /** Newest first. */
  versionsOf(machineArn: string): MachineVersion[] {
    return [...this.versions.values()].filter(({ machine }) => machine.arn === machineArn).reverse();
  }

  aliasesOf(machineArn: string): MachineAlias[] {
    return [...this.aliases.values()].filter(alias => alias.machineArn === machineArn);
  }

  /** Forgets the versions and aliases of a machine. */
  forget(machineArn: string): void {
    for (const { arn } of this.versionsOf(machineArn)) this.versions.delete(arn);
    for (const { arn } of this.aliasesOf(machineArn)) this.aliases.delete(arn);
    this.lastNumbers.delete(machineArn);
  }
}

/** The version that an alias sends an execution to. */
export function routedVersionArn({ routes }: MachineAlias, ids: Ids): string | undefined {
  if (routes.length === 1) return routes[0]?.stateMachineVersionArn;
  let left = ids.random() * 100;
  return routes.find(({ weight }) => {
    left -= weight;
    return left < 0;
  })?.stateMachineVersionArn;
}
