import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { openLanes } from '../../../../cli/demo/lanes.ts';

interface Sent {
  readonly subject: string;
  readonly n: number;
}

const requests: Sent[][] = [];
let underWay = 0;
let most = 0;

/** Accepts every event, a moment later. */
const server = createServer(async (request, response) => {
  most = Math.max(most, ++underWay);
  const events = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Sent[];
  requests.push(events);
  setImmediate(() => {
    underWay -= 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ accepted: events.length }));
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`; // it listens on a port

afterAll(() => void server.close());

afterEach(() => {
  requests.length = 0;
  most = 0;
});

const subjects = Array.from({ length: 40 }, (_, index) => `visitor-${index}`);

describe('openLanes', () => {
  it('sends what is pushed together in one request, and what comes meanwhile in the next one', async () => {
    const lanes = openLanes(url, 1);
    for (const n of [1, 2, 3]) lanes.push({ subject: 'a', event: { subject: 'a', n } });
    await new Promise(resolve => setImmediate(resolve));
    for (const n of [4, 5]) lanes.push({ subject: 'a', event: { subject: 'a', n } });
    await lanes.drain();
    expect(requests.map(events => events.map(({ n }) => n))).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(lanes.answered).toMatchObject({ accepted: 5, unanswered: 0 });
  });

  it('keeps the order of each subject over no more requests at a time than there are lanes', async () => {
    const lanes = openLanes(url, 4);
    for (let n = 0; n < 30; n++) {
      for (const subject of subjects) lanes.push({ subject, event: { subject, n } });
      if (n % 5 === 0) await new Promise(resolve => setImmediate(resolve));
    }
    await lanes.drain();
    expect(most).toBeLessThanOrEqual(4);
    expect(lanes.answered.accepted).toBe(30 * subjects.length);
    for (const subject of subjects) {
      const numbers = requests
        .flat()
        .filter(event => event.subject === subject)
        .map(({ n }) => n);
      expect(numbers).toEqual(Array.from({ length: 30 }, (_, n) => n));
    }
  });
});
