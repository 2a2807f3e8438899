import { App, Stack } from 'aws-cdk-lib';
import { CfnRule, EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import type { SchemaObject } from '../../core/index.ts';
import { eventFlow } from '../../domains/event-flow.ts';
import { type DeclaredReader, declareReader, readerOf } from '../../lib/constructs/event-reader.ts';
import { checkEventRules } from '../../lib/event-rules/event-rule-check.ts';
import { appWithStacks } from './synthesis.ts';

const PLACED = 'shop.order.placed.v1';
const PAID = 'shop.order.paid.v1';
const SEEN = 'shop.page.seen.v1';
const SOURCE = 'shop.orders';
const money = { type: 'integer', minimum: 0, maximum: 1_000_000 };

const schemas: readonly SchemaObject[] = [
  {
    'x-type': PLACED,
    'x-version': '1.0.0',
    type: 'object',
    properties: {
      orderId: { type: 'string', pattern: '^o-[0-9]{1,9}$' },
      status: { enum: ['open', 'closed'] },
      kind: { const: 'order' },
      amount: money,
      address: { type: 'string', maxLength: 39 },
      lines: { type: 'array', items: { $ref: '#/$defs/line' }, minItems: 1 },
      customer: { type: 'object', properties: { id: { type: 'string' }, tier: { enum: ['gold', 'silver'] } } },
      payment: {
        oneOf: [
          {
            type: 'object',
            properties: { way: { const: 'card' }, card: { type: 'string' } },
            required: ['way', 'card'],
          },
          {
            type: 'object',
            properties: { way: { const: 'invoice' }, dueDays: { type: 'integer' } },
            required: ['way'],
          },
        ],
      },
    },
    required: ['orderId', 'amount', 'lines'],
    $defs: {
      line: { type: 'object', properties: { product: { type: 'string' }, quantity: { type: 'integer', minimum: 1 } } },
    },
  },
  {
    'x-type': PLACED,
    'x-version': '1.1.0',
    type: 'object',
    properties: { orderId: { type: 'string' }, amount: money, coupon: { type: 'string' } },
    required: ['orderId', 'amount'],
  },
  {
    'x-type': PAID,
    'x-version': '1.0.0',
    type: 'object',
    properties: { orderId: { type: 'string' } },
    required: ['orderId'],
  },
  { 'x-type': SEEN, 'x-version': '1.0.0', type: 'object', properties: { url: { type: 'string' } } },
];
const producers = [
  { source: SOURCE, publishes: [PLACED] },
  { source: 'shop.payments', publishes: [PAID] },
];

/** An app with a bus, and what `add` adds to it. @returns what synthesis says of each construct path */
function refusals(add: (stack: Stack) => void): Readonly<Record<string, string>> {
  const app = new App({ builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'shop');
  new EventBus(stack, 'Bus', { eventBusName: 'shop' });
  add(stack);
  checkEventRules(app, { schemas, producers });
  return refusalsOf(app);
}

function refusalsOf(app: App): Readonly<Record<string, string>> {
  try {
    app.synth();
    return {};
  } catch (error) {
    const lines = String(error)
      .split('\n')
      .filter(line => line.includes('] Cannot deploy'));
    expect(lines.length, String(error)).toBeGreaterThan(0);
    const found = lines.map(line => /^ {2}\[shop\/([^/\]]+)[^\]]*\] (.*)$/.exec(line)?.slice(1, 3) ?? ['', line]);
    const byPath = Map.groupBy(found, ([path]) => path);
    return Object.fromEntries([...byPath].map(([path, all]) => [path, all.map(([, text]) => text).join('\n')]));
  }
}

const bus = { eventBusName: 'shop' };
const placed = (data: object) => ({ 'detail-type': [PLACED], detail: { data } });

