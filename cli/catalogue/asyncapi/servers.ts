import type { SchemaObject } from '../../../core/index.ts';
import type { Site } from '../page/frame.ts';

const REGION = { description: 'The region of the deployment.', default: 'eu-west-1' };

/** Where the API and the AWS services are: at the addresses of a site, or wherever the platform is deployed. */
export function asyncApiServers({ apiUrl, awsUrl }: Site): SchemaObject {
  return {
    api: URL.canParse(apiUrl) ? serverAt(apiUrl) : deployedApi(),
    ...Object.fromEntries(
      Object.entries({ kinesis: 'kinesis', eventbridge: 'events', sqs: 'sqs' }).map(([protocol, service]) => [
        protocol,
        awsUrl === undefined ? awsService(protocol, service) : { ...serverAt(awsUrl), protocol },
      ]),
    ),
  };
}

function serverAt(address: string): SchemaObject {
  const { host, pathname, protocol } = new URL(address);
  return { host, protocol: protocol.replace(':', ''), ...(pathname !== '/' && { pathname }) };
}

function deployedApi(): SchemaObject {
  return {
    host: '{apiId}.execute-api.{region}.amazonaws.com',
    protocol: 'https',
    description: 'The output ApiUrl of the ingestion stack.',
    variables: { apiId: { description: 'The id of the HTTP API.' }, region: REGION },
  };
}

function awsService(protocol: string, service: string): SchemaObject {
  return { host: `${service}.{region}.amazonaws.com`, protocol, variables: { region: REGION } };
}
