import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { DynamoDBRecord } from 'aws-lambda';
import { type CloudEvent, derivedId } from '../../core/index.ts';
import { behaviourEventTypes as types } from '../../domains/behaviour/events/event-types.ts';
import { factContracts } from '../../domains/fact-contracts.ts';
import { packOutbox } from '../../lambdas/adapters/outbox-attribute.ts';
import { eventbridgePublisher } from '../../lambdas/adapters/publisher-eventbridge.ts';
import { examineFacts } from '../../lambdas/outbox-publisher/examine-fact.ts';
import { publishOutbox } from '../../lambdas/outbox-publisher/publish-outbox.ts';
import { readOutbox } from '../../lambdas/outbox-publisher/read-outbox.ts';
import { ports } from '../../lambdas/runtime/ports.ts';
import type { Bench } from '../bench-definition.ts';
import { cannedAnswers } from '../canned-answers.ts';
import { perSecond } from '../timed.ts';
import { visitorEvents } from '../visitor-events.ts';

const RECORDS = 500;
const FACTS_PER_RECORD = 4;
const ENTRIES_PER_CALL = 10;
const BUS = 'bench';

/** What carrying facts from stream records to the bus costs on one core, when the bus answers at once. */
export const outboxPublisher: Bench = {
  name: 'outbox-publisher',
  measures: `facts unpacked from ${RECORDS} stream records of ${FACTS_PER_RECORD} each, judged, and put in their order by an SDK client that is answered at once, against the PutEvents calls alone`,
  unit: 'facts/s',
  rounds: 9,

  async open() {
    const records = Array.from({ length: RECORDS }, (_, index) => recordOf(factsOf(index), index));
    const client = new EventBridgeClient({
      region: 'eu-west-1',
      credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
      requestHandler: cannedAnswers({
        contentType: 'application/x-amz-json-1.1',
        mark: '"DetailType"',
        answer: count => ({ FailedEntryCount: 0, Entries: Array.from({ length: count }, () => ({ EventId: 'id' })) }),
      }),
    });
    const claimCheck = { leave: refusing, keepUnpublishable: refusing };
    const dependencies = {
      publisher: eventbridgePublisher({ ...ports, client, busName: BUS, claimCheck }),
      claimCheck,
      quarantine: { keep: refusing },
      examine: examineFacts({ contracts: factContracts }),
    };
    const publish = async () => (await publishOutbox(records.map(readOutbox), dependencies)).published;
    return {
      subject: { name: 'publisher', measure: () => perSecond(publish) },
      against: { name: 'PutEvents', measure: () => perSecond(() => putAll(client, records.map(readOutbox))) },
      close: async () => client.destroy(),
    };
  },
};

async function putAll(client: EventBridgeClient, records: readonly ReturnType<typeof readOutbox>[]): Promise<number> {
  const facts = records.flatMap(({ events }) => events);
  for (let at = 0; at < facts.length; at += ENTRIES_PER_CALL) {
    const Entries = facts.slice(at, at + ENTRIES_PER_CALL).map(fact => ({
      EventBusName: BUS,
      Source: fact.source,
      DetailType: fact.type,
      Detail: JSON.stringify(fact),
    }));
    await client.send(new PutEventsCommand({ Entries }));
  }
  return facts.length;
}

/** Purchases of one visitor. */
function factsOf(index: number): readonly CloudEvent[] {
  const [cause] = visitorEvents(1);
  if (!cause) throw new Error('Cannot measure: there is no traffic');
  const subject = `visitor-${index}`;
  return Array.from({ length: FACTS_PER_RECORD }, (_, line) => ({
    ...cause,
    id: derivedId(cause.id, `${subject}#${line}`),
    source: 'millrace.behaviour.session-profile',
    type: types.purchaseMade,
    subject,
    data: {
      visitorId: subject,
      invoice: `invoice-${index}`,
      product: `product-${line}`,
      quantity: 1 + line,
      amountMilli: 2550,
      currency: 'GBP',
      day: cause.time.slice(0, 10),
    },
  }));
}

function recordOf(facts: readonly CloudEvent[], index: number): DynamoDBRecord {
  const NewImage = { outbox: { B: Buffer.from(packOutbox(facts)).toString('base64') } };
  const dynamodb = { SequenceNumber: String(index), ApproximateCreationDateTime: Date.now() / 1000, NewImage };
  return { eventName: 'MODIFY', dynamodb };
}

async function refusing(what: unknown): Promise<never> {
  throw new Error(`Cannot count the round: ${JSON.stringify(what).slice(0, 200)}`);
}
