import path from 'node:path';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { eventsService } from '../../../local/services/events/events-service.ts';
import type { Corpus } from '../corpus.ts';
import { readRowCases } from '../json-rows.ts';
import { type CaseVerdict, failed, outOfScope, PASSED } from '../verdict.ts';
import { newCloud, openWire, type Wire, WireRefusal } from '../wire.ts';

/** What a row's pattern did: it was refused, or it was accepted and said of the row's event whether it matches. */
type Answer = { readonly refused: string; readonly message: string } | { readonly matches: unknown };

/** An event for rows that have none because they ask only whether the pattern is valid. */
const ANY_EVENT = '{}';
const REFUSED = 'InvalidEventPatternException';
const REASON = 'Event pattern is not valid. Reason: ';

/** Event patterns, asked by `TestEventPattern` over the wire. Texts are sent as they stand: the spelling of numbers counts. */
export const eventPatterns: Corpus = {
  name: 'event-patterns',
  source: 'recorded on AWS; event-ruler, its unit tests and random cases',
  fileName: 'event-patterns.jsonl',
  async open(directory) {
    const wire = await openWire();
    const { cloud } = newCloud();
    cloud.register(eventsService(cloud));
    wire.serve(cloud);
    const cases = await readRowCases(path.join(directory, 'event-patterns.jsonl'), { judge: row => judge(wire, row) });
    return { cases, close: () => wire.close() };
  },
};

async function judge(wire: Wire, row: JsonObject): Promise<CaseVerdict> {
  const { pattern, event, valid } = row;
  if (typeof pattern !== 'string' || typeof valid !== 'boolean') return outOfScope('the row has no pattern');
  const answer = await ask(wire, pattern, typeof event === 'string' ? event : ANY_EVENT);
  if (!valid) return isRefusedAsRecorded(row, answer) ? PASSED : failed(refusalOf(row), answer);
  const asked = typeof event === 'string' && typeof row.expected === 'boolean';
  const agrees = 'matches' in answer && (!asked || answer.matches === row.expected);
  return agrees ? PASSED : failed(asked ? { matches: row.expected } : 'a pattern that is accepted', answer);
}

async function ask(wire: Wire, pattern: string, event: string): Promise<Answer> {
  try {
    return { matches: (await wire.call('events', 'TestEventPattern', { EventPattern: pattern, Event: event })).Result };
  } catch (error) {
    if (error instanceof WireRefusal) return { refused: error.code, message: error.message };
    throw error;
  }
}

function refusalOf({ errorMessage }: JsonObject): unknown {
  return { refused: REFUSED, message: errorMessage ?? 'any' };
}

/** AWS's reason counts, up to its first line end: what follows is the position as AWS's parser sees it. */
function isRefusedAsRecorded({ authority, errorMessage }: JsonObject, answer: Answer): boolean {
  if (!('refused' in answer) || answer.refused !== REFUSED) return false;
  if (authority !== 'real-aws' || typeof errorMessage !== 'string') return true;
  const reason = errorMessage.replace(REASON, '').split('\n')[0] ?? '';
  return answer.message.replace(REASON, '').startsWith(reason);
}
