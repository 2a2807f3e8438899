/** What of a synthesized template is paid for, by physical name. */
import type { Assembly, Provisioned } from '../../local/index.ts';

export interface DeployedFunction {
  readonly memoryMb: number;
  readonly architecture: 'arm64' | 'x86_64';
  /** Whether X-Ray samples it. */
  readonly traced: boolean;
}

export interface DeployedTable {
  /** Units per second that are paid for whether they are used or not; absent on demand. */
  readonly provisioned?: { readonly writeUnits: number; readonly readUnits: number };
  readonly restorable: boolean;
}

export interface DeployedStream {
  /** Absent on demand. */
  readonly shards?: number;
}

/** A function that an event source mapping feeds, with what feeds it. */
export interface DeployedMapping {
  readonly functionName: string;
  readonly source: 'kinesis' | 'dynamodb' | 'sqs';
}

export interface Deployment {
  /** Part of every name: `millrace-dev-`. */
  readonly prefix: string;
  readonly functions: ReadonlyMap<string, DeployedFunction>;
  readonly tables: ReadonlyMap<string, DeployedTable>;
  readonly streams: ReadonlyMap<string, DeployedStream>;
  /** Function or state machine by the name of its role. */
  readonly actors: ReadonlyMap<string, string>;
  readonly mappings: readonly DeployedMapping[];
  readonly workflows: ReadonlyMap<string, 'STANDARD' | 'EXPRESS'>;
  /** Metrics that the alarms read: an alarm of an expression reads several. */
  readonly alarmedMetrics: number;
  readonly dashboards: number;
  /** Calls per month of each schedule. */
  readonly schedules: readonly number[];
  /** Routes whose requests are metered one by one, as custom metrics. */
  readonly meteredRoutes: number;
  /** Days for which each log group keeps its lines; `undefined`: for ever. */
  readonly logGroups: ReadonlyMap<string, number | undefined>;
  /** Days for which archives keep events. */
  readonly archiveDays: number | undefined;
}

type Properties = Readonly<Record<string, unknown>>;

interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly properties: Properties;
}

const MINUTES_PER_MONTH = 730 * 60;
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

/** Reads the templates; what is computed at deployment only (an ARN, a role's name) is taken from what was provisioned. */
export function readDeployment(assembly: Assembly, provisioned: Provisioned): Deployment {
  const resources = resourcesOf(assembly, provisioned);
  const ofType = (type: string) => resources.filter(resource => resource.type === type);
  const named = <Value>(type: string, describe: (properties: Properties) => Value) =>
    new Map(ofType(type).map(({ physicalId, properties }) => [plainName(physicalId), describe(properties)]));
  const functions = named('AWS::Lambda::Function', describeFunction);
  const detailed = ofType('AWS::ApiGatewayV2::Stage').some(
    ({ properties }) => member(properties.DefaultRouteSettings, 'DetailedMetricsEnabled') === true,
  );
  return {
    prefix: commonPrefix([...functions.keys()]),
    functions,
    tables: named('AWS::DynamoDB::Table', describeTable),
    streams: named('AWS::Kinesis::Stream', describeStream),
    actors: actorsOf(resources),
    mappings: mappingsOf(resources),
    workflows: named('AWS::StepFunctions::StateMachine', ({ StateMachineType }) =>
      StateMachineType === 'EXPRESS' ? ('EXPRESS' as const) : ('STANDARD' as const),
    ),
    alarmedMetrics: ofType('AWS::CloudWatch::Alarm').reduce((sum, { properties }) => sum + alarmedBy(properties), 0),
    dashboards: ofType('AWS::CloudWatch::Dashboard').length,
    schedules: ofType('AWS::Scheduler::Schedule').map(({ properties }) => callsPerMonth(properties)),
    meteredRoutes: detailed ? ofType('AWS::ApiGatewayV2::Route').length : 0,
    logGroups: named('AWS::Logs::LogGroup', ({ RetentionInDays }) => numberOr(RetentionInDays, undefined)),
    archiveDays: ofType('AWS::Events::Archive')
      .map(({ properties }) => numberOr(properties.RetentionDays, undefined))
      .find(days => days !== undefined),
  };
}

function resourcesOf(assembly: Assembly, provisioned: Provisioned): Resource[] {
  const templates = new Map(assembly.stacks.map(({ name, template }) => [name, template]));
  return provisioned.stacks.flatMap(({ name, resources }) =>
    resources.map(({ logicalId, type, physicalId }) => ({
      logicalId,
      type,
      physicalId,
      properties: (templates.get(name)?.resources[logicalId]?.Properties ?? {}) as Properties, // as it was read
    })),
  );
}

