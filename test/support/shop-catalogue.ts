import type { CatalogueSources } from '../../cli/catalogue/catalogue.ts';
import type { DeployedResource } from '../../cli/catalogue/wiring/deployed-resources.ts';

/** The words of a small shop that a test may choose. */
export interface ShopWords {
  readonly title: string;
  readonly description: string;
  readonly owner: string;
  readonly fieldName: string;
  readonly fieldDescription: string;
  readonly example: string;
  readonly functionDescription: string;
  readonly ruleDescription: string;
  readonly ruleName: string;
  readonly route: string;
}

export const plainWords: ShopWords = {
  title: 'OrderShipped',
  description: 'An order left the house.',
  owner: 'team-shop',
  fieldName: 'carrier',
  fieldDescription: 'Who carries it.',
  example: 'snail',
  functionDescription: 'Tells the customer',
  ruleDescription: 'Everything that is shipped',
  ruleName: 'shipped',
  route: 'GET /orders/{id}',
};

const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:000000000000:${name}`;

/** ARNs of what the shop has. */
export const shop = {
  stream: arn('kinesis', 'stream/millrace-test-events'),
  table: arn('dynamodb', 'table/millrace-test-orders'),
  idempotency: arn('dynamodb', 'table/millrace-test-idempotency'),
  bus: arn('events', 'event-bus/millrace-test'),
  rule: arn('events', 'rule/millrace-test-shipped'),
  queue: arn('sqs', 'millrace-test-mails'),
  deadLetters: arn('sqs', 'millrace-test-mails-dlq'),
  collector: arn('lambda', 'function:millrace-test-collector'),
  processor: arn('lambda', 'function:millrace-test-order-state'),
  publisher: arn('lambda', 'function:millrace-test-outbox-publisher'),
  consumer: arn('lambda', 'function:millrace-test-mailer'),
  query: arn('lambda', 'function:millrace-test-order-query'),
} as const;

export const PLACED = 'shop.order.placed.v1';
export const SHIPPED = 'shop.order.shipped.v1';

/** A shop with one event that comes in (`PLACED`), one fact that follows (`SHIPPED`), and everything between. */
export function shopSources(words: Partial<ShopWords> = {}): CatalogueSources {
  const said = { ...plainWords, ...words };
  return {
    schemas: [
      { file: 'placed.json', schema: schemaOf(PLACED, { ...plainWords, title: 'OrderPlaced' }) },
      { file: 'shipped.json', schema: schemaOf(SHIPPED, said) },
    ],
    earlier: new Map([
      ['shipped.json', [{ ...schemaOf(SHIPPED, said), 'x-version': '0.9.0', properties: {}, required: [] }]],
    ]),
    resources: shopResources(said),
    uses: new Map([
      ['collector', { names: new Set([PLACED]), makes: new Set() }],
      ['order-state', { names: new Set([PLACED, SHIPPED]), makes: new Set([SHIPPED]) }],
    ]),
    ingested: new Set([PLACED]),
    declared: {
      producers: [{ source: 'millrace.shop.order-state', publishes: [SHIPPED] }],
      consumers: [{ name: 'mailer', readsFields: { [SHIPPED]: ['id', `data.${said.fieldName}`] } }],
      processors: [{ name: 'order-state', accepts: [{ type: PLACED }] }],
    },
  };
}

function schemaOf(type: string, { title, description, owner, fieldName, fieldDescription, example }: ShopWords) {
  return {
    title,
    description,
    'x-type': type,
    'x-version': '1.0.0',
    'x-owner': owner,
    type: 'object',
    properties: { [fieldName]: { type: 'string', description: fieldDescription, 'x-classification': 'personal' } },
    required: [fieldName],
    examples: [{ [fieldName]: example }],
  };
}

function shopResources(words: ShopWords): readonly DeployedResource[] {
  const { stream, table, idempotency, bus, rule, queue, deadLetters } = shop;
  return [
    resource('AWS::Kinesis::Stream', stream, { RetentionPeriodHours: 48 }),
    resource('AWS::DynamoDB::Table', table, { KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }] }),
    resource('AWS::DynamoDB::Table', idempotency),
    resource('AWS::Events::EventBus', bus),
    resource('AWS::Events::Rule', rule, {
      Name: words.ruleName,
      Description: words.ruleDescription,
      EventBusName: bus,
      EventPattern: { 'detail-type': [SHIPPED] },
      Targets: [{ Arn: queue }],
    }),
    resource('AWS::SQS::Queue', queue, { RedrivePolicy: { deadLetterTargetArn: deadLetters } }),
    resource('AWS::SQS::Queue', deadLetters, { MessageRetentionPeriod: 1_209_600 }),
    ...functionWith(shop.collector, [['kinesis:PutRecords', stream]]),
    ...functionWith(shop.processor, [['dynamodb:PutItem', table]]),
    ...functionWith(shop.publisher, [['events:PutEvents', bus]]),
    ...functionWith(shop.consumer, [['dynamodb:PutItem', idempotency]], {
      Description: words.functionDescription,
      Environment: { Variables: { IDEMPOTENCY_TABLE: idempotency } },
    }),
    ...functionWith(shop.query, [['dynamodb:GetItem', table]]),
    mapping(stream, shop.processor),
    mapping(table, shop.publisher),
    mapping(queue, shop.consumer),
    ...route('POST /events', shop.collector),
    ...route('OPTIONS /events', shop.collector),
    ...route(words.route, shop.query),
  ];
}

function resource(type: string, id: string, properties: Readonly<Record<string, unknown>> = {}): DeployedResource {
  const name = typeof properties.Name === 'string' ? properties.Name : (id.split(/[:/]/).at(-1) ?? id);
  return { type, name, arn: id, properties };
}

function functionWith(
  id: string,
  grants: readonly (readonly [action: string, resource: string])[],
  properties: Readonly<Record<string, unknown>> = {},
): readonly DeployedResource[] {
  const statements = grants.map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource }));
  return [
    resource('AWS::Lambda::Function', id, { Role: `${id}-role`, ...properties }),
    resource('AWS::IAM::Policy', `${id}-policy`, { Roles: [`${id}-role`], PolicyDocument: { Statement: statements } }),
  ];
}

function mapping(source: string, target: string): DeployedResource {
  return resource('AWS::Lambda::EventSourceMapping', `${source}>${target}`, {
    EventSourceArn: source,
    FunctionName: target,
  });
}

function route(key: string, target: string): readonly DeployedResource[] {
  const integration = `integration of ${key}`;
  return [
    resource('AWS::ApiGatewayV2::Integration', integration, { IntegrationUri: target }),
    resource('AWS::ApiGatewayV2::Route', `route ${key}`, { RouteKey: key, Target: `integrations/${integration}` }),
  ];
}
