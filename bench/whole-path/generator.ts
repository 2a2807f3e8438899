/**
 * A process that sends visitors' events to a platform until its parent says `stop`; then says what was answered, and ends. It
 * sends as trackers do, and as the bill assumes (docs/guides/cost.md): what has gathered for a moment, about 20 events, in a request.
 */
import { startDemoTraffic } from '../../cli/demo/demo-traffic.ts';

const [apiUrl = '', rate = ''] = process.argv.slice(2);
const EVENTS_PER_REQUEST = 20;
const CONNECTIONS = 8;
const LONGEST_TICK_MS = 500;

const tickMs = Math.min(LONGEST_TICK_MS, (1000 * EVENTS_PER_REQUEST * CONNECTIONS) / Number(rate));
const sending = { rate: Number(rate), connections: CONNECTIONS, tickMs };
const traffic = startDemoTraffic({ apiUrl, ...sending, visitors: 200, seed: 1, bookings: false });

process.once('message', async () => {
  const counts = await traffic.stop();
  process.send?.(counts);
  process.disconnect();
});
process.once('disconnect', () => process.exit()); // a parent that has ended says nothing any more