/** Rules that are wrong, each in one way, and what is said of them. */
const BROKEN: Readonly<Record<string, readonly [pattern: unknown, cause: string]>> = {
  MisspelledType: [
    { 'detail-type': ['shop.order.plcaed.v1'] },
    `detail-type asks for "shop.order.plcaed.v1", but there is no such event type; did you mean '${PLACED}'?`,
  ],
  AnotherMajor: [
    { 'detail-type': ['shop.order.placed.v2'] },
    `detail-type asks for "shop.order.placed.v2", but there is no such event type; did you mean '${PLACED}'?`,
  ],
  NeverOnTheBus: [
    { 'detail-type': [SEEN] },
    `detail-type asks for "${SEEN}", but nobody puts events of that type on the bus: they stay in the stream; on the bus there are ${PLACED}, ${PAID}`,
  ],
  NoTypeBeginsSo: [
    { 'detail-type': [{ prefix: 'shop.orders.' }] },
    `detail-type prefix "shop.orders." never matches: on the bus there are ${PLACED}, ${PAID}`,
  ],
  ExcludesNothing: [
    { 'detail-type': [{ 'anything-but': ['shop.order.piad.v1'] }] },
    `detail-type excludes "shop.order.piad.v1", but there is no such event type; did you mean '${PAID}'?`,
  ],
  ForeignSource: [
    { source: ['com.partner.crm'] },
    `source asks for "com.partner.crm", but no source of that name is known; on the bus there are ${SOURCE}, shop.payments`,
  ],
  AnothersSource: [
    { source: ['shop.payments'], 'detail-type': [PLACED] },
    `no event can meet all of the pattern at once: ${PLACED}: source is always "shop.orders", so "shop.payments" never matches`,
  ],
  MisspelledField: [
    placed({ amonut: [{ numeric: ['>', 5] }] }),
    `detail.data.amonut is no field of ${PLACED}; did you mean 'amount'?`,
  ],
  FieldInTheWrongPlace: [
    { 'detail-type': [PLACED], detail: { amount: [5] } },
    `detail.amount is no field of ${PLACED}; did you mean 'detail.data.amount'?`,
  ],
  FieldOfAList: [
    placed({ lines: { quantty: [1] } }),
    `detail.data.lines.quantty is no field of ${PLACED}; did you mean 'quantity'?`,
  ],
  FieldOfAnotherType: [
    { 'detail-type': [PAID], detail: { data: { amount: [5] } } },
    `detail.data.amount is no field of ${PAID}; detail.data has orderId`,
  ],
  NumbersOfAText: [
    placed({ orderId: [{ numeric: ['>', 5] }] }),
    'detail.data.orderId is a string, so numeric > 5 never matches: it compares with a number',
  ],
  PrefixOfANumber: [
    placed({ amount: [{ prefix: '5' }] }),
    'detail.data.amount is an integer, so prefix "5" never matches: it compares with a string',
  ],
  CidrOfANumber: [
    placed({ amount: [{ cidr: '10.0.0.0/8' }] }),
    'detail.data.amount is an integer, so cidr "10.0.0.0/8" never matches: it compares with a string',
  ],
  ExcludesANumberOfAText: [
    placed({ orderId: [{ 'anything-but': [5] }] }),
    'detail.data.orderId is a string, so anything but 5 excludes nothing there',
  ],
  AnObject: [
    placed({ customer: ['c-1'] }),
    'detail.data.customer is an object, and a pattern compares values: name one of its members (id, tier)',
  ],
  NoSuchValue: [
    placed({ status: ['open', 'cancelled'] }),
    'detail.data.status must be one of "open", "closed", so "cancelled" never matches',
  ],
  NoValueBeginsSo: [
    placed({ customer: { tier: [{ prefix: 'plat' }] } }),
    'detail.data.customer.tier must be one of "gold", "silver", so prefix "plat" never matches',
  ],
  NothingIsLeft: [
    placed({ status: [{ 'anything-but': ['open', 'closed'] }] }),
    'detail.data.status must be one of "open", "closed", so anything but "open", "closed" leaves nothing',
  ],
  AnotherConstant: [placed({ kind: ['offer'] }), 'detail.data.kind is always "order", so "offer" never matches'],
  OutOfRange: [
    placed({ amount: [{ numeric: ['>', 1_000_000] }] }),
    'detail.data.amount is a whole number, at least 0 and at most 1000000, so numeric > 1000000 never matches',
  ],
  BetweenWholeNumbers: [
    placed({ amount: [{ numeric: ['>', 4, '<', 5] }] }),
    'detail.data.amount is a whole number, at least 0 and at most 1000000, so numeric > 4 and < 5 never matches',
  ],
  AgainstTheExpression: [
    { 'detail-type': [PLACED], detail: { data: { orderId: [{ wildcard: 'order-*' }], status: ['open'] } } },
    `no event can meet all of the pattern at once: ${PLACED}: detail.data.orderId must match the pattern "^o-[0-9]{1,9}$", so wildcard "order-*" never matches; ${PLACED}: has no detail.data.status`,
  ],
  TooLong: [
    placed({ address: [{ prefix: 'a'.repeat(40) }] }),
    `detail.data.address has at most 39 characters, so prefix "${'a'.repeat(40)}" never matches`,
  ],
  NeverAbsent: [placed({ amount: [{ exists: false }] }), 'detail.data.amount is always there: the schema requires it'],
  TwoAlternatives: [
    placed({ payment: { way: ['invoice'], card: [{ exists: true }], other: [1] } }),
    `detail.data.payment.other is no field of ${PLACED}; detail.data.payment has way, card, dueDays`,
  ],
  FieldsOfTwoVersions: [
    placed({ coupon: [{ exists: true }], status: ['open'] }),
    `no event can meet all of the pattern at once: ${PLACED}: has no detail.data.coupon; ${PLACED}: has no detail.data.status`,
  ],
  DeadBranch: [
    {
      $or: [
        { 'detail-type': [PLACED] },
        { 'detail-type': [PAID], detail: { data: { amount: [{ numeric: ['>', 5] }] } } },
      ],
    },
    `detail.data.amount is no field of ${PAID}; detail.data has orderId`,
  ],
  NoOperator: [
    placed({ amount: [{ greater: 5 }] }),
    "detail.data.amount is not valid: there is no operator 'greater'; there are prefix, suffix, equals-ignore-case, wildcard, numeric, cidr, exists, anything-but and exactly",
  ],
  NoList: [
    { 'detail-type': PLACED },
    `detail-type is not valid: a field is given a list or an object, received "${PLACED}"`,
  ],
  BackwardRange: [
    placed({ amount: [{ numeric: ['>', 5, '<', 1] }] }),
    'detail.data.amount is not valid: numeric: the lower bound 5 must be below the upper one, 1',
  ],
};

