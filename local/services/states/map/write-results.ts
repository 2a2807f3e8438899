import type { JsonObject } from '../../../cloud/service.ts';
import { fillJsonataTemplate, jsonataView } from '../data-flow/jsonata-template.ts';
import { pathView } from '../data-flow/path-view.ts';
import { fillPayloadTemplate } from '../data-flow/payload-template.ts';
import { effectiveInput } from '../data-flow/state-input.ts';
import type { MapRun } from '../execution/map-runs.ts';
import { redriveMembers } from '../execution/redrive-status.ts';
import { StateFailure } from '../execution/state-failure.ts';
import type { StateVisit } from '../execution/state-visit.ts';
import type { Execution } from '../execution.ts';
import { sdkErrors } from '../integrations/error-naming.ts';
import { toPascalMembers } from '../integrations/member-case.ts';
import { callService } from '../integrations/service-call.ts';
import { isJsonObject } from '../json-object.ts';

/** Results of one outcome that go into one file. */
const OUTCOMES = {
  SUCCEEDED: ['SUCCEEDED'],
  FAILED: ['FAILED', 'TIMED_OUT', 'ABORTED'],
  PENDING: ['RUNNING'],
} as const;

/**
 * What a distributed Map answers: the outputs of its children, or where in S3 they are.
 *
 * @throws StateFailure (States.ResultWriterFailed)
 */
export async function mapResult(visit: StateVisit, run: MapRun): Promise<unknown> {
  const writer = visit.state.ResultWriter;
  const children = run.children.filter(child => child !== undefined);
  if (!isJsonObject(writer)) return outputsOf(children);
  const format = formatOf(writer);
  if (writer.Resource === undefined) return transformed(visit, children.filter(isSuccess), format);
  return exportResults(visit, { run, children, writer, format });
}

function isSuccess({ status }: Execution): boolean {
  return status === 'SUCCEEDED';
}

function outputsOf(children: readonly Execution[]): unknown[] {
  return children.filter(isSuccess).map(({ output }) => JSON.parse(output ?? 'null'));
}

interface Format {
  readonly transformation: string;
  readonly outputType: string;
}

/** Without a configuration, an export keeps everything that there is to know about the children. */
function formatOf({ WriterConfig, Resource }: JsonObject): Format {
  const config = isJsonObject(WriterConfig) ? WriterConfig : {};
  const byDefault = Resource === undefined ? 'COMPACT' : 'NONE';
  return {
    transformation: String(config.Transformation ?? byDefault),
    outputType: String(config.OutputType ?? 'JSON'),
  };
}

function transformed(visit: StateVisit, children: readonly Execution[], { transformation }: Format): unknown[] {
  if (transformation === 'NONE') return children.map(child => described(visit, child));
  const outputs = outputsOf(children);
  return transformation === 'FLATTEN' ? outputs.flat() : outputs;
}

/** A child as the result files tell of it. */
function described(visit: StateVisit, child: Execution): unknown {
  const iso = (seconds: number | undefined) =>
    seconds === undefined ? undefined : new Date(seconds * 1000).toISOString();
  const { arn, name, status, input, output, error, cause, startDate, stopDate, origin, stateMachine } = child;
  const { cloud } = visit.setting;
  return toPascalMembers({
    ...(cause === undefined ? {} : { cause }),
    ...(error === undefined ? {} : { error }),
    executionArn: arn,
    input,
    inputDetails: { included: true },
    name,
    ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
    ...redriveMembers(child, cloud.clock.now()),
    startDate: iso(startDate),
    stateMachineArn: origin ? cloud.arn('states', `stateMachine:${origin.machineName}`) : stateMachine.arn,
    status,
    ...(stopDate === undefined ? {} : { stopDate: iso(stopDate) }),
  });
}

interface Export {
  readonly run: MapRun;
  readonly children: readonly Execution[];
  readonly writer: JsonObject;
  readonly format: Format;
}

async function exportResults(visit: StateVisit, { run, children, writer, format }: Export): Promise<unknown> {
  const { bucket, folder } = await destination(visit, writer, run);
  const files: Record<string, JsonObject[]> = {};
  for (const [outcome, statuses] of Object.entries(OUTCOMES)) {
    const found = children.filter(({ status }) => statuses.some(known => known === status));
    files[outcome] = [];
    if (found.length === 0) continue;
    const results =
      outcome === 'SUCCEEDED' ? transformed(visit, found, format) : found.map(one => described(visit, one));
    const key = `${folder}/${outcome}_0.${format.outputType.toLowerCase()}`;
    const text =
      format.outputType === 'JSONL'
        ? results.map(result => JSON.stringify(result)).join('\n')
        : JSON.stringify(results);
    await put(visit, { bucket, key, text });
    files[outcome] = [{ Key: key, Size: Buffer.byteLength(text) }];
  }
  const manifest = { DestinationBucket: bucket, MapRunArn: run.arn, ResultFiles: files };
  const key = `${folder}/manifest.json`;
  await put(visit, { bucket, key, text: JSON.stringify(manifest) });
  run.resultsWritten = true;
  return { MapRunArn: run.arn, ResultWriterDetails: { Bucket: bucket, Key: key } };
}

async function destination(visit: StateVisit, writer: JsonObject, run: MapRun) {
  const filled =
    visit.language === 'JSONata'
      ? await fillJsonataTemplate(writer.Arguments ?? {}, jsonataView(visit), 'ResultWriter/Arguments')
      : fillPayloadTemplate(writer.Parameters ?? {}, pathView(visit, effectiveInput(visit)));
  const { Bucket, Prefix = '' } = isJsonObject(filled) ? filled : {};
  const prefix = String(Prefix).replace(/\/$/, '');
  const id = run.arn.split(':').at(-1);
  return { bucket: String(Bucket), folder: prefix === '' ? `${id}` : `${prefix}/${id}` };
}

interface ResultFile {
  readonly bucket: string;
  readonly key: string;
  readonly text: string;
}

const errors = sdkErrors('S3');

async function put(visit: StateVisit, { bucket, key, text }: ResultFile): Promise<void> {
  const Body = Buffer.from(text, 'utf8').toString('base64');
  const input = { Bucket: bucket, Key: key, Body, ContentType: 'application/json' };
  try {
    await callService(visit, { service: 's3', operation: 'PutObject', input, errors });
  } catch (error) {
    if (!(error instanceof StateFailure)) throw error;
    throw new StateFailure({ error: 'States.ResultWriterFailed', cause: String(error.failure.cause) }, error);
  }
}
