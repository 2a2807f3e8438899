import { z } from 'zod';
import { OPERATOR } from '../cloud/principal.ts';
import { resourceType } from './resource-type.ts';

const properties = z.strictObject({
  ConsumerName: z.string(),
  StreamARN: z.string(),
});

interface RegisteredConsumer {
  readonly ConsumerARN: string;
  readonly ConsumerName: string;
  readonly ConsumerStatus: string;
  readonly ConsumerCreationTimestamp: number;
}

/** A registered consumer (enhanced fan-out): a throughput of its own, for an event source mapping or `SubscribeToShard`. */
export const kinesisStreamConsumer = resourceType({
  type: 'AWS::Kinesis::StreamConsumer',
  properties,
  async create({ ConsumerName, StreamARN }, { cloud }) {
    const { Consumer } = await cloud.call<{ Consumer: RegisteredConsumer }>({
      service: 'kinesis',
      operation: 'RegisterStreamConsumer',
      input: { StreamARN, ConsumerName },
      principal: OPERATOR,
    });
    const ConsumerCreationTimestamp = String(Consumer.ConsumerCreationTimestamp);
    const attributes = { ...Consumer, ConsumerStatus: 'ACTIVE', ConsumerCreationTimestamp, StreamARN };
    return { ref: Consumer.ConsumerARN, attributes };
  },
  remove: ({ created }, { cloud }) =>
    cloud.call({
      service: 'kinesis',
      operation: 'DeregisterStreamConsumer',
      input: { ConsumerARN: created.ref },
      principal: OPERATOR,
    }),
});
