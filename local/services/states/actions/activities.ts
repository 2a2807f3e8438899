import { AwsError } from '../../../cloud/aws-error.ts';
import type { StatesEngine } from '../states-engine.ts';
import type { Action } from './action.ts';
import { checkName } from './names.ts';
import { pageOf } from './pages.ts';

/** How long `GetActivityTask` waits for a task. */
const LONG_POLL_MS = 60_000;

/** `CreateActivity`: idempotent by name. */
export const createActivity: Action = engine => input => {
  const name = checkName(input.name);
  const activityArn = engine.cloud.arn('states', `activity:${name}`);
  return { activityArn, creationDate: engine.activities.create(activityArn, name, engine.cloud.clock.now() / 1000) };
};

/** `DeleteActivity` */
export const deleteActivity: Action = engine => input => {
  engine.activities.delete(String(input.activityArn));
  return {};
};

/** `DescribeActivity` */
export const describeActivity: Action = engine => input => ({
  activityArn: input.activityArn,
  ...existing(engine, input.activityArn),
});

/** `ListActivities` */
export const listActivities: Action = engine => input => {
  const { items, nextToken } = pageOf(engine.activities.list(), input);
  return { activities: items, ...(nextToken === undefined ? {} : { nextToken }) };
};

/** `GetActivityTask`: the next task of an activity, or nothing when none came within a minute. */
export const getActivityTask: Action = engine => async input => {
  existing(engine, input.activityArn);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const stopWaiting = engine.activities.take(String(input.activityArn), task => {
    task.started(typeof input.workerName === 'string' ? input.workerName : undefined);
    resolve({ taskToken: task.pending.token, input: task.input });
  });
  const cancel = engine.cloud.clock.schedule(LONG_POLL_MS, () => resolve({}));
  const answer = await promise;
  cancel();
  stopWaiting();
  return answer;
};

function existing(engine: StatesEngine, arn: unknown) {
  const found = engine.activities.get(String(arn));
  if (!found) throw new AwsError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`);
  return { name: found.name, creationDate: found.creationDate };
}
