/**
 * What of Step Functions outlives the process: state machines and their names, activities, executions with their events
 * and how far each of their branches has come, task tokens, Map runs.
 *
 * 1. An execution goes on where it was: see `Progress` for what that means, `resumeExecutions` for how.
 * 2. A state's input is not in its progress: it stands in the event of its entry.
 * 3. Of an Express execution only its start is kept, and nothing once it has ended or if its caller waits for it.
 * 4. A definition is kept once, however many executions run on it.
 */
import { resumeExecutions } from './execution/start-execution.ts';
import type { StoredToken } from './execution/task-tokens.ts';
import { keepEvents } from './journal/keep-events.ts';
import { keepExecutions } from './journal/keep-executions.ts';
import { keepMachines } from './journal/keep-machines.ts';
import { keepMap } from './journal/keep-map.ts';
import { keepMapRuns } from './journal/keep-map-runs.ts';
import { keepProgress } from './journal/keep-progress.ts';
import type { StatesEngine } from './states-engine.ts';

/** Connects the engine to the journal: what an earlier process left is in it afterwards. */
export function keepStates(engine: StatesEngine): void {
  const { journal } = engine.cloud;
  if (!journal.durable) return;
  const definitions = keepMachines(engine);
  keepActivities(engine);
  keepTokens(engine);
  const mapRuns = keepMapRuns(engine);
  const { execution, outcome } = keepExecutions(engine, definitions);
  const event = keepEvents(engine);
  const progress = keepProgress(engine);
  engine.mapRuns.changes = mapRuns;
  engine.changes = { execution, outcome, event, progress };
  engine.executions.changed = execution;
  journal.onResume(() => resumeExecutions(engine));
}

function keepActivities({ cloud, activities }: StatesEngine): void {
  const touch = cloud.journal.keep<{ readonly name: string; readonly creationDate: number }>({
    name: 'states/activities',
    keys: () => activities.list().map(({ activityArn }) => activityArn),
    read: arn => {
      const known = activities.get(arn);
      return known && { name: known.name, creationDate: known.creationDate };
    },
    restore: (arn, { name, creationDate }) => {
      activities.create(arn, name, creationDate);
    },
  });
  activities.onChange(touch);
}

function keepTokens({ cloud, tokens, redrives }: StatesEngine): void {
  tokens.changed = cloud.journal.keep<StoredToken>({
    name: 'states/task-tokens',
    keys: () => tokens.tokens(),
    read: token => tokens.stored(token),
    restore: (token, stored) => tokens.restore(token, stored),
  });
  keepMap({ journal: cloud.journal, name: 'states/redrives', map: redrives });
}