function describeFunction({ MemorySize, Architectures, TracingConfig }: Properties): DeployedFunction {
  const isArm = Array.isArray(Architectures) && Architectures.includes('arm64');
  return {
    memoryMb: numberOr(MemorySize, 128),
    architecture: isArm ? 'arm64' : 'x86_64',
    traced: member(TracingConfig, 'Mode') === 'Active',
  };
}

function describeTable(properties: Properties): DeployedTable {
  const { BillingMode, ProvisionedThroughput, PointInTimeRecoverySpecification } = properties;
  const restorable = member(PointInTimeRecoverySpecification, 'PointInTimeRecoveryEnabled') === true;
  if (BillingMode === 'PAY_PER_REQUEST') return { restorable };
  const indexes = Array.isArray(properties.GlobalSecondaryIndexes) ? properties.GlobalSecondaryIndexes : [];
  const throughputs = [ProvisionedThroughput, ...indexes.map(index => member(index, 'ProvisionedThroughput'))];
  const sum = (name: string) => throughputs.reduce((total: number, each) => total + numberOr(member(each, name), 0), 0);
  return { restorable, provisioned: { writeUnits: sum('WriteCapacityUnits'), readUnits: sum('ReadCapacityUnits') } };
}

function describeStream({ StreamModeDetails, ShardCount }: Properties): DeployedStream {
  return member(StreamModeDetails, 'StreamMode') === 'ON_DEMAND' ? {} : { shards: numberOr(ShardCount, 1) };
}

/** Who acts under which role: the role is named by a reference to its logical id. */
function actorsOf(resources: readonly Resource[]): ReadonlyMap<string, string> {
  const roles = new Map(
    resources.filter(({ type }) => type === 'AWS::IAM::Role').map(role => [role.logicalId, role.physicalId]),
  );
  return new Map(
    resources.flatMap(({ physicalId, properties }) => {
      const [logicalId] = attributeOf(properties.Role ?? properties.RoleArn);
      const role = logicalId === undefined ? undefined : roles.get(logicalId);
      return role === undefined ? [] : [[role, plainName(physicalId)] as const];
    }),
  );
}

function mappingsOf(resources: readonly Resource[]): DeployedMapping[] {
  const names = new Map(resources.map(({ logicalId, physicalId }) => [logicalId, plainName(physicalId)]));
  return resources.flatMap(({ type, properties }) => {
    if (type !== 'AWS::Lambda::EventSourceMapping') return [];
    const functionName = names.get(String(member(properties.FunctionName, 'Ref')));
    const source = sourceOf(JSON.stringify(properties.EventSourceArn));
    return functionName === undefined ? [] : [{ functionName, source }];
  });
}

function sourceOf(expression: string): DeployedMapping['source'] {
  if (expression.includes(':kinesis:') || expression.includes('"Events')) return 'kinesis';
  return expression.includes('StreamArn') ? 'dynamodb' : 'sqs';
}

function alarmedBy({ Metrics }: Properties): number {
  if (!Array.isArray(Metrics)) return 1;
  return Metrics.filter(metric => member(metric, 'MetricStat') !== undefined).length;
}

/** `rate(5 minutes)`; anything else counts as once a minute, the most there is. */
function callsPerMonth({ ScheduleExpression }: Properties): number {
  const [, amount = '1', unit = 'minute'] =
    /^rate\((\d+) (minute|hour|day)s?\)$/.exec(String(ScheduleExpression)) ?? [];
  return MINUTES_PER_MONTH / (Number(amount) * (MINUTES[unit] ?? 1));
}

/** `[logicalId, attribute]` of an `Fn::GetAtt`. */
function attributeOf(expression: unknown): string[] {
  const attribute = member(expression, 'Fn::GetAtt');
  return Array.isArray(attribute) ? attribute.map(String) : [];
}

/** A name from a name, an ARN or a URL. */
function plainName(physicalId: string): string {
  if (physicalId.startsWith('arn:')) return physicalId.slice(physicalId.lastIndexOf(':') + 1);
  return physicalId.includes('://') ? physicalId.slice(physicalId.lastIndexOf('/') + 1) : physicalId;
}

/** What all names begin with, up to a hyphen. */
function commonPrefix(names: readonly string[]): string {
  const [first = ''] = names;
  let length = first.length;
  for (const name of names) while (!name.startsWith(first.slice(0, length))) length--;
  return first.slice(0, first.lastIndexOf('-', length - 1) + 1);
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function numberOr<Default>(value: unknown, fallback: Default): number | Default {
  const parsed = Number(value);
  return value === undefined || value === null || Number.isNaN(parsed) ? fallback : parsed;
}
