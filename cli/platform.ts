/** The platform on this machine: the synthesized template in the embedded cloud, with the console beside it. */
import {
  DamagedJournalError,
  type DataFolder,
  DataFolderError,
  type EarlierResources,
  type FaultPlan,
  type InjectedFault,
  iamReport,
  loadAssembly,
  OPERATOR,
  type RunningCloud,
  startCloud,
} from '../local/index.ts';
import { ensureAssembly } from './assembly.ts';
import { readCatalogue } from './catalogue/catalogue.ts';
import { CATALOGUE_PATH, catalogueMount } from './catalogue/catalogue-mount.ts';
import type { Site } from './catalogue/page/frame.ts';
import { catalogueFiles } from './catalogue/publish.ts';
import { UsageError } from './command.ts';
import { consoleMount } from './console/console-mount.ts';
import { consoleState } from './console/console-state.ts';
import { type LiveCost, liveCost } from './cost/live-cost.ts';
import { type AwsCall, type Flow, readFlow } from './flow.ts';
import { INSPECTION_PATH, inspectionMount } from './inspection-mount.ts';

export interface PlatformOptions {
  /** @default 4700, or a free port when that one is taken */
  readonly port: number | undefined;
  readonly seed: number;
  /** What is to go wrong once everything is there. @default nothing */
  readonly faults?: FaultPlan;
  /** Folder in which all state is kept. @default it ends with the process */
  readonly data?: string | undefined;
  /** Where progress goes, a line at a time. */
  readonly report: (line: string) => void;
}

export interface Platform {
  readonly endpoint: string;
  readonly apiUrl: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: number;
  readonly stacks: readonly string[];
  readonly aws: AwsCall;
  /** Of the deployment; part of every name. */
  readonly stage: string;
  /** When what is counted began: the start, or the first one on the same data. Epoch ms. */
  readonly sinceMs: number;
  /** The data folder and what was found in it; absent when everything is in memory. */
  readonly recovered: Recovered | undefined;
  /** What AWS would have billed for by use since this process began, at the prices of one region. */
  cost(flow: Flow): LiveCost;
  /** What was counted since then, epoch ms. */
  flowSince(sinceMs: number): Promise<Flow>;
  /** Where the stock of the travel domain is kept. */
  readonly inventoryTable: string;
  /** The faults that the plan has injected so far. */
  readonly injected: readonly InjectedFault[];
  close(): Promise<void>;
}

export interface Recovered extends DataFolder {
  /** What became of the resources that an earlier process had provisioned. */
  readonly resources: EarlierResources;
}

export const DEFAULT_PORT = 4700;

/** @throws UsageError when the port that was asked for is taken */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const startedAtMs = Date.now();
  const assembly = await ensureAssembly(options.report);
  let readState: (() => Promise<unknown>) | undefined;
  let inspected: RunningCloud | undefined;
  let site: Site | undefined;
  const mounts = {
    '/console/': consoleMount(async () => (readState ? readState() : {})),
    [CATALOGUE_PATH]: catalogueMount(async () => site && catalogueFiles(await readCatalogue(assembly.folder), site)),
    [INSPECTION_PATH]: inspectionMount({
      iam: () => inspected && iamReport(inspected.cloud),
      calls: () => inspected?.calls(),
    }),
  };
  const running = await startAnywhere(options.port, port =>
    startCloud({
      assembly: assembly.folder,
      port,
      seed: options.seed,
      mounts,
      ...(options.faults && { faults: options.faults }),
      ...(options.data !== undefined && { data: options.data }),
    }),
  );
  const { cloud, outputs, data, provisioned } = running;
  const sinceMs = data?.sinceMs ?? startedAtMs;
  inspected = running;
  const aws: AwsCall = (service, operation, input) => cloud.call({ service, operation, input, principal: OPERATOR });
  const apiUrl = requiredOutput(outputs, 'ApiUrl').replace(/\/+$/, '');
  site = { apiUrl, awsUrl: running.endpoint, consoleUrl: `${running.endpoint}/console/` };
  const streamName = requiredOutput(outputs, 'StreamName');
  const stage = stageOf(streamName);
  const flowSince = (sinceMs: number) => readFlow({ aws, stage, sinceMs });
  const { counts: earlier } = await flowSince(sinceMs);
  const bill = liveCost({ assembly: await loadAssembly(assembly.folder), provisioned, usage: running.usage });
  const cost = ({ atMs, counts }: Flow) =>
    bill({
      events: counts.accepted - earlier.accepted,
      bookings: counts.bookingsAccepted - earlier.bookingsAccepted,
      seconds: (atMs - startedAtMs) / 1000,
    });
  readState = consoleState({
    aws,
    apiUrl,
    startedAtMs,
    flow: () => flowSince(sinceMs),
    cost,
    streamName,
    quarantineBucket: physicalId(running, 'AWS::S3::Bucket', `-quarantine-${cloud.accountId}`),
  });
  return {
    endpoint: running.endpoint,
    apiUrl,
    outputs,
    stacks: provisioned.stacks.map(stack => stack.name),
    resources: provisioned.stacks.reduce((sum, stack) => sum + stack.resources.length, 0),
    aws,
    stage,
    sinceMs,
    recovered: data && { ...data, resources: provisioned.earlier },
    cost,
    flowSince,
    inventoryTable: physicalId(running, 'AWS::DynamoDB::Table', '-inventory'),
    injected: running.injected,
    close: () => running.close(),
  };
}

async function startAnywhere(
  port: number | undefined,
  start: (port: number) => Promise<RunningCloud>,
): Promise<RunningCloud> {
  try {
    return await start(port ?? DEFAULT_PORT);
  } catch (error) {
    if (error instanceof DamagedJournalError || error instanceof DataFolderError) {
      throw new UsageError(error.message, { cause: error });
    }
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken) throw error;
    if (port !== undefined) throw new UsageError(`Cannot listen on port ${port}: it is taken`, { cause: error });
    return start(0);
  }
}

/** Names are `millrace-<stage>-<name>`. */
function stageOf(name: string): string {
  return name.split('-')[1] ?? '';
}

/** The one resource of a type whose name holds `part`: names carry the stage, which only the template knows. */
function physicalId({ provisioned }: RunningCloud, type: string, part: string): string {
  const resources = provisioned.stacks.flatMap(stack => stack.resources);
  const found = resources.find(resource => resource.type === type && resource.physicalId.includes(part));
  if (!found) throw new Error(`Cannot find the platform's parts: the template has no ${type} named '…${part}…'`);
  return found.physicalId;
}

function requiredOutput(outputs: Readonly<Record<string, string>>, name: string): string {
  const value = outputs[name];
  if (value === undefined) throw new Error(`Cannot find the platform's address: no stack has the output '${name}'`);
  return value;
}
