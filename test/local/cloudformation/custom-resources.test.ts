import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import type { HttpRequest, HttpResponse, JsonObject } from '../../../local/cloud/service.ts';
import { registerServices } from '../../../local/services/roster.ts';
import { provision } from '../../../local/template/provision.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { router } from '../../../local/wire/router.ts';
import { restartableClouds } from '../../support/restartable-cloud.ts';
import { ScriptedHost } from '../lambda/scripted-host.ts';
import { assemblyOf } from '../template/in-memory-assembly.ts';

const FUNCTION = {
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName: 'maker',
    Role: 'arn:aws:iam::000000000000:role/maker',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: 'exports.handler = async () => {}' },
  },
};

/** What the function is called with. */
interface Request {
  readonly RequestType: string;
  readonly ResponseURL: string;
  readonly PhysicalResourceId?: string;
  readonly [member: string]: unknown;
}

type Answer = (request: Request) => Partial<Record<string, unknown>> | undefined;

let host: ScriptedHost;
let cloud: Cloud;
let clock: VirtualClock;
let asked: Request[];
let put: (url: string, body: string, method?: string) => Promise<HttpResponse>;

function listenAt(target: Cloud) {
  const route = router(target, { principalOf: () => undefined });
  return (url: string, body: string, method = 'PUT') =>
    route({
      method,
      path: new URL(url).pathname,
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from(body),
    } satisfies HttpRequest);
}

beforeEach(() => {
  clock = new VirtualClock();
  cloud = new Cloud({ region: 'eu-west-1', accountId: '000000000000', clock, ids: seededIds(3) });
  host = new ScriptedHost();
  registerServices(cloud, { lambda: { host } });
  put = listenAt(cloud);
  asked = [];
});

afterEach(() => cloud.close());

/** The function answers with these members beside those that every answer repeats. */
function answers(answer: Answer): void {
  host.handler = async ({ event }) => {
    const request = event as Request;
    asked.push(request);
    const said = answer(request);
    if (said) await put(request.ResponseURL, JSON.stringify(answerTo(request, said)));
    return null;
  };
}

function answerTo({ StackId, RequestId, LogicalResourceId }: Request, said: object): object {
  return { Status: 'SUCCESS', PhysicalResourceId: 'made-1', StackId, RequestId, LogicalResourceId, ...said };
}

function templateOf(properties: object = {}, type = 'Custom::Thing') {
  return {
    Resources: {
      Maker: FUNCTION,
      Thing: { Type: type, Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] }, ...properties } },
    },
    Outputs: { Id: { Value: { Ref: 'Thing' } }, Colour: { Value: { 'Fn::GetAtt': ['Thing', 'Colour'] } } },
  };
}

const make = (properties?: object, type?: string) =>
  provision(cloud, assemblyOf({ app: templateOf(properties, type) }));

