import { assembleExecution } from '../execution/new-execution.ts';
import type { Execution, MapOrigin } from '../execution.ts';
import type { StateMachineType } from '../state-machine.ts';
import type { StatesEngine } from '../states-engine.ts';
import { graphAt, graphPath } from './graph-path.ts';
import type { MachineForm, StoredMachine } from './keep-machines.ts';

/** What does not change while it runs. */
interface StoredExecution extends Pick<Execution, 'name' | 'input' | 'startDate' | 'qualifiers'> {
  readonly machine: StoredMachine;
  readonly child?: {
    readonly origin: MapOrigin;
    readonly type: StateMachineType;
    /** Where the states that it runs stand in the machine's definition. */
    readonly graphPath: readonly string[];
  };
}

type StoredOutcome = Pick<
  Execution,
  'status' | 'stopDate' | 'output' | 'error' | 'cause' | 'redriveCount' | 'redriveDate' | 'ending'
>;

/** Keeps executions, each as two records: what it is, and how it stands. */
export function keepExecutions(engine: StatesEngine, form: MachineForm) {
  const { journal } = engine.cloud;
  const execution = journal.keep<StoredExecution>({
    name: 'states/executions',
    keys: () => keptExecutions(engine),
    read: arn => {
      const known = engine.executions.get(arn);
      return known && !known.endsWithCaller ? storedExecution(known, form) : undefined;
    },
    restore: (arn, stored) => restoreExecution(engine, form, { ...stored, arn }),
  });
  const outcome = journal.keep<StoredOutcome>({
    name: 'states/outcomes',
    keys: () => keptExecutions(engine),
    read: arn => {
      const known = engine.executions.get(arn);
      return known && !known.endsWithCaller ? storedOutcome(known) : undefined;
    },
    restore: (arn, stored) => {
      const known = engine.executions.get(arn);
      if (!known) return;
      Object.assign(known, stored);
      if (known.status === 'RUNNING') engine.interrupted.add(known);
    },
  });
  return { execution, outcome };
}

/** Invariant 3 of `states-journal.ts`: an Express execution that has ended is not among the engine's any more. */
function* keptExecutions({ executions }: StatesEngine): Generator<string> {
  for (const { arn, endsWithCaller } of executions.values()) if (!endsWithCaller) yield arn;
}

function storedExecution(execution: Execution, form: MachineForm): StoredExecution {
  const { name, input, startDate, qualifiers, stateMachine, origin, type, graph } = execution;
  return {
    name,
    input,
    startDate,
    qualifiers,
    machine: form.store(stateMachine),
    ...(origin ? { child: { origin, type, graphPath: graphPath(stateMachine.definition, graph) } } : {}),
  };
}

function restoreExecution(engine: StatesEngine, form: MachineForm, stored: StoredExecution & { readonly arn: string }) {
  const { machine, child, ...rest } = stored;
  const stateMachine = form.restore(machine);
  const asChild = child && {
    child: { origin: child.origin, type: child.type, graph: graphAt(stateMachine.definition, child.graphPath) },
  };
  const execution = assembleExecution(engine, { ...rest, stateMachine, ...asChild });
  engine.executions.set(execution.arn, execution);
  if (!child) return;
  const run = engine.mapRuns.get(child.origin.mapRunArn);
  if (run) run.children[child.origin.index] = execution;
}

function storedOutcome(execution: Execution): StoredOutcome {
  const { status, stopDate, output, error, cause, redriveCount, redriveDate, ending } = execution;
  return {
    status,
    redriveCount,
    ...(stopDate === undefined ? {} : { stopDate }),
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    ...(redriveDate === undefined ? {} : { redriveDate }),
    ...(ending === undefined ? {} : { ending }),
  };
}
