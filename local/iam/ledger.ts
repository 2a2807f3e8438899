/** What the authorisation of one cloud has seen: what was denied, and which grants were used. */
import type { Cloud } from '../cloud/cloud.ts';
import { type Denial, denialMessage } from './access-denied.ts';
import type { UsedGrant } from './judge.ts';
import { isAwsManaged } from './managed-policies.ts';
import type { Grant } from './policy.ts';
import { policiesOf, roleStore } from './role-store.ts';

export interface DeniedCall {
  readonly who: string;
  readonly action: string;
  readonly resource: string;
  readonly message: string;
  readonly count: number;
}

export interface UnusedGrant {
  /** The role's name. */
  readonly role: string;
  readonly policy: string;
  readonly sid: string | undefined;
  readonly action: string;
  readonly resources: readonly string[];
}

export interface IamReport {
  readonly denied: readonly DeniedCall[];
  /** Of the template's own policies, for services that the embedded cloud has; grants to write logs are not counted. */
  readonly unused: readonly UnusedGrant[];
}

const MOST_DENIALS = 1000;
/**
 * Functions' and state machines' log lines reach the log store without an API call, so that it cannot be said whether
 * a grant to write logs was used.
 */
const NOT_COUNTED = 'logs';
/** Action prefixes of services that go by another name here. */
const SERVICE_BY_PREFIX: Readonly<Record<string, string>> = { cloudwatch: 'monitoring' };

export class IamLedger {
  readonly #denied = new Map<string, { denial: Denial; count: number }>();
  readonly #used = new Set<Grant>();

  deny(denial: Denial): void {
    const key = `${denial.who}\n${denial.action}\n${denial.resource}\n${denial.reason}`;
    const entry = this.#denied.get(key);
    if (entry) entry.count++;
    else if (this.#denied.size < MOST_DENIALS) this.#denied.set(key, { denial, count: 1 });
  }

  use(grants: readonly UsedGrant[]): void {
    for (const { grant } of grants) this.#used.add(grant);
  }

  report(cloud: Cloud): IamReport {
    const denied = [...this.#denied.values()].map(({ denial, count }) => ({
      who: denial.who,
      action: denial.action,
      resource: denial.resource,
      message: denialMessage(denial),
      count,
    }));
    return { denied, unused: this.#unused(cloud) };
  }

  #unused(cloud: Cloud): UnusedGrant[] {
    const isServed = ({ action }: Grant) => {
      const prefix = action.split(':')[0]?.toLowerCase() ?? '';
      if (prefix === NOT_COUNTED) return false;
      return prefix === '*' || cloud.service(SERVICE_BY_PREFIX[prefix] ?? prefix) !== undefined;
    };
    return [...roleStore(cloud).roles.values()].flatMap(role =>
      policiesOf(role)
        .filter(policy => !isAwsManaged(policy.name))
        .flatMap(policy =>
          policy.statements
            .filter(statement => statement.effect === 'Allow')
            .flatMap(statement => statement.grants)
            .filter(grant => !this.#used.has(grant) && isServed(grant))
            .map(({ sid, action, resources }) => ({ role: role.name, policy: policy.name, sid, action, resources })),
        ),
    );
  }
}

const LEDGERS = new WeakMap<Cloud, IamLedger>();

export function iamLedger(cloud: Cloud): IamLedger {
  const ledger = LEDGERS.get(cloud) ?? new IamLedger();
  LEDGERS.set(cloud, ledger);
  return ledger;
}

/** Denied calls, and grants of the template's roles that nothing has used since the cloud began. */
export function iamReport(cloud: Cloud): IamReport {
  return iamLedger(cloud).report(cloud);
}
