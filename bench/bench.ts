/** `npm run bench [-- --only NAME] [--json]`: measures, prints medians and ratios, and keeps the results. */
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench-definition.ts';
import { collector } from './benches/collector.ts';
import { dynamodbPutItem } from './benches/dynamodb-put-item.ts';
import { embeddedServices } from './benches/embedded-services.ts';
import { emulators } from './benches/emulators.ts';
import { eventMatching } from './benches/event-matching.ts';
import { growth } from './benches/growth.ts';
import { handlers } from './benches/handlers.ts';
import { idleMemory } from './benches/idle-memory.ts';
import { kinesisPutRecords } from './benches/kinesis-put-records.ts';
import { outboxPublisher } from './benches/outbox-publisher.ts';
import { processor } from './benches/processor.ts';
import { processorGuarantees } from './benches/processor-guarantees.ts';
import { purePipelines } from './benches/pure-pipeline.ts';
import { saga } from './benches/saga.ts';
import { schemaValidation } from './benches/schema-validation.ts';
import { startTime } from './benches/start-time.ts';
import { synthTime } from './benches/synth-time.ts';
import { wholePath } from './benches/whole-path.ts';
import { measure, type Result } from './measure.ts';
import { performancePage } from './performance-page.ts';

const BENCHES: readonly Bench[] = [
  ...wholePath,
  collector,
  ...schemaValidation,
  ...processor,
  ...processorGuarantees,
  ...purePipelines,
  outboxPublisher,
  ...saga,
  ...eventMatching,
  ...kinesisPutRecords,
  ...dynamodbPutItem,
  ...emulators,
  ...embeddedServices,
  ...handlers,
  ...synthTime,
  ...growth,
  startTime,
  idleMemory,
];

const HELP = `Usage: npm run bench [-- options]

Runs every bench against its floor or rival, in turn and several times, and prints median, spread and ratio. Results go
to bench/results/<name>.json; the table of all results goes to docs/performance.md.

Options:
  --only NAME   one bench, or all whose names begin so: ${families().join(', ')}
  --json        print one JSON object as the last line: {machine, results: [{name, unit, median, …, against, ratio}]}
  --help        this text`;

const RESULTS = path.join(import.meta.dirname, 'results');
const PAGE = path.resolve(import.meta.dirname, '../docs/performance.md');

const { values } = parseArgs({
  options: { only: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});
if (values.help) console.log(HELP);
else process.exitCode = await run(values.only, values.json === true);

async function run(only: string | undefined, asJson: boolean): Promise<number> {
  const chosen = BENCHES.filter(
    bench => only === undefined || bench.name === only || bench.name.startsWith(`${only}-`),
  );
  if (chosen.length === 0) {
    console.error(`Cannot run the bench '${only}': there is ${families().join(', ')}`);
    return 2;
  }
  const machine = `${os.availableParallelism()} cores, ${Math.round(os.totalmem() / 2 ** 30)} GB, Node ${process.version}`;
  await mkdir(RESULTS, { recursive: true });
  const results: Result[] = [];
  for (const bench of chosen) {
    console.error(`${bench.name}: ${bench.measures} …`);
    const result = await measure(bench);
    results.push(result);
    await writeFile(path.join(RESULTS, `${bench.name}.json`), `${JSON.stringify({ machine, ...result }, null, 2)}\n`);
    console.error(`  ${describe(result)}`);
  }
  await writeFile(PAGE, await performancePage(RESULTS, BENCHES));
  if (asJson) console.log(JSON.stringify({ machine, results }));
  return 0;
}

/** Names of benches; where many begin alike, what they begin with. */
function families(): readonly string[] {
  const byStart = Map.groupBy(BENCHES, ({ name }) => name.split('-').slice(0, 2).join('-'));
  return Array.from(byStart, ([start, benches]) =>
    benches.length > 4 ? [`${start}-… (${benches.length})`] : benches.map(({ name }) => name),
  ).flat();
}

function describe(result: Result): string {
  const own = `${result.median} ${result.unit} (${result.lowest} to ${result.highest})`;
  if (!result.against) return own;
  return `${own}; ${result.against.name}: ${result.against.median} ${result.unit}; ratio ${result.against.ratio}`;
}
