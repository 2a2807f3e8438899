/** SDK clients for commands that look into a deployment, in the embedded cloud or in AWS. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { LambdaClient } from '@aws-sdk/client-lambda';

export interface TargetClients {
  readonly kinesis: KinesisClient;
  readonly dynamodb: DynamoDBClient;
  readonly lambda: LambdaClient;
}

const MAX_ATTEMPTS = 8;

/** @param endpoint of the embedded cloud; absent for AWS, with the credentials and the region of the environment */
export async function targetClients(endpoint: string | undefined): Promise<TargetClients> {
  const [{ KinesisClient }, { DynamoDBClient }, { LambdaClient }] = await Promise.all([
    import('@aws-sdk/client-kinesis'),
    import('@aws-sdk/client-dynamodb'),
    import('@aws-sdk/client-lambda'),
  ]);
  const credentials = { accessKeyId: 'operator', secretAccessKey: 'not-secret' };
  const local = endpoint === undefined ? {} : { endpoint, region: 'us-east-1', credentials };
  const options = { ...local, maxAttempts: MAX_ATTEMPTS };
  return {
    kinesis: new KinesisClient(options),
    dynamodb: new DynamoDBClient(options),
    lambda: new LambdaClient(options),
  };
}