describe('a rule that no event can meet', () => {
  const found = refusals(stack => {
    for (const [id, [eventPattern]] of Object.entries(BROKEN)) new CfnRule(stack, id, { ...bus, eventPattern });
  });

  it.each(Object.entries(BROKEN))('is refused with its cause: %s', (id, [, cause]) => {
    expect(found[id]?.split('): ').slice(1).join('): ')).toBe(cause);
  });

  it('is named by its logical id and the line that defines it', () => {
    const named = refusals(stack => {
      new CfnRule(stack, 'Orders', { ...bus, name: 'orders', eventPattern: { 'detail-type': ['x'] } });
    });
    expect(named.Orders).toMatch(
      /^Cannot deploy rule 'orders' \(Orders, test\/template\/event-rule-check\.test\.ts:\d+\): detail-type asks for "x"/,
    );
  });
});

describe('a rule that some event meets', () => {
  it.each<readonly [string, unknown]>([
    ['of one field', placed({ amount: [{ numeric: ['>=', 100] }] })],
    [
      'of a list of objects, by a reference',
      placed({ lines: { quantity: [{ numeric: ['>', 5] }], product: [{ prefix: 'tea' }] } }),
    ],
    ['of an alternative', placed({ payment: { way: ['card'], card: [{ exists: true }] } })],
    ['of a later version', placed({ coupon: [{ exists: true }] })],
    ['of an expression', placed({ orderId: [{ prefix: 'o-1' }, { wildcard: 'o-*7' }] })],
    ['of the envelope', { account: ['000000000000'], detail: { subject: [{ prefix: 'c' }] } }],
    ['of what is absent elsewhere', { detail: { data: { amount: [{ exists: false }] } } }],
    ['of a claim check', { detail: { dataref: [{ exists: true }], data: { amount: [{ exists: false }] } } }],
    ['of either of two branches', { $or: [{ 'detail-type': [PAID] }, placed({ status: ['open'] })] }],
    [
      'of branches that go together in some ways only',
      {
        $or: [{ 'detail-type': [PAID] }, { 'detail-type': [PLACED] }],
        detail: { $or: [{ data: { amount: [5] } }, { subject: ['x'] }] },
      },
    ],
    [
      'of AWS, with fields that nobody described',
      { source: ['aws.s3'], 'detail-type': ['Object Created'], detail: { bucket: { name: ['x'] } } },
    ],
    ['of AWS and of ours', { source: ['aws.health', SOURCE] }],
    ['of an account that is known later', { account: [{ Ref: 'AWS::AccountId' }], 'detail-type': [PAID] }],
  ])('is taken: %s', (_, eventPattern) => {
    expect(refusals(stack => void new CfnRule(stack, 'Rule', { ...bus, eventPattern }))).toEqual({});
  });

  it('is refused on a bus where none of our events comes', () => {
    const eventPattern = { 'detail-type': [PAID] };
    const found = refusals(stack => {
      new CfnRule(stack, 'Misspelled', { eventBusName: 'shpo', eventPattern });
      new CfnRule(stack, 'OnDefault', { eventPattern });
      new CfnRule(stack, 'ByArn', {
        eventBusName: 'arn:aws:events:eu-west-1:000000000000:event-bus/shop',
        eventPattern,
      });
      new CfnRule(stack, 'OfAws', { eventPattern: { source: ['aws.s3'] } });
      new CfnRule(stack, 'Schedule', { scheduleExpression: 'rate(1 day)' });
    });
    expect(Object.keys(found)).toEqual(['Misspelled', 'OnDefault']);
    expect(found.Misspelled).toContain("there is no bus 'shpo' in the app; did you mean 'shop'?");
    expect(found.OnDefault).toContain(
      'the rule is on the default bus, where none of our events comes: they are on shop',
    );
  });
});

