/**
 * Everything about a deployment that a person may choose, in one typed and validated place.
 *
 * A setting is read from CDK context (`-c stage=prod`, or `context` in cdk.json), else from the environment
 * (`MILLRACE_STAGE=prod`), else it has the default that `SETTINGS` names. Nothing else in `bin/` or `lib/` reads either.
 */
import { choice, email, flag, matching, oneOf, RETENTION_DAYS, type Setting, whole } from './setting.ts';

/** How the event stream is sized: by AWS, or by a number of shards that is paid for by the hour. */
export type ShardMode = { readonly mode: 'on-demand' } | { readonly mode: 'provisioned'; readonly count: number };

/**
 * How the tables are paid for that are written for every event, the states of folds: by use, or by units per second that are
 * there whether they are used or not. All other tables are on demand.
 */
export type TableMode =
  | { readonly mode: 'on-demand' }
  | { readonly mode: 'provisioned'; readonly writeUnits: number; readonly readUnits: number };

/** How messages of a queue are handed to a function. */
export interface QueueBatching {
  readonly batchSize: number;
  /** How long messages are gathered before a batch that is not full is handed over. */
  readonly batchWindowSeconds: number;
  /** @default undefined: as many batches at a time as Lambda scales to */
  readonly maxConcurrency?: number;
}

export interface MillraceConfig {
  /** Part of every resource name, so that several stages live side by side in one account. */
  readonly stage: string;
  /** @default undefined: the region of the credentials that deploy */
  readonly region: string | undefined;
  /** @default undefined: the account of the credentials that deploy */
  readonly account: string | undefined;
  readonly architecture: 'arm64' | 'x86_64';
  /** Whether tables, buckets, streams and logs outlive their stack. @default true in stage `prod` only */
  readonly retainData: boolean;
  readonly logRetentionDays: number;
  /** Where alarms are mailed. @default undefined: alarms reach the topic, and nobody subscribes */
  readonly alarmEmail: string | undefined;
  readonly stream: {
    readonly shards: ShardMode;
    readonly retentionHours: number;
  };
  readonly stateTables: TableMode;
  readonly processor: {
    readonly batchSize: number;
    readonly batchWindowSeconds: number;
    /** Batches of one shard in work at a time; order per partition key holds. */
    readonly parallelization: number;
    /**
     * Tries of a failing batch. What can never succeed is parked or quarantined by the handlers, so what fails here is an
     * outage, and giving up early would lose what came in meanwhile: the age is what should bound it.
     */
    readonly retryAttempts: number;
    /** Never more than the stream keeps. */
    readonly maxRecordAgeHours: number;
  };
  readonly queue: QueueBatching & {
    /** Deliveries of a message before it goes to its dead-letter queue. */
    readonly maxReceiveCount: number;
  };
  /** For consumers that add many events to few rows: large batches and few writers, or they get in each other's way. */
  readonly aggregation: QueueBatching;
  readonly api: {
    /** `iam`: every request is signed (SigV4). `none`: open to whoever knows the URL. @default `iam` in stage `prod` only */
    readonly authorization: 'none' | 'iam';
    /** Requests per second, over all routes. */
    readonly rateLimit: number;
    readonly burstLimit: number;
    /**
     * Of trackers that speak Segment's protocol. They cannot sign requests: with keys, their routes are open to who has one.
     * @default none: any key
     */
    readonly segmentWriteKeys: readonly string[];
  };
  readonly archiveRetentionDays: number;
  readonly behaviour: {
    readonly sessionGapMinutes: number;
    readonly cartAbandonedAfterMinutes: number;
    /** From which amount a purchase is a large one, in thousandths of the currency unit. */
    readonly largePurchaseMilli: number;
    /** From which worth an abandoned cart deserves a reminder, in thousandths of the currency unit. */
    readonly cartReminderMilli: number;
  };
}

/** Looks a context key up; `undefined` when there is no such key. */
export type ContextSource = (key: string) => unknown;

