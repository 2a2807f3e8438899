import {
  CLOUDEVENTS_BATCH_JSON,
  CLOUDEVENTS_JSON,
  type CloudEventsMessage,
  readCloudEvents,
} from '../../../core/index.ts';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { isJsonObject } from '../../../local/services/states/json-object.ts';
import { agrees } from '../agreement.ts';
import type { Corpus } from '../corpus.ts';
import { rowCorpus } from '../json-rows.ts';
import { type CaseVerdict, failed, outOfScope, PASSED } from '../verdict.ts';

type Binding = 'http' | 'kafka';

/** Events over HTTP and Kafka, read in every content mode. */
export const cloudEvents: Corpus = rowCorpus({
  name: 'cloudevents',
  source: "CloudEvents' conformance vectors",
  group: 'kind',
  judge(row): CaseVerdict {
    if (row.kind === 'event-vector' && isJsonObject(row.vector)) return judgeVector(row.vector);
    if (row.kind === 'gherkin-scenario' && typeof row.text === 'string') return judgeScenario(row.text);
    return outOfScope('later work: CloudEvents SQL');
  },
});

/** An event is put into a message of each mode; the same event has to come out. */
function judgeVector({ ContextAttributes, Data }: JsonObject): CaseVerdict {
  if (!isJsonObject(ContextAttributes) || typeof Data !== 'string')
    return outOfScope('the vector has no attributes or data');
  const { Extensions, ...core } = ContextAttributes;
  const all = { ...core, ...(isJsonObject(Extensions) ? Extensions : {}) };
  const attributes = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, String(value)]));
  const data: unknown = attributes.datacontenttype?.includes('json') ? JSON.parse(Data) : Data;
  const { datacontenttype, ...rest } = attributes;
  const headers = Object.entries(rest).map(([name, value]) => [`ce-${name}`, encodeURIComponent(value)]);
  const type = datacontenttype ?? 'application/json';
  const expected =
    datacontenttype === undefined
      ? { ...rest, datacontenttype: type, data: JSON.parse(Data) }
      : { ...attributes, data };
  const event = { ...attributes, data };
  const binary = eventsOf({ headers: { ...Object.fromEntries(headers), 'content-type': type }, body: Data }, 'http');
  const structured = eventsOf({ headers: { 'content-type': CLOUDEVENTS_JSON }, body: JSON.stringify(event) }, 'http');
  const batch = eventsOf(
    { headers: { 'content-type': CLOUDEVENTS_BATCH_JSON }, body: JSON.stringify([event, event]) },
    'http',
  );
  const actual = { binary, structured, batch };
  const wanted = { binary: [expected], structured: [event], batch: [event, event] };
  return agrees(wanted, actual) ? PASSED : failed(wanted, actual);
}

function eventsOf(message: CloudEventsMessage, binding: Binding): unknown {
  const reading = readCloudEvents(message, { binding });
  return reading.ok ? reading.value.events : reading.problem;
}

/** A scenario in Gherkin, once per example. */
function judgeScenario(text: string): CaseVerdict {
  const [scenario = '', examples = ''] = text.split(/^\s*Examples:/m);
  const [names = [], ...rows] = table(examples);
  const instances = rows.length === 0 ? [scenario] : rows.map(row => filled(scenario, names, row));
  for (const instance of instances) {
    const verdict = judgeInstance(instance);
    if (verdict.outcome !== 'passed') return verdict;
  }
  return PASSED;
}

function filled(scenario: string, names: readonly string[], row: readonly string[]): string {
  return names.reduce((text, name, index) => text.replaceAll(`<${name}>`, row[index] ?? ''), scenario);
}

function judgeInstance(scenario: string): CaseVerdict {
  const [given = '', then = ''] = scenario.split(/^\s*When parsed as .*$/m);
  const [, attributeTable = '', dataText = ''] = /attributes are:([\s\S]*?)And the data is([\s\S]*)/.exec(then) ?? [];
  const attributes = Object.fromEntries(table(attributeTable).slice(1));
  const expected = [{ ...attributes, data: JSON.parse(docString(dataText)) as unknown }];
  const isKafka = given.includes('Kafka message');
  const actual = eventsOf(isKafka ? kafkaMessage(given) : httpMessage(docString(given)), isKafka ? 'kafka' : 'http');
  return agrees(expected, actual) ? PASSED : failed(expected, actual);
}

function httpMessage(text: string): CloudEventsMessage {
  const [head = '', ...body] = text.split('\n\n');
  const headers = head
    .split('\n')
    .slice(1)
    .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
  return { headers: Object.fromEntries(headers), body: body.join('\n\n') };
}

function kafkaMessage(given: string): CloudEventsMessage {
  const [, headers = ''] = given.split('Kafka headers:');
  return { headers: Object.fromEntries(table(headers).slice(1)), body: docString(given) };
}

/** The text between triple quotes, without its indentation. */
function docString(text: string): string {
  const [, indent = '', content = ''] = /^( *)"""\n([\s\S]*?)\n *"""/m.exec(text) ?? [];
  return content
    .split('\n')
    .map(line => (line.startsWith(indent) ? line.slice(indent.length) : line.trim()))
    .join('\n');
}

/** The rows of a Gherkin table. */
function table(text: string): string[][] {
  return text
    .split('\n')
    .filter(line => line.trim().startsWith('|'))
    .map(line =>
      line
        .trim()
        .slice(1, -1)
        .split('|')
        .map(cell => cell.trim()),
    );
}