describe('a custom resource', () => {
  it('is made by its function, whose answer gives Ref and attributes', async () => {
    answers(() => ({ Data: { Colour: 'blue' } }));
    const { stacks } = await make({ Size: 3, Deep: { On: true, List: [1, 'a'] } });
    expect(stacks[0]?.outputs).toEqual({ Id: 'made-1', Colour: 'blue' });
    expect(stacks[0]?.resources.at(-1)).toEqual({ logicalId: 'Thing', type: 'Custom::Thing', physicalId: 'made-1' });
    const [{ ResponseURL, RequestId, StackId, ServiceToken, ...request } = {} as Request] = asked;
    expect(request).toEqual({
      RequestType: 'Create',
      ResourceType: 'Custom::Thing',
      LogicalResourceId: 'Thing',
      ResourceProperties: {
        ServiceToken: 'arn:aws:lambda:eu-west-1:000000000000:function:maker',
        Size: '3',
        Deep: { On: 'true', List: ['1', 'a'] },
      },
    });
    expect(StackId).toMatch(/^arn:aws:cloudformation:eu-west-1:000000000000:stack\/app\//);
    expect([typeof RequestId, ServiceToken]).toEqual([
      'string',
      'arn:aws:lambda:eu-west-1:000000000000:function:maker',
    ]);
    expect(ResponseURL).toMatch(/^http:\/\/127\.0\.0\.1/);
  });

  it('may answer after its function has ended', async () => {
    host.handler = ({ event }) => {
      const request = event as Request;
      const answer = JSON.stringify(answerTo(request, { Data: { Colour: 'late' } }));
      clock.schedule(60_000, () => void put(request.ResponseURL, answer));
      return null;
    };
    const made = make();
    await clock.advance(60_000);
    expect((await made).stacks[0]?.outputs.Colour).toBe('late');
  });

  it.each<[string, Answer, string]>([
    [
      'says FAILED',
      () => ({ Status: 'FAILED', Reason: 'no more blue' }),
      'Received response status [FAILED] from custom resource. Message returned: no more blue',
    ],
    ['says FAILED and not why', () => ({ Status: 'FAILED' }), 'Message returned: nothing: a Reason must be given'],
    ['gives no id', () => ({ PhysicalResourceId: '' }), 'Invalid PhysicalResourceId'],
    [
      'gives an id of more than a kilobyte',
      () => ({ PhysicalResourceId: 'é'.repeat(513) }),
      'Invalid PhysicalResourceId',
    ],
    ['speaks of another request', () => ({ RequestId: 'other' }), "Invalid response object: RequestId must be '"],
    ['says neither SUCCESS nor FAILED', () => ({ Status: 'OK' }), 'Invalid response object: Status'],
    ['says more than 4096 bytes', () => ({ Data: { Colour: 'x'.repeat(4096) } }), 'Response object is too long.'],
  ])('stops the start when its function %s', async (_, answer, message) => {
    answers(answer);
    const made = make();
    await expect(made).rejects.toThrow(message);
    await expect(made).rejects.toMatchObject({ problem: { logicalId: 'Thing', stack: 'app' } });
  });

  it('stops the start when the function fails without an answer', async () => {
    host.handler = () => new Error('boom');
    await expect(make()).rejects.toThrow('function:maker failed without an answer: Error: boom');
  });

  it('is made all the same when the function fails after its answer', async () => {
    host.handler = async ({ event }) => {
      const request = event as Request;
      await put(request.ResponseURL, JSON.stringify(answerTo(request, { Data: { Colour: 'blue' } })));
      return new Error('too late');
    };
    expect((await make()).stacks[0]?.outputs.Colour).toBe('blue');
  });

  it.each([
    ['as its ServiceTimeout says', 30],
    ['an hour', undefined],
  ])('is waited for as long %s', async (_, ServiceTimeout) => {
    host.handler = () => null;
    const outcome = make(ServiceTimeout === undefined ? {} : { ServiceTimeout }).catch(error => String(error.message));
    const seconds = ServiceTimeout ?? 3600;
    await clock.advance(seconds * 1000 - 1);
    expect(await Promise.race([outcome, 'still waiting'])).toBe('still waiting');
    await clock.advance(1);
    expect(await outcome).toContain(`no answer within ${seconds} seconds`);
  });

  it('takes the first answer, and no other request than PUT', async () => {
    host.handler = async ({ event }) => {
      const request = event as Request;
      const says = (Colour: string) => JSON.stringify(answerTo(request, { Data: { Colour } }));
      expect((await put(request.ResponseURL, says('posted'), 'POST')).status).toBe(403);
      expect((await put(request.ResponseURL, says('first'))).status).toBe(200);
      expect((await put(request.ResponseURL, says('second'))).status).toBe(200);
      return null;
    };
    expect((await make()).stacks[0]?.outputs.Colour).toBe('first');
  });

  it('is refused before anything is made when it names no function, or has a name that is none', async () => {
    await expect(make({ ServiceToken: 'arn:aws:sns:eu-west-1:000000000000:topic' })).rejects.toThrow(
      'must be the ARN of a Lambda function',
    );
    await expect(make({}, 'Custom::')).rejects.toThrow('the resource type Custom:: is not supported');
    expect(host.invocations).toEqual([]);
  });

  it('has the type of CloudFormation itself where the template says so', async () => {
    answers(() => ({ Data: { Colour: 'blue' } }));
    await make({}, 'AWS::CloudFormation::CustomResource');
    expect(asked[0]?.ResourceType).toBe('AWS::CloudFormation::CustomResource');
  });
});

describe('a custom resource that an earlier process made', () => {
  it('is left alone, updated, replaced or deleted, as the template asks', async () => {
    const clouds = restartableClouds(target => registerServices(target, { lambda: { host } }));
    try {
      let id = 'made-1';
      answers(() => ({ PhysicalResourceId: id, Data: { Colour: id } }));
      let running = await clouds.start();
      const apply = async (template: object) => {
        running = await running.restarted();
        put = listenAt(running.cloud);
        asked.length = 0;
        return provision(running.cloud, assemblyOf({ app: template }));
      };
      await apply(templateOf({ Hash: 'a' }));
      expect(kindsOf(asked)).toEqual(['Create']);

      await apply(templateOf({ Hash: 'a' }));
      expect(kindsOf(asked)).toEqual([]);

      const { stacks } = await apply(templateOf({ Hash: 'b' }));
      expect(stacks[0]?.outputs.Id).toBe('made-1');
      expect(asked[0]).toMatchObject({
        RequestType: 'Update',
        PhysicalResourceId: 'made-1',
        ResourceProperties: { Hash: 'b' },
        OldResourceProperties: { Hash: 'a' },
      });

      id = 'made-2';
      await apply(templateOf({ Hash: 'c' }));
      expect(asked).toMatchObject([
        { RequestType: 'Update', PhysicalResourceId: 'made-1', ResourceProperties: { Hash: 'c' } },
        { RequestType: 'Delete', PhysicalResourceId: 'made-1', ResourceProperties: { Hash: 'b' } },
      ]);

      await apply({ Resources: { Maker: FUNCTION } });
      expect(asked).toMatchObject([{ RequestType: 'Delete', PhysicalResourceId: 'made-2' }]);
    } finally {
      await clouds.remove();
    }
  });
});

function kindsOf(requests: readonly JsonObject[]): unknown[] {
  return requests.map(({ RequestType }) => RequestType);
}
