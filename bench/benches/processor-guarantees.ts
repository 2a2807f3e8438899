import { isBehaviourEvent } from '../../domains/behaviour/events/behaviour-event.ts';
import type { Bench, Contender } from '../bench-definition.ts';
import { type CountedTables, countedTables } from '../processor/counted-tables.ts';
import {
  external,
  idempotentCaller,
  idempotentCounter,
  type Keeper,
  type Records,
  transact,
} from '../processor/guarantees.ts';
import { visitorEvents } from '../visitor-events.ts';

const BATCHES = 1; // a rival that is slower by an order of magnitude would take minutes for more
const BATCH = 500;

interface Comparison {
  readonly name: string;
  readonly says: string;
  readonly subject: Keeper;
  readonly against: Keeper;
}

const COMPARISONS: readonly Comparison[] = [
  {
    name: 'transact',
    says: 'counted per visitor in a table, exactly once',
    subject: transact,
    against: idempotentCounter,
  },
  { name: 'external', says: 'called out for, once, under a lease', subject: external, against: idempotentCaller },
];

/** The guarantees `transact` and `external`, over HTTP to the embedded DynamoDB, beside Powertools' idempotency. */
export const processorGuarantees: readonly Bench[] = COMPARISONS.flatMap(comparison => [
  bench(comparison, 'eventsPerSecond'),
  bench(comparison, 'writeUnitsPerEvent'),
]);

interface Figures {
  readonly eventsPerSecond: number;
  readonly writeUnitsPerEvent: number;
}

function bench({ name, says, subject, against }: Comparison, figure: keyof Figures): Bench {
  const isTimed = figure === 'eventsPerSecond';
  return {
    name: isTimed ? `processor-${name}` : `processor-${name}-write-units`,
    measures: `events of visitors, ${BATCH} per batch, ${says}${isTimed ? '' : ': write units per event'}`,
    unit: isTimed ? 'events/s' : 'units/event',
    rounds: isTimed ? 3 : 1, // write units are counted, not timed

    async open() {
      const tables = await countedTables();
      const contender = (keeper: Keeper): Contender => ({
        name: keeper.name,
        measure: async () => (await run(keeper, tables))[figure],
      });
      return { subject: contender(subject), against: contender(against), close: () => tables.close() };
    },
  };
}

async function run(keeper: Keeper, tables: CountedTables): Promise<Figures> {
  const handle = await keeper.open(tables.client, await tables.fresh());
  const batches = visitorBatches();
  const events = batches.reduce((sum, batch) => sum + batch.length, 0);
  const unitsBefore = tables.writeUnits();
  const startedAtMs = performance.now();
  for (const batch of batches) await handle(batch);
  const seconds = (performance.now() - startedAtMs) / 1000;
  return { eventsPerSecond: events / seconds, writeUnitsPerEvent: (tables.writeUnits() - unitsBefore) / events };
}

/** The demo's traffic sends some events twice: each processor finds them by itself. */
function visitorBatches(): readonly Records[] {
  const records = visitorEvents(BATCHES * BATCH).flatMap((event, index) =>
    isBehaviourEvent(event)
      ? [{ event, sequence: String(10n ** 55n + BigInt(index)), arrivedAtMs: Date.now(), shard: 'shard' }]
      : [],
  );
  return Array.from({ length: BATCHES }, (_, index) => records.slice(index * BATCH, (index + 1) * BATCH));
}
