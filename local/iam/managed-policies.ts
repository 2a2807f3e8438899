/** The policies of AWS's own that templates attach, as far as the CDK uses them for what the embedded cloud runs. */

const LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

function allow(Action: readonly string[], Resource = '*'): object {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] };
}

/** Documents by the end of their ARN, after `arn:aws:iam::aws:policy/`. */
const DOCUMENTS: Readonly<Record<string, object>> = {
  'service-role/AWSLambdaBasicExecutionRole': allow(LOGS),
  'service-role/AWSLambdaVPCAccessExecutionRole': allow([
    ...LOGS,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ]),
  'service-role/AWSLambdaSQSQueueExecutionRole': allow([
    ...LOGS,
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
  ]),
  'service-role/AWSLambdaKinesisExecutionRole': allow([
    ...LOGS,
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
    'kinesis:ListStreams',
    'kinesis:SubscribeToShard',
  ]),
  'service-role/AWSLambdaDynamoDBExecutionRole': allow([
    ...LOGS,
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
  ]),
  'service-role/AmazonAPIGatewayPushToCloudWatchLogs': allow([
    ...LOGS,
    'logs:DescribeLogGroups',
    'logs:DescribeLogStreams',
    'logs:GetLogEvents',
    'logs:FilterLogEvents',
  ]),
  AWSXRayDaemonWriteAccess: allow([
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ]),
  CloudWatchLambdaInsightsExecutionRolePolicy: allow(LOGS, 'arn:aws:logs:*:*:log-group:/aws/lambda-insights:*'),
  AdministratorAccess: allow(['*']),
};

const ARN_START = /^arn:aws[\w-]*:iam::aws:policy\//;

export function isAwsManaged(policyArn: string): boolean {
  return ARN_START.test(policyArn);
}

/** @returns undefined for a policy that the embedded cloud does not know */
export function awsManagedPolicy(policyArn: string): object | undefined {
  return DOCUMENTS[policyArn.replace(ARN_START, '')];
}
