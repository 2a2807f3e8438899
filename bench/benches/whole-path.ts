import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Bench } from '../bench-definition.ts';
import { curveSvg } from '../whole-path/curve.ts';
import { type LoadPoint, loadPoint } from '../whole-path/load-point.ts';

/** What is to be sustained, and at what the latency is read. */
const FULL_RATE = 3_000;
const EVEN_RATE = 1_000;
const CURVE_RATES = [250, 500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000];
/** A platform that accepts less than this of what is offered is saturated. */
const KEPT_SHARE = 0.9;
/** Until then the compiler of V8 takes a share of the two cores that is seen in every figure. */
const WARM_UP_MS = 20_000;
const MEASURED_MS = 10_000;
const DRAWING = path.resolve(import.meta.dirname, '../../docs/whole-path.svg');
const POINTS = path.resolve(import.meta.dirname, '../results/whole-path-points.json');

const WHERE = 'one generator in a process of its own on the same machine, nothing unexplained';

function offered(rate: number): Promise<LoadPoint> {
  return loadPoint({ offeredPerSecond: rate, warmUpMs: WARM_UP_MS, measuredMs: MEASURED_MS });
}

/** One figure of the platform under a load. */
function underLoad(definition: Omit<Bench, 'open' | 'rounds'>, measure: () => Promise<number>, rounds: number): Bench {
  return {
    ...definition,
    rounds,
    async open() {
      return { subject: { name: 'platform', measure }, close: async () => {} };
    },
  };
}

const throughput = underLoad(
  {
    name: 'whole-path',
    measures: `HTTP to read model and bus consumer with ${FULL_RATE} events/s offered, once warm; ${WHERE}`,
    unit: 'events/s',
  },
  async () => (await offered(FULL_RATE)).acceptedPerSecond,
  3,
);

const latency = underLoad(
  {
    name: 'whole-path-p99',
    measures: `from HTTP acceptance to the effect on the read model, p99 with ${EVEN_RATE} events/s offered, once warm; ${WHERE}`,
    unit: 'ms',
  },
  async () => (await offered(EVEN_RATE)).p99Ms,
  3,
);

const saturation = underLoad(
  {
    name: 'whole-path-saturation',
    measures: `the most events/s accepted at rising load (the curve: docs/whole-path.svg); ${WHERE}`,
    unit: 'events/s',
  },
  async () => {
    const points: LoadPoint[] = [];
    for (const rate of CURVE_RATES) {
      const point = await offered(rate);
      points.push(point);
      console.error(`  ${JSON.stringify(point)}`);
      if (point.acceptedPerSecond < KEPT_SHARE * rate) break;
    }
    await keep(points);
    return Math.max(...points.map(point => point.acceptedPerSecond));
  },
  1,
);

export const wholePath: readonly Bench[] = [throughput, latency, saturation];

async function keep(points: readonly LoadPoint[]): Promise<void> {
  const machine = `${os.availableParallelism()} cores, ${Math.round(os.totalmem() / 2 ** 30)} GB, Node ${process.version}`;
  const day = new Date().toISOString().slice(0, 10);
  await writeFile(POINTS, `${JSON.stringify({ machine, measuredOn: day, points }, null, 2)}\n`);
  await writeFile(DRAWING, curveSvg(points, `one generator on the same machine: ${machine}, ${day}`));
}
