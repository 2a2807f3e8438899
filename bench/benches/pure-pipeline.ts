import type { Bench } from '../bench-definition.ts';
import { retailBatches, visitorBatches } from '../processor/event-batches.ts';
import { purePipeline } from '../pure-pipeline.ts';

/** What a processor does with an event besides waiting for AWS, as a share of what nobody can do without. */
export const purePipelines: readonly Bench[] = (['visitors', 'retail'] as const).map(traffic => ({
  name: `pure-pipeline-${traffic}`,
  measures: `Kinesis records of ${traffic} decoded, judged, checked against what is remembered and folded, no I/O, against JSON.parse of the same texts`,
  unit: 'events/s',
  rounds: 51, // most of them when the compiler is done with both

  async open() {
    const batches = traffic === 'visitors' ? visitorBatches(40) : await retailBatches(20);
    const texts = batches.flat().map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString('utf8'));
    return {
      subject: { name: 'pipeline', measure: async () => perSecond(() => purePipeline(batches)) },
      against: { name: 'JSON.parse', measure: async () => perSecond(() => parseAll(texts)) },
      close: async () => {},
    };
  },
}));

function parseAll(texts: readonly string[]): number {
  for (const text of texts) JSON.parse(text);
  return texts.length;
}

function perSecond(work: () => number): number {
  const startedAtMs = performance.now();
  const count = work();
  return count / ((performance.now() - startedAtMs) / 1000);
}
