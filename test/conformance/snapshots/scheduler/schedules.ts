/** What `tests/aws/services/scheduler/test_scheduler.py` does, step by step. */
import type { HttpRequest, JsonObject } from '../../../../local/cloud/service.ts';
import { router } from '../../../../local/wire/router.ts';
import type { MappingStage } from '../lambda/mapping-stage.ts';
import type { RecordedTest, RecordedTests } from '../lambda/recorded-test.ts';

/** An answer or a refusal of a REST call as the recorder saw it. */
async function answer(
  stage: MappingStage,
  request: Pick<HttpRequest, 'method' | 'path'>,
  input: JsonObject = {},
): Promise<JsonObject> {
  const { status, headers, body } = await router(stage.cloud, { principalOf: () => undefined })({
    ...request,
    query: new URLSearchParams(),
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=recorder/20260101/us-east-1/scheduler/aws4_request, Signature=0',
    },
    body: request.method === 'GET' ? Buffer.alloc(0) : Buffer.from(JSON.stringify(input)),
  });
  const members = JSON.parse(body.toString()) as JsonObject; // the protocol's every answer is an object
  const ResponseMetadata = { HTTPHeaders: {}, HTTPStatusCode: status };
  if (status < 400) return { ...members, ResponseMetadata };
  return { Error: { Code: headers['x-amzn-errortype'], Message: members.Message }, ...members, ResponseMetadata };
}

async function create(stage: MappingStage, ScheduleExpression: string): Promise<JsonObject> {
  const queue = await stage.queue();
  const RoleArn = `arn:aws:iam::${stage.cloud.accountId}:role/test-role-9x7f3`;
  return answer(
    stage,
    { method: 'POST', path: `/schedules/${stage.name('schedule')}` },
    { ScheduleExpression, FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: queue.arn, RoleArn } },
  );
}

const tagged: RecordedTest = async stage => {
  const { ScheduleGroupArn } = await answer(stage, { method: 'POST', path: `/schedule-groups/${stage.name('group')}` });
  const path = `/tags/${encodeURIComponent(String(ScheduleGroupArn))}`;
  await answer(stage, { method: 'POST', path }, { Tags: [{ Key: 'TagKey', Value: 'TagValue' }] });
  return { 'list-tagged-schedule': await answer(stage, { method: 'GET', path }) };
};

export const SCHEDULER_TESTS: RecordedTests = {
  tests: {
    test_tag_resource: tagged,
    tests_create_schedule_with_invalid_schedule_expression: async (stage, expression) => ({
      'invalid-schedule-expression': await create(stage, expression),
    }),
    tests_create_schedule_with_valid_schedule_expression: async stage => ({
      'valid-schedule-expression': await create(stage, 'at(2050-01-01T00:00:00)'),
    }),
    test_create_schedule_with_valid_cron_expressions: async (stage, expression) => ({
      'create-schedule': await create(stage, expression),
    }),
  },
};
