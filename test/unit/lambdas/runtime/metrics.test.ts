import { describe, expect, it } from 'vitest';
import { emfLines } from '../../../../lambdas/runtime/metrics.ts';

describe('emfLines', () => {
  it('is one line in the embedded metric format', () => {
    expect(emfLines({ hop: 'collector' }, 5, { Accepted: 2, Refused: 1 }).map(line => JSON.parse(line))).toEqual([
      {
        _aws: {
          Timestamp: 5,
          CloudWatchMetrics: [
            {
              Namespace: 'Millrace',
              Dimensions: [['Hop']],
              Metrics: [
                { Name: 'Accepted', Unit: 'Count' },
                { Name: 'Refused', Unit: 'Count' },
              ],
            },
          ],
        },
        Hop: 'collector',
        Accepted: 2,
        Refused: 1,
      },
    ]);
  });

  it('leaves out counts of nothing, but has a metric always', () => {
    const metricsOf = (values: Record<string, number>) => {
      const [line] = emfLines({ hop: 'h' }, 5, values).map(text => JSON.parse(text));
      return line._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => [Name, line[Name]]);
    };
    expect(metricsOf({ Accepted: 0, Refused: 3, Overflowed: 0 })).toEqual([['Refused', 3]]);
    expect(metricsOf({ Accepted: 0, Refused: 0 })).toEqual([['Accepted', 0]]);
  });

  it('carries the stage, so that stages of one account stay apart', () => {
    const [line] = emfLines({ hop: 'collector', stage: 'prod' }, 5, { Accepted: 2 }).map(text => JSON.parse(text));
    expect(line).toMatchObject({ Hop: 'collector', Stage: 'prod' });
    expect(line._aws.CloudWatchMetrics[0].Dimensions).toEqual([['Stage', 'Hop']]);
  });

  it('cuts a distribution at 100 values a line and says counts once', () => {
    const values = Array.from({ length: 250 }, (_, i) => i);
    const lines = emfLines({ hop: 'h' }, 5, { Applied: 250, EffectLatency: values }).map(line => JSON.parse(line));
    expect(lines.map(line => line.EffectLatency.length)).toEqual([100, 100, 50]);
    expect(lines.map(line => line.Applied)).toEqual([250, undefined, undefined]);
    expect(lines.flatMap(line => line.EffectLatency)).toEqual(values);
  });

  it('leaves out a distribution without values', () => {
    const [line] = emfLines({ hop: 'h' }, 5, { Applied: 0, EffectLatency: [] }).map(text => JSON.parse(text));
    expect(line).not.toHaveProperty('EffectLatency');
  });
});
