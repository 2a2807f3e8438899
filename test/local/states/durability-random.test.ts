/**
 * Random machines whose process is killed at random turns of the event loop, against the same machines left alone: the
 * same output, the same events, every effect of a completed task once, and only what was in flight again.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DurableWorld, stateOf } from './durable-world.ts';
import { type Language, machineOf, NESTED, type Workflow, workflow } from './random-machine.ts';
import { failure, type Outcome } from './state-machine-fixture.ts';

interface Kill {
  /** So many turns after the process began. */
  readonly turns: number;
  readonly downMs: number;
}

interface Course {
  readonly outcome: Outcome;
  readonly items: readonly string[];
  readonly invocations: readonly string[];
}

const INPUT = { items: [1, 2, 3] };
/** Steps of the clock after which an execution will not end any more. */
const MOST_STEPS = 2000;

async function run(work: Workflow, language: Language, kills: readonly Kill[]): Promise<Course> {
  const world = new DurableWorld({
    work: ({ attempt, failures, name }) => {
      if (Number(attempt) < Number(failures)) throw failure('Busy');
      return name;
    },
    snapshotAfterBytes: 20_000,
  });
  try {
    await world.start();
    await world.create(NESTED, { name: 'nested' });
    const executionArn = await world.begin(machineOf(work, language), INPUT);
    for (const { turns, downMs } of kills) {
      await Promise.race([live(world, executionArn), pass(turns)]);
      const completed = completions(await world.outcome(executionArn));
      await world.kill(downMs);
      expect(completions(await world.outcome(executionArn)).length).toBeGreaterThanOrEqual(completed.length);
    }
    const before = await world.outcome(executionArn);
    await live(world, executionArn);
    const outcome = await world.outcome(executionArn);
    expect(outcome.events.slice(0, before.events.length)).toEqual(before.events);
    const own = new Set(completions(outcome)); // the rest are calls of child executions
    const last = world.invocations.filter(({ process, name }) => process === world.process && own.has(name));
    const left = completions(outcome).slice(completions(before).length);
    expect(last.map(({ name }) => name).toSorted()).toEqual(left.toSorted());
    return { outcome, items: await world.items(), invocations: world.invocations.map(({ name }) => name) };
  } finally {
    await world.remove();
  }
}

/** Moves the clock and answers tokens until the execution has ended. */
async function live(world: DurableWorld, executionArn: string): Promise<void> {
  const { running } = world;
  const answered = new Set<string>();
  for (let step = 0; world.running === running; step++) {
    if (step > MOST_STEPS) throw new Error('Cannot run the execution to its end: nothing moves any more');
    const { status } = await running.call('states', 'DescribeExecution', { executionArn });
    if (status !== 'RUNNING') return;
    await running.clock.advance(700);
    for (const taskToken of world.tokens.filter(token => !answered.has(token))) {
      const answer = running.call('states', 'SendTaskSuccess', { taskToken, output: '"yes"' });
      await answer.then(
        () => answered.add(taskToken),
        () => {},
      );
    }
  }
}

async function pass(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve));
}

/** The states whose calls have been answered, once per answer. */
function completions({ events }: Outcome): string[] {
  return events
    .filter(({ type }) => /^LambdaFunction(Succeeded|Failed)$/.test(type))
    .map(event => stateOf(events, event));
}

/** What happened where, in no order: branches that wait for different things overtake each other. */
function shape({ events }: Outcome): string[] {
  return events.map(event => `${event.type} ${placeOf(events, event)}`).toSorted();
}

/** What begins or ends a branch may follow from another one, whichever ended last. */
function placeOf(events: Outcome['events'], event: Outcome['events'][number]): string {
  const { name } = (event.stateExitedEventDetails ?? {}) as { readonly name?: string };
  if (name !== undefined) return name;
  return /^(Parallel|Map|Execution).*(Started|Succeeded)$/.test(event.type) ? '' : stateOf(events, event);
}

function expectOneHistory({ events }: Outcome): void {
  expect(events.map(({ id }) => id)).toEqual(events.map((_, i) => i + 1));
  for (const { id, previousEventId } of events) expect(Number(previousEventId)).toBeLessThan(Number(id));
}

/** Real milliseconds: idle machines take a tenth of them. */
const LIMIT_MS = 60_000;

const kills = fc.array(
  fc.record({ turns: fc.integer({ min: 0, max: 120 }), downMs: fc.constantFrom(0, 1500, 3_600_000) }),
  { minLength: 1, maxLength: 4 },
);

it('An execution ends as if nothing had happened, whenever its process is killed', {
  timeout: LIMIT_MS,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      workflow,
      fc.constantFrom<Language>('JSONPath', 'JSONata'),
      kills,
      async (work, language, when) => {
        const wanted = await run(work, language, []);
        expect(wanted.outcome.status).toBe('SUCCEEDED');
        const course = await run(work, language, when);
        expect(course.outcome.output).toEqual(wanted.outcome.output);
        expect(course.items.toSorted()).toEqual(wanted.items.toSorted());
        expect(new Set(course.invocations)).toEqual(new Set(wanted.invocations));
        expect(shape(course.outcome)).toEqual(shape(wanted.outcome));
        expectOneHistory(course.outcome);
      },
    ),
    { numRuns: 25 },
  );
});
