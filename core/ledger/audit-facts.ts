/** Why a consumer counted something else than the publisher: the ids that the sums give away. */

import { named } from './audit-records.ts';
import { type Cell, type Cells, cellOf, cellsOf, cellsWithout, joinCells, onlyId, totalOf } from './cells.ts';
import type { Difference } from './differences.ts';
import type { Finding } from './finding.ts';
import { addId, isNothing } from './id-sum.ts';

const NOTHING: Cells = new Map();

/**
 * What a consumer did, against what was written and not withheld, where that is known (then the publisher's own counts only
 * show whether it wrote all its lines), else against what the publisher counted.
 */
export function auditFacts(difference: Difference, written?: readonly string[]): Finding[] {
  if (!written) return auditTaken(difference);
  const { type, shard, minute, expected, withheld = NOTHING } = difference;
  const facts = cellsWithout(cellsOf(written), withheld);
  const unpublished = cellsWithout(facts, expected);
  const findings = auditTaken({ ...difference, expected: facts }).map(finding => {
    const cell = finding.id === undefined ? undefined : unpublished.get(cellOf(finding.id));
    const isUnpublished = finding.status === 'lost' && cell !== undefined && onlyId(cell) === finding.id;
    return isUnpublished ? { ...finding, status: 'waiting' as const, explained: true, lastSeen: 'its table' } : finding;
  });
  const uncounted = [...unpublished.values()].reduce((sum, { count }) => sum + Math.max(0, count), 0);
  if (uncounted === 0 || findings.length > 0) return findings;
  const slot = { type, shard, minute, hop: 'publisher', lastSeen: 'publisher' };
  return [{ ...slot, status: 'uncounted', explained: true, count: uncounted }];
}

/**
 * A fact that was published and not consumed, in a cell that may also hold facts which were published twice: it is alone
 * once those that came again are taken off, or it was alone before. One that came again and was known was consumed, whether
 * that was counted or not.
 */
function auditTaken(difference: Difference): Finding[] {
  const { hop, type, shard, minute, expected, found } = difference;
  const { consumed = NOTHING, quarantined = NOTHING, duplicate = NOTHING } = found;
  const slot = { hop, type, shard, minute };
  const taken = joinCells(consumed, quarantined);
  if (totalOf(expected) === 0) {
    return [{ ...slot, status: 'foreign', explained: true, count: totalOf(taken), lastSeen: hop }];
  }
  const missing = cellsWithout(expected, taken);
  const withoutRepeats = cellsWithout(expected, joinCells(taken, duplicate));
  return [...missing].flatMap(([number, cell]): Finding[] => {
    const rest = withoutRepeats.get(number);
    if (!rest) return [];
    const id = isLone(cell, number) ? onlyId(cell) : undefined;
    if (id !== undefined && isTimes(rest, id)) {
      return [{ ...slot, status: 'uncounted', explained: true, count: 1, id, lastSeen: hop }];
    }
    const lone = [rest, cell].find(each => isLone(each, number));
    const about = { ...slot, status: 'lost', lastSeen: 'publisher' } as const;
    if (lone) return named(new Map([[number, lone]]), 1, about);
    if (cell.count < 0) return named(new Map([[number, cell]]), -1, { ...about, status: 'doubled', lastSeen: hop });
    return named(new Map([[number, cell]]), 1, about);
  });
}

/** Whether a cell lacks one id, so and so many times, and nothing else. */
function isTimes({ count, sum }: Cell, id: string): boolean {
  if (count >= 0) return false;
  const rest = [...sum];
  addId(rest, id, -count);
  return isNothing(rest);
}

function isLone(cell: Cell, number: number): boolean {
  const id = onlyId(cell);
  return id !== undefined && cellOf(id) === number;
}

/** Events that went into the overflow queue and did not come out of it, and those that came out and never went in. */
export function auditOverflow({ hop, type, shard, minute, expected, found }: Difference): Finding[] {
  const { drained = NOTHING } = found;
  const slot = { hop, type, shard, minute };
  const open = cellsWithout(expected, drained);
  const uncounted = [...open.values()].reduce((sum, { count }) => sum + Math.max(0, -count), 0);
  return [
    ...named(open, 1, { ...slot, status: 'lost', lastSeen: 'overflow queue, or its dead-letter queue' }),
    ...(uncounted > 0
      ? [{ ...slot, status: 'uncounted' as const, explained: true, count: uncounted, lastSeen: 'overflow queue' }]
      : []),
  ];
}
