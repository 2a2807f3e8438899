import type { Probe } from '../probe.ts';

const numberOf = (name: string) => Number(name.slice(name.lastIndexOf('-') + 1));
const highest = (names: ReadonlySet<string>) => Math.max(0, ...[...names].map(numberOf));

/** A parameter that is written over and over holds the last value that was acknowledged, or one that was tried after it. */
export const ssmParameter: Probe = {
  name: 'ssm PutParameter, written over',
  lanes: 1,
  write: async (aws, name) => {
    await aws.json('ssm', 'PutParameter', { Name: '/kill/last', Type: 'String', Value: name, Overwrite: true });
  },
  async verify(aws, { acknowledged }) {
    if (acknowledged.size === 0) return { lost: [], doubled: [] };
    const { Parameter } = await aws.json<{ Parameter: { Value: string } }>('ssm', 'GetParameter', {
      Name: '/kill/last',
    });
    const isOld = numberOf(Parameter.Value) < highest(acknowledged);
    return { lost: isOld ? [`${highest(acknowledged)} (found ${Parameter.Value})`] : [], doubled: [] };
  },
};

/** What was counted is counted: not less than was acknowledged, not more than was tried. */
export const metricData: Probe = {
  name: 'cloudwatch PutMetricData',
  lanes: 1,
  write: async (aws, _name) => {
    await aws.json('monitoring', 'PutMetricData', {
      Namespace: 'Kill',
      MetricData: [{ MetricName: 'Written', Value: 1, Unit: 'Count' }],
    });
  },
  async verify(aws, { acknowledged, inDoubt }) {
    const now = Math.floor(Date.now() / 1000);
    const { Datapoints } = await aws.json<{ Datapoints: { Sum: number }[] }>('monitoring', 'GetMetricStatistics', {
      Namespace: 'Kill',
      MetricName: 'Written',
      StartTime: now - 86_400,
      EndTime: now + 60,
      Period: 3600,
      Statistics: ['Sum'],
    });
    const sum = Datapoints.reduce((total, datapoint) => total + datapoint.Sum, 0);
    const missing = Math.max(0, acknowledged.size - sum);
    const tooMany = Math.max(0, sum - acknowledged.size - inDoubt.size);
    return {
      lost: missing > 0 ? [`${missing} of ${acknowledged.size}`] : [],
      doubled: tooMany > 0 ? [`${tooMany} more than were tried`] : [],
    };
  },
};
