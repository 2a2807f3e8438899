import type { Action } from './action.ts';
import { pageOf } from './pages.ts';

/** `ListStateMachines` */
export const listStateMachines: Action = engine => input => {
  const { items, nextToken } = pageOf([...engine.stateMachines.values()], input);
  const stateMachines = items.map(({ arn, name, type, creationDate }) => ({
    stateMachineArn: arn,
    name,
    type,
    creationDate,
  }));
  return { stateMachines, ...(nextToken === undefined ? {} : { nextToken }) };
};
