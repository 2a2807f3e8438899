import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../cli/command.ts';
import { rules as command } from '../../../cli/commands/rules.ts';
import { type DeployedRule, deployedRules } from '../../../cli/rules/deployed-rules.ts';
import { readTestedEvent, testedEvent } from '../../../cli/rules/read-event.ts';
import { rulesText, verdictsText } from '../../../cli/rules/rules-text.ts';
import { tryRules } from '../../../cli/rules/try-rules.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'millrace-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

const purchase = {
  specversion: '1.0',
  id: '01JD0B5T4M2V9QZ3N6X8R7K1WA',
  source: 'millrace.behaviour.session-profile',
  type: 'behaviour.purchase.made.v1',
  subject: 'visitor-7',
  time: '2026-03-01T09:30:00.250Z',
  data: { visitorId: 'visitor-7', product: 'tea', quantity: 6, amountMilli: 15300, currency: 'GBP', day: '2026-03-01' },
};

function rule(name: string, pattern: object, isEnabled = true): DeployedRule {
  const targets = [{ text: `queue ${name}`, consumers: [`${name}-reader`], isTransformed: false }];
  return { name, description: undefined, bus: 'shop', isEnabled, pattern, targets };
}

/** An assembly with one stack, as `cdk synth` writes it. */
function assembly(Resources: object): string {
  const out = mkdtempSync(path.join(folder, 'cdk.out-'));
  const artifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'shop.template.json' } };
  writeFileSync(path.join(out, 'manifest.json'), JSON.stringify({ version: '36.0.0', artifacts: { shop: artifact } }));
  writeFileSync(path.join(out, 'shop.template.json'), JSON.stringify({ Resources }));
  return out;
}

describe('rules list', () => {
  it('shows every rule with its pattern, its targets, and who consumes what they take', () => {
    const found = deployedRules(
      assembly({
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'shop' } },
        Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'orders' } },
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            Name: 'all-orders',
            Description: 'Every order',
            EventBusName: { Ref: 'Bus' },
            EventPattern: { source: ['shop.orders'] },
            Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, InputPath: '$.detail' }],
          },
        },
        Nightly: { Type: 'AWS::Events::Rule', Properties: { Name: 'nightly', ScheduleExpression: 'rate(1 day)' } },
        Reader: {
          Type: 'AWS::Lambda::Function',
          Properties: { FunctionName: 'order-reader', Code: {}, Role: 'r', Handler: 'h', Runtime: 'nodejs24.x' },
        },
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: {
            FunctionName: { Ref: 'Reader' },
            EventSourceArn: {
              'Fn::Join': ['', ['arn:aws:sqs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':orders']],
            },
          },
        },
      }),
    );
    expect(found).toEqual([
      {
        name: 'all-orders',
        description: 'Every order',
        bus: 'shop',
        isEnabled: true,
        pattern: { source: ['shop.orders'] },
        targets: [{ text: 'queue orders', consumers: ['order-reader'], isTransformed: true }],
      },
    ]);
    expect(rulesText(found)).toBe(
      'all-orders on shop\n  Every order\n  {"source":["shop.orders"]}\n  → queue orders (transformed) → order-reader',
    );
    expect(rulesText([])).toBe('The template has no rule that waits for events');
  });
});

