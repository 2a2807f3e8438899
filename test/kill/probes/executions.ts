import type { AwsClient } from '../aws-client.ts';
import { type Probe, verdictOf } from '../probe.ts';
import { isThere } from './dynamodb.ts';

const TableName = 'kill-executions';
const MACHINE = 'arn:aws:states:eu-west-1:000000000000:stateMachine:kill';

const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'First',
  States: {
    First: count('entered', 'Pause'),
    Pause: { Type: 'Wait', Seconds: 1, Next: 'Second' },
    Second: count('finished'),
  },
};

function count(attribute: string, next?: string) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::dynamodb:updateItem',
    Arguments: {
      TableName,
      Key: { id: { S: '{% $states.context.Execution.Name %}' } },
      UpdateExpression: `ADD ${attribute} :one`,
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
    Output: {},
    ...(next ? { Next: next } : { End: true }),
  };
}

/** Executions that were started end, and each of their steps has its effect once. */
export const executions: Probe = {
  name: 'states StartExecution, two effects with a wait between, sent again',
  lanes: 1,
  sendsAgain: true,
  async prepare(aws) {
    await aws.json('dynamodb', 'CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    });
    const services = ['states.amazonaws.com', 'scheduler.amazonaws.com'];
    const trust = { Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' };
    const allow = { Effect: 'Allow', Action: ['dynamodb:UpdateItem', 'sqs:SendMessage'], Resource: '*' };
    await iam(aws, 'CreateRole', { RoleName: 'kill', AssumeRolePolicyDocument: policy(trust) });
    await iam(aws, 'PutRolePolicy', { RoleName: 'kill', PolicyName: 'count', PolicyDocument: policy(allow) });
    await aws.json('states', 'CreateStateMachine', {
      name: 'kill',
      roleArn: 'arn:aws:iam::000000000000:role/kill',
      definition: JSON.stringify(definition),
    });
  },
  async write(aws, name) {
    try {
      await aws.json('states', 'StartExecution', { stateMachineArn: MACHINE, name, input: '{}' });
    } catch (error) {
      if (!isThere(error)) throw error; // it was taken the first time, and has ended since
    }
  },
  async verify(aws, tried) {
    const found: string[] = [];
    const failed: string[] = [];
    for (const name of tried.acknowledged) {
      const arn = `${MACHINE.replace('stateMachine', 'execution')}:${name}`;
      const status = await endOf(aws, arn);
      const { Item } = await aws.json<{ Item?: Record<string, { N?: string }> }>('dynamodb', 'GetItem', {
        TableName,
        Key: { id: { S: name } },
      });
      const counts = [Number(Item?.entered?.N ?? 0), Number(Item?.finished?.N ?? 0)];
      if (status !== 'SUCCEEDED' || counts.includes(0))
        failed.push(`${name} (${status}, effects ${counts.join(' and ')})`);
      for (let i = 0; i < Math.max(...counts); i++) found.push(name);
    }
    const { doubled } = verdictOf(found, tried);
    return { lost: failed, doubled };
  },
};

const LONGEST_EXECUTION_MS = 30_000;

/** The last ones were started just now. */
async function endOf(aws: AwsClient, executionArn: string): Promise<string> {
  for (const startedAtMs = Date.now(); ; ) {
    const { status } = await aws.json<{ status: string }>('states', 'DescribeExecution', { executionArn });
    if (status !== 'RUNNING' || Date.now() - startedAtMs > LONGEST_EXECUTION_MS) return status;
    await new Promise(resolve => setTimeout(resolve, 200));
  }
}

async function iam(aws: AwsClient, Action: string, parameters: Record<string, string>) {
  const response = await aws.http('iam', '/', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action, Version: '2010-05-08', ...parameters }).toString(),
  });
  if (!response.ok) throw new Error(`Cannot ${Action}: ${response.status} ${await response.text()}`);
}

function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}
