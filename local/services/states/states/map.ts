import { outcomeOfResult } from '../data-flow/state-output.ts';
import type { StateGraph } from '../definition/state-definition.ts';
import { runConcurrently } from '../execution/concurrent-branches.ts';
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
  const items = await mapItems(visit);
  const concurrency = await mapConcurrency(visit);
  visit.setting.history.add(visit.thread, 'MapStateStarted', { length: items.length });
  let lastSucceededId = visit.thread.lastEventId;
  const results = await runConcurrently(visit, {
    count: items.length,
    concurrency: Math.min(concurrency || INLINE_CONCURRENCY, INLINE_CONCURRENCY),
    run: async (branch, index) => {
      const output = await runIteration(visit, { processor, items, branch, index });
      const details = { name: visit.name, index };
      lastSucceededId = visit.setting.history.add(branch.thread, 'MapIterationSucceeded', details, { aside: true });
      return output;
    },
  });
  visit.thread.lastEventId = lastSucceededId;
  return results;
}

interface Iteration {
  readonly processor: StateGraph;
  readonly items: readonly unknown[];
  readonly branch: Branch;
  readonly index: number;
}

async function runIteration(visit: StateVisit, { processor, items, branch, index }: Iteration): Promise<unknown> {
  const { history, runStates } = visit.setting;
  const details = { name: visit.name, index };
  history.add(branch.thread, 'MapIterationStarted', details);
  try {
    const value = items[index];
    const input = await itemInput(visit, { index, value });
    return await runStates({ ...branch, mapContext: mapContextOf({ index, value }) }, processor, input);
  } catch (error) {
    const type = error instanceof BranchAborted ? 'MapIterationAborted' : 'MapIterationFailed';
    history.add(branch.thread, type, details, { aside: true });
    throw error;
  }
}
