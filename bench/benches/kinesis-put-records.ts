import { OPERATOR } from '../../local/index.ts';
import type { Bench } from '../bench-definition.ts';
import { cloudKeeping, KEPT } from '../data-folder.ts';
import { echoServer } from '../echo-server.ts';
import { requestsPerSecond } from '../http-load.ts';

const RECORDS_PER_CALL = 500;
const RECORD_BYTES = 300;
const CALLS = 400;
/** Enough that the shards' own write limits (1,000 records/s each) do not decide. */
const SHARDS = 1000;

export const kinesisPutRecords: readonly Bench[] = (['memory', 'data'] as const).map(keeping => ({
  name: keeping === 'memory' ? 'kinesis-put-records' : 'kinesis-put-records-data',
  measures: `PutRecords of ${RECORDS_PER_CALL} × ${RECORD_BYTES} bytes over HTTP, ${KEPT[keeping]}, against an echo of the same bytes`,
  unit: 'records/s',

  async open() {
    const [{ cloud, port, close }, echo] = [await cloudKeeping(keeping), await echoServer()];
    const StreamModeDetails = { StreamMode: 'PROVISIONED' };
    const input = { StreamName: 'bench', ShardCount: SHARDS, StreamModeDetails };
    await cloud.call({ service: 'kinesis', operation: 'CreateStream', input, principal: OPERATOR });
    const Data = Buffer.alloc(RECORD_BYTES, 'x').toString('base64');
    const Records = Array.from({ length: RECORDS_PER_CALL }, (_, index) => ({ Data, PartitionKey: `key-${index}` }));
    const load = {
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Kinesis_20131202.PutRecords' },
      body: JSON.stringify({ StreamName: 'bench', Records }),
      connections: 4,
      requests: CALLS,
    };
    return {
      subject: {
        name: 'embedded Kinesis',
        measure: async () => RECORDS_PER_CALL * (await requestsPerSecond({ ...load, port })),
      },
      against: {
        name: 'echo server',
        measure: async () => RECORDS_PER_CALL * (await requestsPerSecond({ ...load, port: echo.port })),
      },
      close: async () => {
        await echo.close();
        await close();
      },
    };
  },
}));
