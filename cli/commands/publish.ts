import { type Command, momentOption, textOption, UsageError } from '../command.ts';
import { stageFunctions, TARGET_HELP, TARGET_OPTIONS } from '../function-target.ts';
import type { InvokeFunction } from '../lambda-client.ts';

const HELP = `Usage: millrace publish --since TIME [options]

Publishes facts again, from the tables that hold them: for when the outbox publishers were down for longer than the 24
hours that a table's change stream lasts. Facts keep their ids, so whoever had one already drops it, and their order per
subject. docs/guides/catch-up.md says what can be recovered.

Options:
  --since TIME      facts of items written at this moment or later, RFC 3339 (2026-03-01T09:00:00Z); required
  --until TIME      facts of items written before this moment               [default: no end]
  --domain NAME     behaviour, travel, or all                               [default: all]
${TARGET_HELP}
  --json            print one JSON object: {behaviour: {done, found, published, unpublishable, failed, claimChecked,
                    reasons}, travel: {…}}
  -h, --help        this text

Exit code: 0 when everything found is on the bus or kept aside, 1 when the bus did not take something (run it again),
2 when the command cannot be carried out.`;

const DOMAINS = ['behaviour', 'travel'] as const;
/** Times that a page which the bus did not take is tried before the command gives up. */
const TRIES = 3;

/** What the publisher answers to a catch-up, as far as it is read here. */
interface Answer extends Tally {
  readonly done: boolean;
  readonly cursor?: string;
  readonly reasons: readonly string[];
}

type Tally = Readonly<Record<'found' | 'published' | 'unpublishable' | 'failed' | 'claimChecked', number>>;

/** What a catch-up of one domain came to. */
export interface CaughtUp extends Tally {
  readonly done: boolean;
  readonly reasons: readonly string[];
}

export const publish: Command = {
  name: 'publish',
  summary: 'publish facts again from their tables, after the publishers were down for a day',
  help: HELP,
  options: {
    since: { type: 'string' },
    until: { type: 'string' },
    domain: { type: 'string' },
    ...TARGET_OPTIONS,
    json: { type: 'boolean' },
  },

  async run({ options, positionals }) {
    if (positionals.length > 0) {
      throw new UsageError(`Cannot publish: no argument is needed, received '${positionals[0]}'`);
    }
    const since = momentOption(options, 'since');
    if (since === undefined) throw new UsageError('Cannot publish: --since is required, an RFC 3339 time');
    const until = momentOption(options, 'until');
    const domains = domainsOf(textOption(options, 'domain') ?? 'all');
    const invoke = await stageFunctions(options);
    const outcomes: Record<string, CaughtUp> = {};
    for (const domain of domains) {
      const functionName = `outbox-publisher-${domain}`;
      outcomes[domain] = await catchUp(invoke, { functionName, since, ...(until === undefined ? {} : { until }) });
      if (options.json !== true) console.log(describe(domain, outcomes[domain]));
    }
    if (options.json === true) console.log(JSON.stringify(outcomes));
    return Object.values(outcomes).every(({ done }) => done) ? 0 : 1;
  },
};

interface CatchUp {
  readonly functionName: string;
  readonly since: string;
  readonly until?: string;
}

/** Asks the publisher until its table is read, or until a page did not get through after some tries. */
export async function catchUp(invoke: InvokeFunction, { functionName, ...period }: CatchUp): Promise<CaughtUp> {
  const total = { found: 0, published: 0, unpublishable: 0, failed: 0, claimChecked: 0 };
  let reasons: readonly string[] = [];
  let cursor: string | undefined;
  for (let tries = 0; tries < TRIES; ) {
    const request = { catchUp: { ...period, ...(cursor === undefined ? {} : { cursor }) } };
    const answer = await invoke<Answer>(functionName, request);
    for (const name of ['found', 'published', 'unpublishable', 'claimChecked'] as const) total[name] += answer[name];
    total.failed = answer.failed;
    reasons = answer.reasons;
    if (answer.done) return { done: true, ...total, reasons };
    tries = answer.failed > 0 && answer.cursor === cursor ? tries + 1 : answer.failed > 0 ? 1 : 0;
    cursor = answer.cursor;
  }
  return { done: false, ...total, reasons };
}

function domainsOf(name: string): readonly string[] {
  if (name === 'all') return DOMAINS;
  const found = DOMAINS.filter(domain => domain === name);
  if (found.length > 0) return found;
  throw new UsageError(`Cannot use --domain: one of ${DOMAINS.join(', ')}, all, received '${name}'`);
}

function describe(domain: string, { done, found, published, unpublishable, failed, reasons }: CaughtUp): string {
  const aside = unpublishable > 0 ? `, ${unpublishable} kept aside under unpublishable/` : '';
  const rest = done ? '' : `; the bus did not take ${failed} (${reasons.join(', ')}): run it again`;
  return `${domain}: ${found} facts found, ${published} published${aside}${rest}`;
}
