import { AwsError } from '../../../cloud/aws-error.ts';
import type { StateMachine } from '../state-machine.ts';
import type { StatesEngine } from '../states-engine.ts';
import type { Action } from './action.ts';
import { tagsFromList, tagsToList } from './tags-member.ts';

/** `TagResource` */
export const tagResource: Action = engine => input => {
  const machine = tagged(engine, input.resourceArn);
  engine.stateMachines.set(machine.arn, { ...machine, tags: { ...machine.tags, ...tagsFromList(input.tags) } });
  return {};
};

/** `UntagResource` */
export const untagResource: Action = engine => input => {
  const machine = tagged(engine, input.resourceArn);
  const gone = new Set(Array.isArray(input.tagKeys) ? input.tagKeys : []);
  const tags = Object.fromEntries(Object.entries(machine.tags).filter(([key]) => !gone.has(key)));
  engine.stateMachines.set(machine.arn, { ...machine, tags });
  return {};
};

/** `ListTagsForResource` */
export const listTagsForResource: Action = engine => input => ({
  tags: tagsToList(tagged(engine, input.resourceArn).tags),
});

function tagged(engine: StatesEngine, arn: unknown): StateMachine {
  const machine = engine.stateMachines.get(String(arn));
  if (!machine) throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
  return machine;
}