/** EventBridge compares numbers up to five billion exactly (event pattern reference). */
const MOST_MILLI = 5_000_000_000;

const SETTINGS = {
  stage: matching(/^[a-z][a-z0-9]{0,11}$/, 'a lower-case letter, then at most 11 lower-case letters or digits', 'dev'),
  region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region, for example eu-central-1'),
  account: matching(/^\d{12}$/, '12 digits'),
  architecture: choice(['arm64', 'x86_64'], 'arm64'),
  retainData: flag(),
  logRetentionDays: oneOf(RETENTION_DAYS, 30),
  alarmEmail: email(),
  shardMode: choice(['on-demand', 'provisioned'], 'on-demand'),
  shardCount: whole({ from: 1, to: 10_000 }, 4),
  retentionHours: whole({ from: 24, to: 8_760 }, 24),
  tableMode: choice(['on-demand', 'provisioned'], 'on-demand'),
  tableWriteUnits: whole({ from: 1, to: 40_000 }, 1_250),
  tableReadUnits: whole({ from: 1, to: 40_000 }, 1_250),
  batchSize: whole({ from: 1, to: 10_000 }, 500),
  batchWindowSeconds: whole({ from: 0, to: 300 }, 0),
  parallelization: whole({ from: 1, to: 10 }, 2),
  retryAttempts: whole({ from: 0, to: 10_000 }, 10_000),
  maxRecordAgeHours: whole({ from: 1, to: 168 }, 12),
  queueBatchSize: whole({ from: 1, to: 10_000 }, 10),
  queueBatchWindowSeconds: whole({ from: 0, to: 300 }, 0),
  maxReceiveCount: whole({ from: 1, to: 1_000 }, 5),
  aggregationBatchSize: whole({ from: 1, to: 10_000 }, 100),
  aggregationBatchWindowSeconds: whole({ from: 0, to: 300 }, 1),
  aggregationConcurrency: whole({ from: 2, to: 1_000 }, 2),
  apiAuthorization: choice(['none', 'iam']),
  apiRateLimit: whole({ from: 1, to: 10_000 }, 1_000),
  apiBurstLimit: whole({ from: 1, to: 5_000 }, 2_000),
  segmentWriteKeys: matching(
    /^[\w-]{1,64}(,[\w-]{1,64}){0,19}$/,
    'at most 20 keys of letters, digits, _ and -, separated by commas',
  ),
  archiveRetentionDays: whole({ from: 1, to: 3_650 }, 30),
  sessionGapMinutes: whole({ from: 1, to: 1_440 }, 30),
  cartAbandonedAfterMinutes: whole({ from: 1, to: 10_080 }, 30),
  largePurchaseMilli: whole({ from: 1, to: MOST_MILLI }, 100_000),
  cartReminderMilli: whole({ from: 1, to: MOST_MILLI }, 20_000),
} as const;

type SettingName = keyof typeof SETTINGS;
type Settings = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name] extends Setting<infer Value> ? Value : never;
};

/**
 * Reads and checks the configuration.
 *
 * @param context settings by name, as `app.node.tryGetContext` answers them; it is asked first
 * @param environment settings as `MILLRACE_<UPPER_SNAKE_NAME>`
 * @throws Error that names the setting, the rule and the value
 */
