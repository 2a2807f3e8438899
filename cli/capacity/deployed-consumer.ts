/** The consumers of the event stream as the synthesized template has them: what is deployed is what the twin begins with. */
import { type DeployedResource, deployedResources } from '../catalogue/wiring/deployed-resources.ts';
import { numberOf, textOf, textsOf, valueAt } from '../catalogue/wiring/template-values.ts';
import { UsageError } from '../command.ts';

export interface DeployedConsumer {
  /** Without platform and stage. */
  readonly name: string;
  readonly memoryMb: number;
  readonly architecture: 'arm64' | 'x86_64';
  readonly timeoutMs: number;
  readonly reservedConcurrency?: number;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly parallelization: number;
  readonly fanOut: boolean;
  /** Mappings that read the stream together, this one included. */
  readonly readers: number;
  /** Absent: on demand. */
  readonly shards?: number;
  /** The table of the function's states. */
  readonly table?: { readonly name: string; readonly writeUnits?: number };
}

/** What CloudFormation takes when a property is not there. */
const DEFAULTS = { memoryMb: 128, timeoutSeconds: 3, batchSize: 100, windowSeconds: 0, parallelization: 1 } as const;

/** @param wanted the consumer's plain name; the first one when it is not given @throws UsageError naming those there are */
export function deployedConsumer(assemblyFolder: string, wanted?: string): DeployedConsumer {
  const resources = deployedResources(assemblyFolder);
  const mappings = resources.filter(
    ({ type, properties }) =>
      type === 'AWS::Lambda::EventSourceMapping' &&
      /:kinesis:.*:stream\//.test(textOf(properties.EventSourceArn) ?? ''),
  );
  const consumers = mappings.flatMap(mapping => {
    const handler = resources.find(({ arn }) => arn === textOf(mapping.properties.FunctionName));
    return handler ? [{ mapping, handler }] : [];
  });
  const named = consumers.map(each => ({ ...each, name: plainName(each.handler.name) }));
  const chosen = wanted === undefined ? named[0] : named.find(({ name }) => name === wanted);
  if (!chosen) {
    const known = named.map(({ name }) => name).join(', ') || 'none';
    throw new UsageError(`Cannot find the consumer '${wanted ?? ''}': the consumers of the stream are ${known}`);
  }
  return describeConsumer(resources, chosen, mappings);
}

function describeConsumer(
  resources: readonly DeployedResource[],
  { mapping, handler, name }: { mapping: DeployedResource; handler: DeployedResource; name: string },
  mappings: readonly DeployedResource[],
): DeployedConsumer {
  const source = textOf(mapping.properties.EventSourceArn) ?? '';
  const streamArn = source.replace(/\/consumer\/.*$/, '');
  const stream = resources.find(({ arn }) => arn === streamArn);
  const isOnDemand = valueAt(stream?.properties, 'StreamModeDetails', 'StreamMode') === 'ON_DEMAND';
  const reserved = numberOf(handler.properties.ReservedConcurrentExecutions);
  const table = tableOf(resources, handler);
  return {
    name,
    memoryMb: numberOf(handler.properties.MemorySize) ?? DEFAULTS.memoryMb,
    architecture: textsOf(handler.properties.Architectures).includes('arm64') ? 'arm64' : 'x86_64',
    timeoutMs: (numberOf(handler.properties.Timeout) ?? DEFAULTS.timeoutSeconds) * 1000,
    ...(reserved !== undefined && { reservedConcurrency: reserved }),
    batchSize: numberOf(mapping.properties.BatchSize) ?? DEFAULTS.batchSize,
    windowMs: (numberOf(mapping.properties.MaximumBatchingWindowInSeconds) ?? DEFAULTS.windowSeconds) * 1000,
    parallelization: numberOf(mapping.properties.ParallelizationFactor) ?? DEFAULTS.parallelization,
    fanOut: source !== streamArn,
    readers: mappings.filter(({ properties }) => textOf(properties.EventSourceArn) === source).length,
    ...(!isOnDemand && { shards: numberOf(stream?.properties.ShardCount) ?? 1 }),
    ...(table && { table }),
  };
}

function tableOf(resources: readonly DeployedResource[], handler: DeployedResource): DeployedConsumer['table'] {
  const named = textOf(valueAt(handler.properties, 'Environment', 'Variables', 'STATE_TABLE'));
  const table = resources.find(
    ({ type, arn, name }) => type === 'AWS::DynamoDB::Table' && (arn === named || name === named),
  );
  if (!table) return undefined;
  const writeUnits = numberOf(valueAt(table.properties, 'ProvisionedThroughput', 'WriteCapacityUnits'));
  const isOnDemand = table.properties.BillingMode === 'PAY_PER_REQUEST';
  return { name: table.name, ...(!isOnDemand && { writeUnits: writeUnits ?? 1 }) };
}

/** `millrace-dev-session-profile` → `session-profile`. */
function plainName(functionName: string): string {
  return functionName.replace(/^[^-]+-[^-]+-/, '');
}
