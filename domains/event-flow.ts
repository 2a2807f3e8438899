import type { EventFlow } from '../core/index.ts';
import { behaviourFlow } from './behaviour/event-flow.ts';
import { travelFlow } from './travel/event-flow.ts';

const flows: readonly EventFlow[] = [behaviourFlow, travelFlow];

/** Who makes and who reads which events, all domains together: a new domain adds its own flow here. */
export const eventFlow: EventFlow = {
  producers: flows.flatMap(({ producers }) => producers),
  consumers: flows.flatMap(({ consumers }) => consumers),
  processors: flows.flatMap(({ processors }) => processors),
};
