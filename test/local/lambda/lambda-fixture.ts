import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR } from '../../../local/cloud/principal.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import type { MetricDatum } from '../../../local/cloud/telemetry.ts';
import { lambdaService } from '../../../local/services/lambda/lambda-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

export const ROLE_ARN = 'arn:aws:iam::000000000000:role/tester';

interface InvokeAnswer {
  readonly StatusCode: number;
  readonly Payload: string;
  readonly ExecutedVersion?: string;
  readonly FunctionError?: string;
}

/** A cloud with Lambda in it, on a virtual clock. */
export function lambdaFixture() {
  const clock = new VirtualClock();
  const cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(11) });
  const metrics: MetricDatum[] = [];
  const lines: string[] = [];
  cloud.metrics = datum => metrics.push(datum);
  cloud.logs = line => lines.push(line.message);
  cloud.register(lambdaService(cloud));
  const call = <Output = JsonObject>(operation: string, input: JsonObject, service = 'lambda') =>
    cloud.call<Output>({ service, operation, input, principal: OPERATOR });
  const create = (FunctionName: string, source: string, settings: JsonObject = {}) =>
    call('CreateFunction', {
      FunctionName,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: ROLE_ARN,
      Code: { LocalDirectory: bundle(source) },
      ...settings,
    });
  const invoke = async (FunctionName: string, event: unknown = {}) => {
    const answer = await call<InvokeAnswer>('Invoke', { FunctionName, Payload: JSON.stringify(event) });
    return { ...answer, Payload: JSON.parse(answer.Payload) };
  };
  return { clock, cloud, metrics, lines, call, create, invoke };
}

export function bundle(source: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bundle-'));
  writeFileSync(join(folder, 'index.mjs'), source);
  return folder;
}

/** Registers a service that keeps the inputs of one operation. */
export function recording(cloud: Cloud, name: string, operation: string): JsonObject[] {
  const received: JsonObject[] = [];
  cloud.register({
    name,
    wire: { protocol: 'json', targetPrefix: name, version: '1.0' },
    operations: {
      [operation]: input => {
        received.push(input);
        return {};
      },
    },
  });
  return received;
}
