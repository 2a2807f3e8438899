import type { Bench } from '../bench-definition.ts';
import { heapBytes } from '../growth/heap.ts';
import { history } from '../growth/history.ts';
import { keys } from '../growth/keys.ts';
import { rules } from '../growth/rules.ts';
import { schemas } from '../growth/schemas.ts';
import type { Grower, OpenGrower, World } from '../growth/world.ts';
import { microsecondsEach } from '../timed.ts';

const GROWERS: readonly Grower[] = [keys, rules, schemas, history];
const SCALES = [10, 100];
const LARGEST = 100;

/** What a unit of work, and a unit of size, costs when there is ten and a hundred times as much: the ratio is what to look at. */
export const growth: readonly Bench[] = GROWERS.flatMap(grower =>
  SCALES.flatMap(scale => [timeBench(grower, scale), memoryBench(grower, scale)]),
);

function timeBench({ name, says, base, open }: Grower, scale: number): Bench {
  return {
    name: `growth-${name}-time-${scale}x`,
    measures: `${base * scale} ${says}`,
    unit: 'µs each',
    rounds: 3,

    async open() {
      const grower = await open();
      const [large, small] = [await grower.grow(base * scale), await grower.grow(base)];
      return {
        subject: { name: `${base * scale}`, measure: () => microsecondsEach(() => large.visit()) },
        against: { name: `${base}`, measure: () => microsecondsEach(() => small.visit()) },
        close: () => grower.close(),
      };
    },
  };
}

/** The same number of units in all, in worlds of one size or of the other. */
function memoryBench({ name, says, base, open }: Grower, scale: number): Bench {
  const bytesEach = async (size: number) => {
    const grower = await open();
    try {
      return await bytesPerUnit(grower, size, LARGEST * base);
    } finally {
      await grower.close();
    }
  };
  return {
    name: `growth-${name}-memory-${scale}x`,
    measures: `memory for each, ${base * scale} ${says}`,
    unit: 'bytes each',
    rounds: 1, // it is counted, not timed
    open: async () => ({
      subject: { name: `${base * scale}`, measure: () => bytesEach(base * scale) },
      against: { name: `${base}`, measure: () => bytesEach(base) },
      close: async () => {},
    }),
  };
}

async function bytesPerUnit(grower: OpenGrower, size: number, total: number): Promise<number> {
  const before = heapBytes();
  const worlds: World[] = [];
  for (let grown = 0; grown < total; grown += size) worlds.push(await grower.grow(size));
  const told = await worlds[0]?.bytes?.();
  const bytes = told === undefined ? heapBytes() - before : told * worlds.length;
  await worlds.at(-1)?.visit(); // so that they are all still there when the bytes are counted
  return bytes / total;
}
