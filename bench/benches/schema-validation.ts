import { interpretedValidator } from '../../core/index.ts';
import { readEventSchemas } from '../../domains/event-schemas.ts';
import { ingestContracts, parseIngestedEvent } from '../../domains/ingest-contracts.ts';
import { judgeEvent } from '../../lambdas/collector/judge-event.ts';
import type { Bench } from '../bench-definition.ts';
import { microsecondsEach } from '../timed.ts';
import { visitorEvents } from '../visitor-events.ts';

const EVENTS = 2000;
const PASSES = 10;

type Event = ReturnType<typeof visitorEvents>[number];

/** Gives what judges one event; it throws when it refuses one, for all of them are good. */
type OpenJudge = () => Promise<(event: Event) => unknown>;

/** What a contract costs per event, where it is kept. */
export const schemaValidation: readonly Bench[] = [
  bench('collector', 'all that the collector asks of an event: envelope, contract, time and size', async () => {
    const rules = { nowMs: Date.now(), backfill: false, parse: parseIngestedEvent, acceptance: () => '0123456789' };
    return event => judgeEvent(event, rules).ok;
  }),
  bench('generated', 'the data of an event by the validator that was generated ahead of time', async () => {
    const contracts = new Map(ingestContracts.map(contract => [contract.type, contract]));
    return ({ type, data }) => contracts.get(type)?.problemOf(data) === undefined;
  }),
  bench('run-time', 'the data of an event by its schema, read at run time as the registry gives it', async () => {
    const validators = new Map(readEventSchemas().map(schema => [schema['x-type'], interpretedValidator(schema)]));
    return ({ type, data }) => validators.get(type)?.(data);
  }),
];

function bench(name: string, what: string, openJudge: OpenJudge): Bench {
  return {
    name: `schema-validation-${name}`,
    measures: `${what}, already parsed, against JSON.parse of the same text`,
    unit: 'µs/event',
    rounds: 9,

    async open() {
      const events = visitorEvents(EVENTS);
      const texts = events.map(event => JSON.stringify(event));
      const judge = await openJudge();
      if (!events.every(event => judge(event) === true)) throw new Error('Cannot measure: a good event is refused');
      return {
        subject: { name, measure: () => microsecondsEach(() => visitAll(events, judge)) },
        against: {
          name: 'JSON.parse',
          measure: () => microsecondsEach(() => visitAll(texts, text => JSON.parse(text))),
        },
        close: async () => {},
      };
    },
  };
}

function visitAll<Item>(items: readonly Item[], visit: (item: Item) => unknown): number {
  for (let pass = 0; pass < PASSES; pass++) for (const item of items) visit(item);
  return PASSES * items.length;
}
