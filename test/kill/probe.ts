/** What the kill test writes to one service, and how it finds out afterwards that nothing was lost and nothing done twice. */
import type { AwsClient } from './aws-client.ts';

export interface Verdict {
  /** Acknowledged, and not there. */
  readonly lost: readonly string[];
  /** There more than once, or with an effect that was had more than once. */
  readonly doubled: readonly string[];
}

/**
 * What was tried: `acknowledged` writes were answered; `inDoubt` ones met the end of the process, and may be there or not.
 */
export interface Tried {
  readonly acknowledged: ReadonlySet<string>;
  readonly inDoubt: ReadonlySet<string>;
}

export interface Probe {
  readonly name: string;
  /** Writes that are under way at the same time. */
  readonly lanes: number;
  /** Makes what it writes to; called once, before the first write. */
  prepare?(aws: AwsClient): Promise<void>;
  /** One write under a name of its own. @throws when it is not acknowledged */
  write(aws: AwsClient, name: string): Promise<void>;
  /** Whether a producer would send what is in doubt again, under the same name, as with event ids and tokens. @default false */
  readonly sendsAgain?: boolean;
  /** Once everything has come to rest. */
  verify(aws: AwsClient, tried: Tried): Promise<Verdict>;
}

/** The verdict on names that must each be there, and not more than once. */
export function verdictOf(found: Iterable<string>, { acknowledged }: Pick<Tried, 'acknowledged'>): Verdict {
  const counts = new Map<string, number>();
  for (const name of found) counts.set(name, (counts.get(name) ?? 0) + 1);
  return {
    lost: [...acknowledged].filter(name => !counts.has(name)),
    doubled: [...counts].filter(([, count]) => count > 1).map(([name]) => name),
  };
}
