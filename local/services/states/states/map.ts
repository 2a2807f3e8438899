import { outcomeOfResult } from '../data-flow/state-output.ts';
import type { StateGraph } from '../definition/state-definition.ts';
import { runBranches } from '../execution/concurrent-branches.ts';
import { noted } from '../execution/notes.ts';
import { BranchAborted, runtimeFailure } from '../execution/state-failure.ts';
import type { Branch, StateOutcome, StateVisit } from '../execution/state-visit.ts';
import { isJsonObject } from '../json-object.ts';
import { runDistributed } from './map-distributed.ts';
import { itemInput, mapContextOf, mapItems } from './map-items.ts';
import { mapConcurrency } from './map-limits.ts';
import { testedMap } from './map-tested.ts';

/** How many iterations of an inline Map run at once when nothing bounds them. */
const INLINE_CONCURRENCY = 40;

/** Map: runs the same states for every item; the result is the array of their outputs. */
export async function mapState(visit: StateVisit): Promise<StateOutcome> {
  const { test, history } = visit.setting;
  if (test?.mockedResult) return testedMap(visit, test, test.mockedResult);
  const processor = (visit.state.ItemProcessor ?? visit.state.Iterator) as StateGraph; // validated with the definition
  const distributed = isJsonObject(processor.ProcessorConfig) && processor.ProcessorConfig.Mode === 'DISTRIBUTED';
  const result = await (distributed ? runDistributed : runInline)(visit, processor);
  history.add(visit.thread, 'MapStateSucceeded', undefined, { aside: true });
  return outcomeOfResult(visit, result);
}

/** Fields that mean something to child executions only. */
const DISTRIBUTED_FIELDS = ['ItemReader', 'ItemBatcher', 'ResultWriter'];

async function runInline(visit: StateVisit, processor: StateGraph): Promise<unknown[]> {
  const foreign = DISTRIBUTED_FIELDS.find(field => visit.state[field] !== undefined);
  if (foreign) throw runtimeFailure(`${foreign} is supported only when the processing mode is DISTRIBUTED`);
  const { items, concurrency } = await noted(visit, 'plan', () => planOf(visit));
  const startedId = visit.thread.lastEventId;
  const results = await runBranches<IterationResult>(visit, {
    count: items.length,
    concurrency,
    run: async (branch, index, isBegun) => {
      const output = await runIteration(visit, { processor, items, branch, index, isBegun });
      const details = { name: visit.name, index };
      const eventId = visit.setting.history.add(branch.thread, 'MapIterationSucceeded', details, { aside: true });
      return { output, eventId };
    },
  });
  visit.thread.lastEventId = Math.max(startedId, ...results.map(({ eventId }) => eventId));
  return results.map(({ output }) => output);
}

interface IterationResult {
  readonly output: unknown;
  /** The event that says that it succeeded. */
  readonly eventId: number;
}

interface InlinePlan {
  readonly items: readonly unknown[];
  readonly concurrency: number;
}

async function planOf(visit: StateVisit): Promise<InlinePlan> {
  const items = await mapItems(visit);
  const concurrency = await mapConcurrency(visit);
  visit.setting.history.add(visit.thread, 'MapStateStarted', { length: items.length });
  return { items, concurrency: Math.min(concurrency || INLINE_CONCURRENCY, INLINE_CONCURRENCY) };
}

interface Iteration {
  readonly processor: StateGraph;
  readonly items: readonly unknown[];
  readonly branch: Branch;
  readonly index: number;
  /** It only goes on. */
  readonly isBegun: boolean;
}

async function runIteration(visit: StateVisit, iteration: Iteration): Promise<unknown> {
  const { processor, items, branch, index, isBegun } = iteration;
  const { history, runStates } = visit.setting;
  const details = { name: visit.name, index };
  if (!isBegun) history.add(branch.thread, 'MapIterationStarted', details);
  try {
    const value = items[index];
    const input = isBegun ? undefined : await itemInput(visit, { index, value });
    return await runStates({ ...branch, mapContext: mapContextOf({ index, value }) }, processor, input);
  } catch (error) {
    const type = error instanceof BranchAborted ? 'MapIterationAborted' : 'MapIterationFailed';
    history.add(branch.thread, type, details, { aside: true });
    throw error;
  }
}