describe('what a target is given', () => {
  const transformed = (paths: Record<string, string>, inputTemplate: string) =>
    refusals(stack => {
      const inputTransformer = { inputPathsMap: paths, inputTemplate };
      const targets = [{ id: 'T', arn: 'arn:aws:sqs:eu-west-1:000000000000:q', inputTransformer }];
      new CfnRule(stack, 'Rule', { ...bus, eventPattern: { 'detail-type': [PLACED] }, targets });
    }).Rule;

  it.each<readonly [string, Record<string, string>, string, string]>([
    [
      'a field that is not there',
      { a: '$.detail.data.amuont' },
      '{"a":<a>}',
      `InputPathsMap.a reads $.detail.data.amuont, which is no field of ${PLACED}; did you mean 'amount'?`,
    ],
    [
      'no path',
      { a: 'detail.data.amount' },
      '{"a":<a>}',
      'InputPathsMap.a is no path that EventBridge reads: detail.data.amount',
    ],
    [
      'a name that nobody gives',
      { amount: '$.detail.data.amount' },
      '{"a":<amonut>}',
      "InputTemplate uses <amonut>, which InputPathsMap does not name; did you mean 'amount'?",
    ],
    [
      'JSON that does not end',
      { a: '$.detail.data.amount' },
      '{"a":<a>',
      'InputTemplate is not well formed: it begins as JSON, and makes none: {"a":<a>',
    ],
    [
      'a text that does not end',
      { a: '$.detail.data.amount' },
      '"Amount: <a>',
      'InputTemplate is not well formed: a text must end with its quotes: "Amount: x',
    ],
  ])('is refused: %s', (_, paths, template, cause) => {
    expect(transformed(paths, template)).toContain(`): ${cause}`);
  });

  it.each<readonly [string, Record<string, string>, string]>([
    [
      'JSON',
      { a: '$.detail.data.amount', s: '$.source' },
      '{"a":<a>,"text":"of <s>","at":<aws.events.event.ingestion-time>}',
    ],
    ['text', { a: '$.detail.data.lines[0].product' }, '"First: <a>"\n"and more"'],
    ['a value alone', { a: "$.detail['data'].payment.dueDays" }, '<a>'],
  ])('is taken: %s', (_, paths, template) => {
    expect(transformed(paths, template)).toBeUndefined();
  });

  it('is read as the construct of CDK writes it', () => {
    const found = refusals(stack => {
      const message = RuleTargetInput.fromObject({ at: EventField.fromPath('$.detail.tiem') });
      const target = new SqsQueue(new Queue(stack, 'Queue'), { message });
      const eventBus = EventBus.fromEventBusName(stack, 'Imported', 'shop');
      new Rule(stack, 'Rule', { eventBus, eventPattern: { detailType: [PAID] }, targets: [target] });
    });
    expect(found.Rule).toContain(
      `InputPathsMap.detail-tiem reads $.detail.tiem, which is no field of ${PAID}; did you mean 'time'?`,
    );
  });
});

