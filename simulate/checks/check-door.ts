/** What producers were told is what is there: accepted events are in the stream, quarantined ones in the quarantine. */
import { canonicalJson } from '../../core/index.ts';
import type { Judged } from './findings.ts';
import { differing, type Violation } from './violation.ts';

export function checkDoor({ answers, evidence, model, busy }: Judged): Violation[] {
  const kept = new Set(
    evidence.quarantined.flatMap(({ hop, received }) => (hop === 'collector' ? [canonicalJson(received)] : [])),
  );
  const ofEvents = answers.events.flatMap(({ sent, status }): Violation[] => {
    const about = idOf(sent.event);
    if (sent.valid) {
      const told: Violation[] = differing({
        check: 'ledger',
        about,
        what: 'the answer',
        expected: 'accepted',
        actual: status,
      });
      if (model.eventIds.has(about)) return told;
      return [...told, { check: 'ledger', about, what: 'accepted event', expected: 'in the stream', actual: 'lost' }];
    }
    if (status === 'accepted')
      return [{ check: 'ledger', about, what: 'the answer', expected: 'not accepted', actual: status }];
    if (status === 'refused' || kept.has(canonicalJson(sent.event))) return [];
    return [{ check: 'ledger', about, what: 'quarantined event', expected: 'in the quarantine', actual: 'lost' }];
  });
  const given = answers.givenUp.map(
    (what): Violation => ({ check: 'rest', about: 'producer', what, expected: 'an answer', actual: 'none' }),
  );
  const idle: Violation = { check: 'rest', about: 'producers', what: 'still sending', expected: 0, actual: busy };
  return [...ofEvents, ...given, ...differing(idle)];
}

function idOf(event: unknown): string {
  return typeof event === 'object' && event !== null && 'id' in event ? String(event.id) : JSON.stringify(event);
}
