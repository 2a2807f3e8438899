import type { CatalogueEvent, Sample } from '../catalogue.ts';
import type { Site } from './frame.ts';

/** Lets an event in that happened long ago, as samples have; the page's script takes it out with the sample's time. */
const BACKFILL = 'millrace-backfill: true';

/** How to send a sample, ready to paste into a shell. */
export interface SendLine {
  /** What the line does. */
  readonly words: string;
  readonly line: string;
}

/** What comes in is posted to the API; a fact is put on the bus, for a look at what consumers make of it. */
export function sendLine(event: CatalogueEvent, { event: sample }: Sample, site: Site): SendLine | undefined {
  if (event.isIngested) {
    const route = event.way.producers.flatMap(({ triggers }) => triggers).find(({ name }) => name.startsWith('POST '));
    if (!route) return undefined;
    const address = `${site.apiUrl}${route.name.replace('POST ', '')}`;
    const words = 'Send it. An event with an id that was there before is a duplicate, and changes nothing.';
    const headers = ['content-type: application/cloudevents+json', BACKFILL];
    return { words, line: post(address, headers, JSON.stringify(sample)) };
  }
  const [bus] = event.way.buses;
  if (!bus) return undefined;
  const detail = JSON.stringify(sample);
  const entry = { EventBusName: bus.physicalName, Source: sample.source, DetailType: sample.type, Detail: detail };
  const words = 'Put it on the bus, past its maker, to see what consumers make of it.';
  if (site.awsUrl === undefined) {
    return { words, line: `aws events put-events --entries ${quoted(JSON.stringify([entry]))}` };
  }
  const headers = ['content-type: application/x-amz-json-1.1', 'x-amz-target: AWSEvents.PutEvents'];
  return { words, line: post(site.awsUrl, headers, JSON.stringify({ Entries: [entry] })) };
}

function post(address: string, headers: readonly string[], body: string): string {
  const target = address.startsWith('$') ? `"${address}"` : quoted(address);
  return ['curl', target, ...headers.map(header => `-H ${quoted(header)}`), `-d ${quoted(body)}`].join(' ');
}

/** One word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w:/.@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