export function readConfig(context: ContextSource, environment: NodeJS.ProcessEnv = {}): MillraceConfig {
  const settings = readSettings(context, environment);
  const isProduction = settings.stage === 'prod';
  const config: MillraceConfig = {
    stage: settings.stage,
    region: settings.region,
    account: settings.account,
    architecture: settings.architecture,
    retainData: settings.retainData ?? isProduction,
    logRetentionDays: settings.logRetentionDays,
    alarmEmail: settings.alarmEmail,
    stream: { shards: shardsOf(settings), retentionHours: settings.retentionHours },
    stateTables: tableModeOf(settings),
    processor: {
      batchSize: settings.batchSize,
      batchWindowSeconds: settings.batchWindowSeconds,
      parallelization: settings.parallelization,
      retryAttempts: settings.retryAttempts,
      maxRecordAgeHours: settings.maxRecordAgeHours,
    },
    queue: {
      batchSize: settings.queueBatchSize,
      batchWindowSeconds: settings.queueBatchWindowSeconds,
      maxReceiveCount: settings.maxReceiveCount,
    },
    aggregation: {
      batchSize: settings.aggregationBatchSize,
      batchWindowSeconds: settings.aggregationBatchWindowSeconds,
      maxConcurrency: settings.aggregationConcurrency,
    },
    api: {
      authorization: settings.apiAuthorization ?? (isProduction ? 'iam' : 'none'),
      rateLimit: settings.apiRateLimit,
      burstLimit: settings.apiBurstLimit,
      segmentWriteKeys: settings.segmentWriteKeys?.split(',') ?? [],
    },
    archiveRetentionDays: settings.archiveRetentionDays,
    behaviour: {
      sessionGapMinutes: settings.sessionGapMinutes,
      cartAbandonedAfterMinutes: settings.cartAbandonedAfterMinutes,
      largePurchaseMilli: settings.largePurchaseMilli,
      cartReminderMilli: settings.cartReminderMilli,
    },
  };
  checkTogether(config);
  return config;
}

/** The settings that exist, for the guide and for telling a mistyped one. */
export const SETTING_NAMES: readonly string[] = Object.keys(SETTINGS);

/**
 * Refuses context keys that look like settings and are none: `-c stge=prod` must not deploy to `dev`.
 *
 * @param keys every context key there is; keys of the CDK hold punctuation and are left alone
 * @throws Error that names the key
 */
export function refuseUnknownSettings(keys: readonly string[]): void {
  const unknown = keys.find(key => /^[A-Za-z]+$/.test(key) && !SETTING_NAMES.includes(key));
  if (unknown !== undefined) {
    throw new Error(
      `Cannot read configuration: there is no setting '${unknown}'; there are ${SETTING_NAMES.join(', ')}`,
    );
  }
}

function readSettings(context: ContextSource, environment: NodeJS.ProcessEnv): Settings {
  const values = Object.entries(SETTINGS).map(([name, setting]) => {
    const variable = `MILLRACE_${name.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase()}`;
    const given = context(name);
    return [name, given === undefined ? setting(name, environment[variable]) : setting(name, given)];
  });
  return Object.fromEntries(values) as Settings; // each value comes from the setting of its own name
}

function shardsOf(settings: Settings): ShardMode {
  return settings.shardMode === 'provisioned'
    ? { mode: 'provisioned', count: settings.shardCount }
    : { mode: 'on-demand' };
}

function tableModeOf({ tableMode, tableWriteUnits, tableReadUnits }: Settings): TableMode {
  return tableMode === 'provisioned'
    ? { mode: 'provisioned', writeUnits: tableWriteUnits, readUnits: tableReadUnits }
    : { mode: 'on-demand' };
}

/** Rules that join two settings. */
function checkTogether({ processor, stream, queue, aggregation }: MillraceConfig): void {
  if (processor.maxRecordAgeHours > stream.retentionHours) {
    throw new Error(
      `Cannot read configuration: maxRecordAgeHours must be at most retentionHours (${stream.retentionHours}), received ${processor.maxRecordAgeHours}`,
    );
  }
  checkBatching('queueBatchSize', queue);
  checkBatching('aggregationBatchSize', aggregation);
}

function checkBatching(name: string, { batchSize, batchWindowSeconds }: QueueBatching): void {
  if (batchSize <= 10 || batchWindowSeconds > 0) return;
  const window = name.replace('Size', 'WindowSeconds');
  throw new Error(`Cannot read configuration: ${name} above 10 needs a ${window} of at least 1, received ${batchSize}`);
}
