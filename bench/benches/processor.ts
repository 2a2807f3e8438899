import type { Bench, Contender } from '../bench-definition.ts';
import { atLeastOnce } from '../processor/at-least-once.ts';
import { type CountedTables, countedTables } from '../processor/counted-tables.ts';
import { type Batch, retailBatches, visitorBatches } from '../processor/event-batches.ts';
import { millrace } from '../processor/millrace.ts';
import { powertools } from '../processor/powertools.ts';
import type { Processor } from '../processor/processor.ts';

/** Two of each part of the stream of visitors, so that half of them meet what they stored before. */
const BATCHES = 16;
const FEW_BATCHES = 4;

interface Traffic {
  readonly name: string;
  readonly says: string;
  batches(count: number): Promise<readonly Batch[]>;
}

const TRAFFIC: readonly Traffic[] = [
  {
    name: 'retail',
    says: 'purchases of a gift shop, 500 per batch, clustered by key',
    batches: count => retailBatches(count),
  },
  {
    name: 'visitors',
    says: 'behaviour of 200 concurrent visitors, 4 shards of 2 concurrent batches of 500',
    batches: async count => visitorBatches(count),
  },
];

/** What one round found of one contender. */
interface Figures {
  readonly eventsPerSecond: number;
  readonly writeUnitsPerEvent: number;
}

/** The `fold` guarantee, over HTTP to the embedded DynamoDB: against Powertools, and against itself without its promise. */
export const processor: readonly Bench[] = TRAFFIC.flatMap(traffic => [
  bench(traffic, {
    name: `processor-${traffic.name}`,
    measures: `session profiles folded, ${traffic.says}`,
    unit: 'events/s',
    figure: 'eventsPerSecond',
    against: powertools,
  }),
  bench(traffic, {
    name: `processor-${traffic.name}-write-units`,
    measures: `write units of DynamoDB per event, all writes counted, ${traffic.says}`,
    unit: 'units/event',
    figure: 'writeUnitsPerEvent',
    against: powertools,
  }),
  bench(traffic, {
    name: `processor-${traffic.name}-exactly-once`,
    measures: `session profiles folded exactly once, ${traffic.says}`,
    unit: 'events/s',
    figure: 'eventsPerSecond',
    against: atLeastOnce,
  }),
]);

interface Comparison {
  readonly name: string;
  readonly measures: string;
  readonly unit: string;
  readonly figure: keyof Figures;
  readonly against: Processor;
}

function bench(traffic: Traffic, { name, measures, unit, figure, against }: Comparison): Bench {
  return {
    name,
    measures,
    unit,
    rounds: figure === 'writeUnitsPerEvent' ? 1 : against === powertools ? 3 : 31, // write units are counted, not timed
    async open() {
      // a rival that is slower by an order of magnitude would take minutes for all
      const count = figure === 'eventsPerSecond' && against === powertools ? FEW_BATCHES : BATCHES;
      const tables = await countedTables();
      const batches = await traffic.batches(count);
      const contender = (processor: Processor): Contender => ({
        name: processor.name,
        measure: async () => (await run(processor, { tables, batches }))[figure],
      });
      return { subject: contender(millrace), against: contender(against), close: () => tables.close() };
    },
  };
}

async function run(
  processor: Processor,
  { tables, batches }: { readonly tables: CountedTables; readonly batches: readonly Batch[] },
): Promise<Figures> {
  const handle = processor.open(tables.client, await tables.fresh());
  const events = batches.reduce((sum, batch) => sum + batch.length, 0);
  const unitsBefore = tables.writeUnits();
  const startedAtMs = performance.now();
  for (const batch of batches) await handle(batch);
  const seconds = (performance.now() - startedAtMs) / 1000;
  return { eventsPerSecond: events / seconds, writeUnitsPerEvent: (tables.writeUnits() - unitsBefore) / events };
}
