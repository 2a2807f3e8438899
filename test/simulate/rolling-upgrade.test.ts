/**
 * A rolling upgrade under traffic and faults: in every function, environments of the old code and of the new one take turns,
 * and producers of both versions send. Nothing is refused, lost or counted twice, and every account balances.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { type CloudEvent, schemaUri } from '../../core/index.ts';
import type { Deployment } from '../../local/invoke/deployment.ts';
import { loadAssembly } from '../../local/template/assembly.ts';
import type { Findings } from '../../simulate/checks/findings.ts';
import { holdAssembly } from '../../simulate/cloud/hold-assembly.ts';
import type { CompiledBundle } from '../../simulate/host/compiled-bundle.ts';
import { generatePlan } from '../../simulate/plan/generate-plan.ts';
import type { SentEvent, SimulationPlan, Step } from '../../simulate/plan/simulation-plan.ts';
import { type RunResult, runPlan } from '../../simulate/run/run-plan.ts';
import { COMPLETED, completedNext, upgradedHandlers } from './upgraded-handlers.ts';

const held = await holdAssembly();
afterAll(held.release);
const assembly = loadAssembly(held.folder);
const upgraded = await upgradedHandlers();

/** Environments end often, so that old and new code take turns with the same keys. */
const RECYCLE_EVERY_MS = 5_000;
const TRAFFIC_MS = 60_000;

/** Traffic of a seed; of the purchases most are written by the next minor version, and says so. */
function planOf(seed: number, { withFaults }: { readonly withFaults: boolean }): SimulationPlan {
  const plan = generatePlan(seed);
  const recycling = Array.from({ length: TRAFFIC_MS / RECYCLE_EVERY_MS }, (_, turn): Step => {
    return { kind: 'recycle', atMs: turn * RECYCLE_EVERY_MS };
  });
  const steps = plan.steps.map(step =>
    step.kind === 'events' ? { ...step, events: step.events.map(upgradedEvent) } : step,
  );
  const all = [...steps, ...recycling].sort((a, b) => a.atMs - b.atMs);
  return { ...plan, steps: all, rules: withFaults ? plan.rules : [] };
}

/** Decided by the id, so that an event that is sent twice is the same event. */
function upgradedEvent(sent: SentEvent): SentEvent {
  const event = sent.event as CloudEvent<object>;
  const isNew = sent.valid && event.type === COMPLETED && event.id.charCodeAt(25) % 4 !== 0;
  if (!isNew) return sent;
  const dataschema = schemaUri(COMPLETED, completedNext.version);
  return { ...sent, event: { ...event, dataschema, data: { ...event.data, coupon: 'SPRING' } } };
}

interface Upgrade {
  readonly result: RunResult;
  readonly findings: Findings | undefined;
  /** How many environments ran which code: `old`, `minor`, `major`. */
  readonly ran: ReadonlyMap<string, number>;
  readonly lines: readonly string[];
}

/** Runs a plan while each function is upgraded; what it runs is drawn by turns. */
async function upgrade(plan: SimulationPlan, versionsOf: (handler: string) => readonly string[]): Promise<Upgrade> {
  const ran = new Map<string, number>();
  const turns = new Map<string, number>();
  const lines: string[] = [];
  let findings: Findings | undefined;
  const bundleOf = ({ functionName }: Deployment): CompiledBundle | undefined => {
    const name = functionName.split('-').slice(2).join('-');
    if (name === 'schema-registrar') return upgraded.registrar;
    const handler = name.startsWith('outbox-publisher-') ? 'outbox-publisher' : name;
    const versions = versionsOf(handler);
    const turn = turns.get(name) ?? 0;
    turns.set(name, turn + 1);
    const version = versions[turn % versions.length] ?? 'old';
    ran.set(`${handler} ${version}`, (ran.get(`${handler} ${version}`) ?? 0) + 1);
    if (version === 'old') return undefined;
    return version === 'minor' ? upgraded.minor.get(handler) : upgraded.major.get(handler);
  };
  const result = await runPlan(plan, {
    assembly,
    bundleOf,
    onFindings: found => {
      findings = found;
    },
    onLine: (_, line) => lines.push(line),
  });
  return { result, findings, ran, lines };
}

/** Purchases of the next version that were accepted. */
function acceptedNew({ findings }: Upgrade): number {
  const answers = findings?.answers.events ?? [];
  return answers.filter(({ sent, status }) => status === 'accepted' && 'dataschema' in (sent.event as object)).length;
}

const UPGRADED = ['collector', 'session-profile', 'outbox-publisher', 'sales-projector'];

describe('a rolling upgrade', () => {
  it.each([
    ['while all is well', 3, false],
    ['under faults', 8, true],
  ])('to the next minor version, %s: nothing is refused or lost', async (_, seed, withFaults) => {
    const run = await upgrade(planOf(seed, { withFaults }), handler =>
      UPGRADED.includes(handler) ? ['old', 'minor'] : [],
    );
    expect(run.result.violations).toEqual([]);
    expect(acceptedNew(run)).toBeGreaterThan(0);
    for (const handler of ['collector', 'session-profile']) {
      expect([...run.ran.keys()]).toEqual(expect.arrayContaining([`${handler} old`, `${handler} minor`]));
    }
  });

  it('to the next major version of a fact: publishers that cast come first, then who writes and who reads it', async () => {
    const versions: Readonly<Record<string, readonly string[]>> = {
      collector: ['old', 'minor'],
      'session-profile': ['major', 'old', 'minor'],
      'outbox-publisher': ['major'],
      'sales-projector': ['major', 'old', 'minor'],
    };
    const run = await upgrade(planOf(5, { withFaults: false }), handler => versions[handler] ?? []);
    expect(run.result.violations).toEqual([]);
    expect([...run.ran.keys()]).toEqual(expect.arrayContaining(['session-profile old', 'session-profile major']));
    const written = run.findings?.published.filter(({ type }) => type.startsWith('behaviour.purchase.made.')) ?? [];
    expect(written.length).toBeGreaterThan(0);
    expect(new Set(written.map(({ type }) => type))).toEqual(new Set(['behaviour.purchase.made.v1']));
    expect(written.some(({ dataschema }) => dataschema !== undefined)).toBe(true); // it was cast
  });
});
