import { describe, expect, it } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { snsService } from '../../../local/services/sns/sns-service.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';
import { router } from '../../../local/wire/router.ts';

const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=key/20260101/eu-west-1/sns/aws4_request, Signature=0';

function snsPort() {
  const options = { region: 'eu-west-1', accountId: '000000000000', clock: new VirtualClock(), ids: seededIds(1) };
  const cloud = new Cloud(options);
  cloud.register(snsService(cloud));
  const route = router(cloud, { principalOf: () => undefined });
  return async (method: string, query: string, form: string) => {
    const headers = { authorization: AUTHORIZATION };
    const request = { method, path: '/', query: new URLSearchParams(query), headers, body: Buffer.from(form) };
    const { status, body } = await route(request);
    return { status, body: String(body) };
  };
}

const CREATED = '<TopicArn>arn:aws:sns:eu-west-1:000000000000:alarms</TopicArn>';

describe('AWS Query', () => {
  it.each([
    ['POST', '', 'Action=CreateTopic&Name=alarms'],
    ['POST', 'Action=CreateTopic&Name=alarms', ''],
    ['POST', 'Action=CreateTopic', 'Name=alarms'],
    ['GET', 'Action=CreateTopic&Name=alarms', ''],
  ])('takes the members of a %s in the URL (%j) and in the body (%j)', async (method, query, form) => {
    const { status, body } = await snsPort()(method, query, form);
    expect(body).toContain(CREATED);
    expect(status).toBe(200);
  });
});
