import type { Tariff } from '../../cli/cost/bill.ts';
import type { Measured } from '../../cli/cost/path-cost.ts';
import {
  shardsFor,
  withMemory,
  withoutTraces,
  withStream,
  withTablesOnDemand,
  withTablesProvisioned,
} from '../../cli/cost/what-if.ts';
import type { Batching } from './batching.ts';
import type { Load } from './measure-usage.ts';

/** One thing otherwise: another price for the same calls, or another run. */
export interface Scenario {
  readonly name: string;
  /** How to have it for the whole report. */
  readonly flag: string;
  readonly reprice?: (tariff: Tariff, measured: Measured) => Tariff;
  /** Another load, for a run of its own. */
  readonly load?: Partial<Load>;
  /** Other batches, for a run of its own. */
  readonly batching?: Batching;
}

/** What is changed for a load that is there day and night: capacity that is paid for by the hour. */
export function onProvisionedCapacity(tariff: Tariff, measured: Measured, utilization: number): Tariff {
  const tables = withTablesProvisioned(tariff, measured, { utilization });
  return withStream(tables, shardsFor(measured, utilization));
}

export function scenarios(load: Load, utilization: number): Scenario[] {
  const used = `${Math.round(utilization * 100)} % used`;
  return [
    {
      name: `stream and busy tables provisioned, ${used}`,
      flag: '--stream 2 --tables provisioned',
      reprice: (tariff, measured) => onProvisionedCapacity(tariff, measured, utilization),
    },
    {
      name: 'stream on demand',
      flag: '--stream on-demand',
      reprice: tariff => withStream(tariff, undefined),
    },
    {
      name: `stream provisioned, ${used}`,
      flag: '--stream 2',
      reprice: (tariff, measured) => withStream(tariff, shardsFor(measured, utilization)),
    },
    { name: 'stream with 4 shards', flag: '--stream 4', reprice: tariff => withStream(tariff, 4) },
    { name: 'tables on demand', flag: '--tables on-demand', reprice: withTablesOnDemand },
    {
      name: `busy tables provisioned, ${used}`,
      flag: '--tables provisioned',
      reprice: (tariff, measured) => withTablesProvisioned(tariff, measured, { utilization }),
    },
    { name: 'functions with twice the memory', flag: 'lib/stacks', reprice: tariff => withMemory(tariff, 2) },
    { name: 'no traces', flag: 'lib/constructs/handler-function.ts', reprice: withoutTraces },
    { name: '1 event per request', flag: '--events-per-request 1', load: { eventsPerRequest: 1 } },
    { name: '100 events per request', flag: '--events-per-request 100', load: { eventsPerRequest: 100 } },
    {
      name: 'batches gathered for 5 s',
      flag: '--batch-window 5',
      batching: { batchWindowSeconds: 5, batchSize: 5000 },
      load: { seconds: Math.max(5, load.seconds) },
    },
    { name: 'batches of 50 records at most', flag: '--batch-size 50', batching: { batchSize: 50 } },
    {
      name: 'five times fewer visitors at once',
      flag: '--seconds-between 2',
      load: { visitors: Math.max(1, Math.round(load.visitors / 5)) },
    },
    {
      name: "the demo's visitors: 5 events a visit, a third of the visits buy",
      flag: '--events-per-visit 5 --cart-share 0.55 --purchase-share 0.33',
      load: { eventsPerVisit: 5, cartShare: 0.55, purchaseShare: 0.33 },
    },
  ];
}
