/** The functions of the recorded tests, in Node.js. */

/** Sends a value to a queue, as JSON, with no client library. */
const SEND = `
const send = (QueueUrl, value) =>
  fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' },
    body: JSON.stringify({ QueueUrl, MessageBody: JSON.stringify(value) }),
  });`;

export const ECHO = 'export const handler = async event => event;';

/** The message is the recorded one: it stands in what destinations and dead-letter queues are sent. */
export function failing(message: string): string {
  return `export const handler = async () => { throw new Error(${JSON.stringify(message)}); };`;
}

/** Fails when it is asked to, by a flag in the event or in the data of a stream record. */
export const FAIL_ON_REQUEST = `
const asksToFail = value => value?.raise_error === 1;
const data = record => JSON.parse(Buffer.from(record.kinesis.data, 'base64').toString());
export const handler = async event => {
  if (asksToFail(event) || (event.Records ?? []).some(record => asksToFail(data(record)))) {
    throw new Error('Test exception (this is intentional)');
  }
  return event;
};`;

export function answering(value: unknown): string {
  return `export const handler = async () => (${JSON.stringify(value)});`;
}

/** Reports the records that say of themselves that they fail. */
export const REPORT_KINESIS_FAILURES = `
const fails = ({ kinesis }) => JSON.parse(Buffer.from(kinesis.data, 'base64').toString()).should_fail;
export const handler = async ({ Records }) => ({
  batchItemFailures: Records.filter(fails).map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber })),
});`;

export const REPORT_DYNAMODB_FAILURES = `
const fails = ({ dynamodb }) => dynamodb.NewImage.should_fail.BOOL;
export const handler = async ({ Records }) => ({
  batchItemFailures: Records.filter(fails).map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })),
});`;

/** Tells a queue what it was given, then fails as often as the message says. */
export const TELL_AND_FAIL = `${SEND}
export const handler = async event => {
  for (const record of event.Records) {
    const { destination, fail_attempts } = JSON.parse(record.body);
    const fails = Number(record.attributes.ApproximateReceiveCount) <= fail_attempts;
    if (destination) await send(destination, { error: fails ? 'failed attempt' : null, event });
    if (fails) throw new Error('failed attempt');
  }
};`;

/** Tells a queue what it was given and what it answers: a report of the messages that have not failed often enough yet. */
export const TELL_AND_REPORT = `${SEND}
const fails = record => Number(record.attributes.ApproximateReceiveCount) <= JSON.parse(record.body).fail_attempts;
export const handler = async event => {
  const failures = event.Records.filter(fails).map(({ messageId }) => ({ itemIdentifier: messageId }));
  const { OVERWRITE_RESULT, DESTINATION_QUEUE_URL } = process.env;
  const result = OVERWRITE_RESULT ? JSON.parse(OVERWRITE_RESULT) : { batchItemFailures: failures };
  await send(DESTINATION_QUEUE_URL, { event, result });
  return result;
};`;

/** Tells a queue of the records that it was given. */
export const TELL_RECORDS = `${SEND}
export const handler = async ({ Records }) => {
  await send(process.env.SQS_QUEUE_URL, Records);
  return { count: Records.length };
};`;
