import { hostname, userInfo } from 'node:os';
import { type Command, textOption, UsageError } from '../command.ts';
import { type StageFunctions, stageFunctions, TARGET_HELP, TARGET_OPTIONS } from '../function-target.ts';

const HELP = `Usage: millrace parked list [options]
       millrace parked drain KEY [options]

A key is parked when one of its events cannot be carried out: that event and all later ones of the key wait in the key's lane, in
order. \`list\` shows the keys and why they are parked. \`drain\` takes the events of a lane through the processor, in order, as if
the key had never been parked, while the stream goes on; it stops at the first that still cannot be applied. Once the lane is
empty the key is parked no longer. The processor's own function does the work, here as in AWS, whatever the processor guarantees:
states, transactions or calls. docs/guides/parked-keys.md shows it.

Options:
  --processor NAME  whose keys                                              [default: session-profile]
${TARGET_HELP}
  --json            print one JSON object. list: {processor, keys: [{key, since, reason, records, oldestArrival}]}, since
                    being the sequence number of the first event that waits; drain: {processor, key, status: drained,
                    stopped or held, taken: {applied, duplicate, quarantined, redelivered}, stopped?: {sequence, id,
                    reason}, held?: {holder, until}}
  -h, --help        this text

Exit code: 0 when it is done, 1 when the lane is not empty (an event still fails, or somebody else drains it), 2 when the
command cannot be carried out.`;

interface KeysPage {
  readonly keys: readonly ParkedKey[];
  readonly cursor?: string;
}

interface ParkedKey {
  readonly key: string;
  readonly since: string;
  readonly reason: string;
  readonly records: number;
  readonly oldestArrivalMs: number;
}

type Taken = Readonly<Record<'applied' | 'duplicate' | 'quarantined' | 'redelivered', number>>;

/** What the processor's function answers to a drain. */
interface DrainAnswer {
  readonly status: 'drained' | 'more' | 'stopped' | 'held';
  readonly taken: Taken;
  readonly stopped?: { readonly sequence: string; readonly id: string; readonly reason: string };
  readonly held?: { readonly holder: string; readonly untilMs: number };
}

export const parked: Command = {
  name: 'parked',
  summary: 'list parked keys, or take the events of one through its processor',
  help: HELP,
  options: { processor: { type: 'string' }, ...TARGET_OPTIONS, json: { type: 'boolean' } },

  async run({ options, positionals }) {
    const [action, key, ...rest] = positionals;
    const processor = textOption(options, 'processor') ?? 'session-profile';
    const isJson = options.json === true;
    if (action === 'list' && key === undefined) return list(await stageFunctions(options), processor, isJson);
    if (action === 'drain' && key !== undefined && rest.length === 0) {
      return drain(await stageFunctions(options), { processor, key }, isJson);
    }
    throw new UsageError(`Cannot use parked: 'list' or 'drain KEY', received '${positionals.join(' ')}'`);
  },
};

async function list(invoke: StageFunctions, processor: string, isJson: boolean): Promise<number> {
  const found = new Map<string, ParkedKey>();
  let cursor: string | undefined;
  do {
    const page = await invoke<KeysPage>(processor, { parked: cursor === undefined ? {} : { cursor } });
    for (const part of page.keys) found.set(part.key, joined(found.get(part.key), part));
    cursor = page.cursor;
  } while (cursor !== undefined);
  const keys = [...found.values()].map(({ oldestArrivalMs, ...rest }) => ({
    ...rest,
    oldestArrival: new Date(oldestArrivalMs).toISOString(),
  }));
  if (isJson) {
    console.log(JSON.stringify({ processor, keys }));
    return 0;
  }
  if (keys.length === 0) console.log(`${processor}: no key is parked`);
  for (const { key, since, reason, records, oldestArrival } of keys) {
    console.log(`${processor} ${key}: ${records} events wait since ${oldestArrival}, from ${since} on: ${reason}`);
  }
  return 0;
}

/** A lane may go on in the next page. */
function joined(before: ParkedKey | undefined, part: ParkedKey): ParkedKey {
  if (!before) return part;
  const oldestArrivalMs = Math.min(before.oldestArrivalMs, part.oldestArrivalMs);
  return { ...before, records: before.records + part.records, oldestArrivalMs };
}

interface DrainTarget {
  readonly processor: string;
  readonly key: string;
}

/** Asks until the lane is empty or something stands in the way: one call of the function drains for some seconds. */
async function drain(invoke: StageFunctions, { processor, key }: DrainTarget, isJson: boolean): Promise<number> {
  const by = `${userInfo().username}@${hostname()}`;
  let taken: Taken = { applied: 0, duplicate: 0, quarantined: 0, redelivered: 0 };
  let answer: DrainAnswer;
  do {
    answer = await invoke<DrainAnswer>(processor, { drain: { key, by } });
    taken = added(taken, answer.taken);
  } while (answer.status === 'more');
  const { status, stopped, held } = answer;
  const until = held && new Date(held.untilMs).toISOString();
  const outcome = { processor, key, status, taken, stopped, held: held && { holder: held.holder, until } };
  console.log(isJson ? JSON.stringify(outcome) : describe(outcome));
  return status === 'drained' ? 0 : 1;
}

function added(one: Taken, other: Taken): Taken {
  return {
    applied: one.applied + other.applied,
    duplicate: one.duplicate + other.duplicate,
    quarantined: one.quarantined + other.quarantined,
    redelivered: one.redelivered + other.redelivered,
  };
}

interface Outcome extends DrainTarget {
  readonly taken: Taken;
  readonly stopped: DrainAnswer['stopped'];
  readonly held: { readonly holder: string; readonly until: string | undefined } | undefined;
}

function describe({ processor, key, taken, stopped, held }: Outcome): string {
  const { applied, duplicate, quarantined, redelivered } = taken;
  const done = `${applied} applied, ${duplicate} duplicate, ${quarantined} quarantined, ${redelivered} dealt with before`;
  const end = stopped
    ? `stopped at ${stopped.id} (sequence ${stopped.sequence}), which still cannot be applied: ${stopped.reason}`
    : held
      ? `${held.holder} drains it until ${held.until}: nothing more was done`
      : 'the lane is empty, the key is not parked';
  return `${processor} ${key}: ${done}; ${end}`;
}
