import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsError } from '../../../local/cloud/aws-error.ts';
import { answerEvents, eventsOf } from '../../../local/wire/event-answer.ts';
import { encodeMessage } from '../../../local/wire/event-stream.ts';

const JSON_TYPE = 'application/x-amz-json-1.1';

/** Bit by bit, as in the definition of CRC-32. */
function checksum(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Reads one message the way the specification says. */
function decode(message: Buffer) {
  expect(message.readUInt32BE(0)).toBe(message.length);
  const headersEnd = 12 + message.readUInt32BE(4);
  expect(message.readUInt32BE(8)).toBe(checksum(message.subarray(0, 8)));
  expect(message.readUInt32BE(message.length - 4)).toBe(checksum(message.subarray(0, -4)));
  const headers: Record<string, string> = {};
  for (let at = 12; at < headersEnd; ) {
    const nameEnd = at + 1 + message.readUInt8(at);
    const name = message.toString('utf8', at + 1, nameEnd);
    expect(message.readUInt8(nameEnd)).toBe(7);
    const valueEnd = nameEnd + 3 + message.readUInt16BE(nameEnd + 1);
    headers[name] = message.toString('utf8', nameEnd + 3, valueEnd);
    at = valueEnd;
  }
  return { headers, payload: message.subarray(headersEnd, -4) };
}

describe('encodeMessage', () => {
  it('writes what a reader of the specification reads, for any headers and payload', () => {
    const names = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(name => name !== '__proto__');
    const headers = fc.dictionary(names, fc.string({ unit: 'grapheme', maxLength: 200 }), { maxKeys: 5 });
    fc.assert(
      fc.property(headers, fc.uint8Array({ maxLength: 2000 }), (given, bytes) => {
        const payload = Buffer.from(bytes);
        const decoded = decode(encodeMessage({ headers: given, payload }));
        expect(decoded.headers).toEqual({ ...given });
        expect(decoded.payload.equals(payload)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

describe('answerEvents', () => {
  async function messagesOf(output: Record<string, unknown>) {
    const events = eventsOf(output);
    if (!events) throw new Error('no events');
    const { body, stream } = answerEvents(output, events, JSON_TYPE);
    const messages = [decode(body)];
    for await (const piece of stream) messages.push(decode(piece));
    return messages.map(({ headers, payload }) => ({ headers, payload: payload.toString() }));
  }

  it('sends the other members first, then each event under its type', async () => {
    async function* events() {
      yield { Told: { n: 1 } };
      yield { Asked: { n: 2 } };
    }
    const type = { ':message-type': 'event', ':content-type': JSON_TYPE };
    expect(await messagesOf({ Name: 'x', Events: events() })).toEqual([
      { headers: { ...type, ':event-type': 'initial-response' }, payload: '{"Name":"x"}' },
      { headers: { ...type, ':event-type': 'Told' }, payload: '{"n":1}' },
      { headers: { ...type, ':event-type': 'Asked' }, payload: '{"n":2}' },
    ]);
  });

  it.each([
    [
      new AwsError('ResourceInUseException', 'taken', { fields: { by: 'me' } }),
      { ':message-type': 'exception', ':exception-type': 'ResourceInUseException', ':content-type': JSON_TYPE },
      '{"message":"taken","by":"me"}',
    ],
    [new Error('bug'), { ':message-type': 'error', ':error-code': 'InternalFailure', ':error-message': 'bug' }, ''],
  ])('ends with the error of a stream that fails: %s', async (error, headers, payload) => {
    async function* events() {
      yield { Told: {} };
      throw error;
    }
    const messages = await messagesOf({ Events: events() });
    expect(messages).toHaveLength(3);
    expect(messages[2]).toEqual({ headers, payload });
  });

  it('finds no events in an output without them', () => {
    expect([undefined, null, 'x', {}, { list: [1] }].map(eventsOf)).toEqual(Array(5).fill(undefined));
  });
});
