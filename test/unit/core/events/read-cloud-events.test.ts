import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CloudEventsMessage, readCloudEvents } from '../../../../core/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const binary = (more: Record<string, string>, body: CloudEventsMessage['body'] = '') =>
  readCloudEvents({ headers: { 'ce-specversion': '1.0', ...more }, body });

/** Percent-encodes what the HTTP binding wants encoded, and nothing that it does not. */
function encoded(value: string): string {
  return value.replace(/[^\x21\x23\x24\x26-\x7e]/gu, character => encodeURIComponent(character));
}

describe('readCloudEvents', () => {
  it('tells the modes apart by the media type', () => {
    const read = (type: string, body: string) => readCloudEvents({ headers: { 'Content-Type': type }, body });
    expect(read('application/cloudevents+json; charset=utf-8', '{"id":1}')).toEqual({
      ok: true,
      value: { mode: 'structured', events: [{ id: 1 }] },
    });
    expect(read('Application/CloudEvents-Batch+JSON', '[1,2]')).toMatchObject({
      value: { mode: 'batched', events: [1, 2] },
    });
    expect(read('application/json', '{"a":1}')).toMatchObject({ value: { mode: 'binary' } });
  });

  it.each([
    ['an unknown format', { 'content-type': 'application/cloudevents+avro' }, '', 'content-type'],
    ['a batch that is none', { 'content-type': 'application/cloudevents-batch+json' }, '{}', 'body'],
    ['what is not JSON', { 'content-type': 'application/cloudevents+json' }, '{', 'body'],
    [
      'another character set',
      { 'content-type': 'application/cloudevents+json; charset="utf-16"' },
      '{}',
      'content-type',
    ],
    ['data in a header', { 'ce-data': 'x' }, '', 'ce-data'],
    ['a name that no attribute has', { 'ce-my-id': 'x' }, '', 'ce-my-id'],
    ['half an escape', { 'ce-subject': '%E4%B' }, '', 'ce-subject'],
    ['bytes that are no UTF-8', { 'ce-subject': '%FF' }, '', 'ce-subject'],
  ])('refuses %s, by its field', (_, headers, body, field) => {
    expect(readCloudEvents({ headers, body })).toMatchObject({ ok: false, problem: { field } });
  });

  it('decodes once, and takes quotes away', () => {
    expect(binary({ 'ce-subject': 'a%2520b' })).toMatchObject({ value: { events: [{ subject: 'a%20b' }] } });
    expect(binary({ 'CE-Subject': '"a \\"b\\" %E2%82%AC"' })).toMatchObject({
      value: { events: [{ subject: 'a "b" €' }] },
    });
  });

  it('gives back any text that a producer encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), value => {
        expect(binary({ 'ce-subject': encoded(value) })).toMatchObject({ value: { events: [{ subject: value }] } });
      }),
    );
  });

  it('keeps data by its media type: JSON parsed, text as text, bytes in base64, none absent', () => {
    const dataOf = (type: string, body: CloudEventsMessage['body']) => {
      const reading = binary({ 'content-type': type }, body);
      return reading.ok ? reading.value.events[0] : reading.problem;
    };
    expect(dataOf('application/vnd.shop+json', '{"a":1}')).toMatchObject({ data: { a: 1 } });
    expect(dataOf('text/plain', bytes('\ufeffé'))).toMatchObject({ data: '\ufeffé' });
    expect(dataOf('application/xml', '<a/>')).toMatchObject({ data: '<a/>' });
    expect(dataOf('image/png', new Uint8Array([0, 255]))).toMatchObject({ data_base64: 'AP8=' });
    expect(dataOf('application/json', '')).not.toHaveProperty('data');
  });

  it('takes the media type from the message, not from an attribute', () => {
    const reading = binary({ 'content-type': 'application/json', 'ce-datacontenttype': 'text/xml' }, '1');
    expect(reading).toMatchObject({ value: { events: [{ datacontenttype: 'application/json', data: 1 }] } });
  });
});