describe('rules test', () => {
  const { event } = testedEvent(purchase, 'the event');
  const verdict = (pattern: object, of = event) => tryRules([rule('r', pattern)], of)[0];

  it('says of each rule whether it matches, and of each field what is expected and what is there', () => {
    expect(verdict({ 'detail-type': [purchase.type] })).toMatchObject({ matches: true, mismatches: [] });
    expect(
      verdict({
        source: ['x'],
        detail: { data: { amountMilli: [{ numeric: ['>=', 20_000] }], city: [{ exists: true }] } },
      }),
    ).toMatchObject({
      matches: false,
      mismatches: [
        { field: 'source', expected: ['"x"'], actual: [purchase.source] },
        { field: 'detail.data.amountMilli', expected: ['numeric >= 20000'], actual: [15300] },
        { field: 'detail.data.city', expected: ['there'], actual: [] },
      ],
    });
  });

  it('explains the branch of an $or that comes nearest', () => {
    const pattern = {
      $or: [{ source: ['x'], account: ['y'] }, { detail: { data: { currency: ['EUR', { prefix: 'U' }] } } }],
    };
    expect(verdict(pattern)).toMatchObject({
      branches: ['$or[1]'],
      mismatches: [{ field: 'detail.data.currency', expected: ['"EUR"', 'prefix "U"'], actual: ['GBP'] }],
    });
  });

  it('says when only different elements of a list meet the fields', () => {
    const data = {
      lines: [
        { product: 'tea', quantity: 1 },
        { product: 'milk', quantity: 9 },
      ],
    };
    const { event: listed } = testedEvent({ ...purchase, data }, 'the event');
    const asked = { detail: { data: { lines: { product: ['tea'], quantity: [9] } } } };
    expect(verdict(asked, listed)).toMatchObject({ matches: false, mismatches: [] });
    const tested = testedEvent({ ...purchase, data }, 'the event');
    expect(verdictsText(tested, tryRules([rule('r', asked)], listed))).toContain(
      'each field is met, but not all of them in the same element of a list',
    );
  });

  it('reads for a person', () => {
    const tested = testedEvent(purchase, 'the event');
    const all = [
      rule('purchases', { 'detail-type': [purchase.type] }),
      rule('large', { detail: { data: { amountMilli: [{ numeric: ['>=', 20_000] }] } } }, false),
    ];
    expect(verdictsText(tested, tryRules(all, tested.event))).toBe(
      [
        'behaviour.purchase.made.v1, from millrace.behaviour.session-profile: 1 of 2 rules match',
        '',
        '✓ purchases → queue purchases → purchases-reader',
        '✗ large (disabled)',
        '    detail.data.amountMilli: expected numeric >= 20000, is 15300',
      ].join('\n'),
    );
  });

  it('takes a CloudEvent, or an event as EventBridge has it', () => {
    expect(event).toMatchObject({
      'detail-type': purchase.type,
      source: purchase.source,
      time: '2026-03-01T09:30:00Z',
      detail: purchase,
    });
    const given = { 'detail-type': 'Object Created', source: 'aws.s3', detail: { bucket: { name: 'b' } } };
    expect(testedEvent(given, 'it')).toMatchObject({ type: 'Object Created', source: 'aws.s3', remarks: [] });
    expect(testedEvent(given, 'it').event).toMatchObject({ ...given, version: '0', account: '000000000000' });
  });

  it('remarks on an unknown type and on a broken contract', () => {
    expect(testedEvent({ ...purchase, type: 'behaviour.purchase.mad.v1' }, 'it').remarks).toEqual([
      "no event type 'behaviour.purchase.mad.v1' is known; did you mean 'behaviour.purchase.made.v1'?",
    ]);
    const data = { ...purchase.data, quantity: 'six' };
    expect(testedEvent({ ...purchase, data }, 'it').remarks).toEqual([
      'the event breaks its contract: data.quantity must be integer',
    ]);
  });

  it.each<readonly [string, string, string]>([
    ['no JSON', '{"specversion":', 'must hold one JSON object'],
    ['a list', '[]', 'must hold one event, holds a list: give one event at a time'],
    ['a number', '5', 'must hold one event, holds 5'],
    [
      'neither',
      '{"a":1}',
      'must hold a CloudEvent (with specversion) or an event as EventBridge has it (with detail), found a',
    ],
  ])('refuses %s', async (_, content, reason) => {
    const file = path.join(folder, 'event.json');
    writeFileSync(file, content);
    const error = await readTestedEvent(file).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toContain(reason);
  });

  it('refuses a file that is not there, too many files, and what it does not know', async () => {
    const run = (...positionals: string[]) => command.run({ options: {}, positionals });
    await expect(run('test', path.join(folder, 'nowhere.json'))).rejects.toThrow(
      'Cannot read the event: there is no file',
    );
    await expect(run('test')).rejects.toThrow("Cannot run 'rules test': one file is needed, received 0");
    await expect(run('list', 'x')).rejects.toThrow("Cannot run 'rules list': no argument is needed, received 1");
    await expect(run('drop')).rejects.toThrow("Cannot run 'rules drop': one of list, test is needed");
  });
});