describe('a consumer', () => {
  /** A queue that one rule fills, and a function behind it. */
  const consumer = (reader: DeclaredReader | undefined, eventPattern: object) =>
    refusals(stack => {
      const queue = new Queue(stack, 'Queue', { queueName: 'orders' });
      new CfnRule(stack, 'Rule', { ...bus, eventPattern, targets: [{ id: 'T', arn: queue.queueArn }] });
      const code = Code.fromInline('exports.handler = async () => {}');
      const handler = new LambdaFunction(stack, 'Reader', {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code,
        functionName: 'reader',
      });
      handler.addEventSource(
        new SqsEventSource(
          Queue.fromQueueArn(stack, 'Imported', `arn:aws:sqs:${stack.region}:${stack.account}:orders`),
        ),
      );
      if (reader) declareReader(handler, reader);
    }).Reader;

  it.each<readonly [string, Record<string, string[]>, object, string]>([
    [
      'a field that one version does not have',
      { [PLACED]: ['data.orderId', 'data.status'] },
      { 'detail-type': [PLACED] },
      `data.status is read of ${PLACED}, but version 1.1.0 does not have it`,
    ],
    [
      'a misspelled field',
      { [PAID]: ['data.orderid'] },
      { 'detail-type': [PAID] },
      `data.orderid is read of ${PAID}, but version 1.0.0 does not have it; did you mean 'orderId'?`,
    ],
    [
      'an attribute that events do not have',
      { [PAID]: ['tiem'] },
      { 'detail-type': [PAID] },
      `tiem is read of ${PAID}, but events have no such attribute; did you mean 'time'?`,
    ],
    [
      'a type that there is not',
      { [PAID]: [], 'shop.order.piad.v1': [] },
      { 'detail-type': [PAID] },
      `shop.order.piad.v1 is read, but there is no such event type; did you mean '${PAID}'?`,
    ],
    [
      'not all that comes',
      { [PAID]: [] },
      { 'detail-type': [{ prefix: 'shop.order.' }] },
      `${PLACED} is delivered to reader, which does not say that it reads it`,
    ],
    [
      'what does not come',
      { [PAID]: [], [PLACED]: [] },
      { 'detail-type': [PAID] },
      `${PLACED} is read by reader, but no rule delivers it there`,
    ],
  ])('is refused that reads %s', (_, readsFields, pattern, cause) => {
    const text = consumer({ name: 'reader', readsFields }, pattern);
    expect(text).toMatch(
      /^Cannot deploy consumer 'reader' \(Reader[^,]*, test\/template\/event-rule-check\.test\.ts:\d+\): /,
    );
    expect(text).toContain(cause);
  });

  it('is refused that does not say what it reads', () => {
    expect(consumer(undefined, { 'detail-type': [PAID] })).toContain(
      "reader takes events from queue 'orders', and does not say which fields it reads",
    );
    expect(consumer({ name: 'fold', accepts: [PAID] }, { 'detail-type': [PAID] })).toContain(
      'fold does not say which fields it reads: give its definition readsFields',
    );
    expect(consumer({ name: 'fold', accepts: [PAID, PLACED], readsFields: { [PAID]: [] } }, {})).toContain(
      `${PLACED} is accepted by fold, whose readsFields do not name it`,
    );
  });

  it('is taken that reads what comes, in the versions that it claims', () => {
    const pattern = { 'detail-type': [PLACED] };
    expect(consumer({ name: 'reader', readsFields: { [PLACED]: ['id', 'data.orderId'] } }, pattern)).toBeUndefined();
    const late = { name: 'reader', readsFields: { [PLACED]: ['data.coupon'] } };
    expect(consumer(late, pattern)).toContain('version 1.0.0 does not have it');
    expect(consumer({ ...late, since: { [PLACED]: '1.1.0' } }, pattern)).toBeUndefined();
    expect(consumer({ ...late, since: { [PLACED]: '1.2.0' } }, pattern)).toContain(
      `${PLACED} is read from version 1.2.0 on, but there is only 1.0.0, 1.1.0`,
    );
  });
});

describe('the platform', () => {
  const { app } = appWithStacks();

  it('holds no consumer that its domains do not know, and no other', () => {
    const deployed = app.node.findAll().flatMap(construct => readerOf(construct)?.name ?? []);
    const known = [...eventFlow.consumers, ...eventFlow.processors].map(({ name }) => name);
    expect(deployed.sort()).toEqual(known.sort());
  });

  it('is refused with a rule that asks for a field that nobody has, and synthesized without', () => {
    const { app: careless } = appWithStacks();
    const stack = new Stack(careless, 'shop');
    new CfnRule(stack, 'Rule', {
      eventBusName: 'millrace-dev',
      eventPattern: { detail: { data: { amountMili: [1] } } },
    });
    expect(refusalsOf(careless)).toEqual({
      Rule: expect.stringContaining(
        "detail.data.amountMili is no field of any of the 7 types that it selects; did you mean 'amountMilli'?",
      ),
    });
    expect(refusalsOf(app)).toEqual({});
  });
});
