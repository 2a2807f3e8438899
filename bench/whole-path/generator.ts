/** A process that sends visitors' events to a platform until its parent says `stop`; then says what was answered, and ends. */
import { startDemoTraffic } from '../../cli/demo/demo-traffic.ts';

const [apiUrl = '', rate = ''] = process.argv.slice(2);
const traffic = startDemoTraffic({ apiUrl, rate: Number(rate), visitors: 200, seed: 1, bookings: false });

process.once('message', async () => {
  const counts = await traffic.stop();
  process.send?.(counts);
  process.disconnect();
});
process.once('disconnect', () => process.exit()); // a parent that has ended says nothing any more
