import { afterEach, describe, expect, it } from 'vitest';
import type { CallRequest } from '../../../local/cloud/cloud.ts';
import { kinesisService } from '../../../local/services/kinesis/kinesis-service.ts';
import { lambdaService } from '../../../local/services/lambda/lambda-service.ts';
import { sqsService } from '../../../local/services/sqs/sqs-service.ts';
import { restartableClouds } from '../../support/restartable-cloud.ts';
import { mapStream, put, recordsOf, STREAM_ARN } from '../lambda/durable-mapping-fixture.ts';
import { bundle, ROLE_ARN } from '../lambda/lambda-fixture.ts';
import { ScriptedHost } from '../lambda/scripted-host.ts';

const FUNCTIONS = ['a', 'b', 'c'];

let clouds: ReturnType<typeof restartableClouds> | undefined;
afterEach(() => clouds?.remove());

describe('Event source mappings under the read limits of a shard', () => {
  it('share five reads a second, and still get every record in order', async () => {
    const host = new ScriptedHost();
    clouds = restartableClouds(cloud => {
      cloud.register(kinesisService(cloud, { enforceReadLimits: true }));
      cloud.register(sqsService(cloud));
      cloud.register(lambdaService(cloud, { host }));
    });
    const running = await clouds.start();
    const { cloud, clock, call } = running;
    const reads: number[] = [];
    cloud.intercept((request: CallRequest, next) => {
      const answer = next();
      if (request.operation !== 'GetRecords') return answer;
      return answer.then(page => {
        reads.push(clock.now());
        return page;
      });
    });
    await call('kinesis', 'CreateStream', { StreamName: 'events', ShardCount: 1 });
    await call('sqs', 'CreateQueue', { QueueName: 'failures' });
    for (const FunctionName of FUNCTIONS) {
      const Code = { LocalDirectory: bundle('') };
      const settings = { Runtime: 'nodejs24.x', Handler: 'index.handler', Role: ROLE_ARN, Code };
      await call('lambda', 'CreateFunction', { FunctionName, ...settings });
      await mapStream(running, { FunctionName, EventSourceArn: STREAM_ARN });
    }
    for (let i = 0; i < 200; i++) {
      await put(running, [{ key: 'k', data: i }]);
      await clock.advance(50);
    }
    await clock.advance(10_000);
    for (const name of FUNCTIONS) {
      const own = host.invocations.filter(({ functionName }) => functionName === name);
      const seen = own.flatMap(({ event }) => recordsOf(event).map(({ data }) => data));
      expect(seen).toEqual(Array.from({ length: 200 }, (_, i) => i));
    }
    for (const at of reads)
      expect(reads.filter(other => other > at - 1000 && other <= at).length).toBeLessThanOrEqual(5);
  });
});
