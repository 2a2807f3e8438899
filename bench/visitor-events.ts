import type { CloudEvent } from '../core/index.ts';
import { visitorTraffic } from '../domains/behaviour/demo/visitor-traffic.ts';

/** What visitors do, as producers send it, without the faulty events of the demo: the same each time, but for the present. */
export function visitorEvents(count: number): readonly CloudEvent[] {
  const events: CloudEvent[] = [];
  for (const { event, kind } of visitorTraffic({ seed: 7, visitors: 200, now: Date.now })) {
    if (kind === 'malformed') continue;
    events.push(event as CloudEvent); // the traffic says so
    if (events.length === count) break;
  }
  return events;
}
