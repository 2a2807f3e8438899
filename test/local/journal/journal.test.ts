import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DiskJournal, openJournal } from '../../../local/journal/disk-journal.ts';

let root: string;
let copies = 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-journal-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** An owner of one part: a plain map. */
function mapPart(journal: DiskJournal, name: string, map = new Map<string, unknown>()) {
  const touch = journal.keep<unknown>({
    name,
    keys: () => map.keys(),
    read: key => map.get(key),
    restore: (key, stored) => map.set(key, stored),
  });
  return {
    map,
    put: (key: string, value: unknown) => {
      map.set(key, value);
      touch(key);
    },
    remove: (key: string) => {
      map.delete(key);
      touch(key);
    },
  };
}

const folderOf = (name: string) => join(root, name);

/** What a process that was killed now would leave: the files as they are, held by nobody. */
function killed(folder: string): string {
  const copy = folderOf(`copy-${copies++}`);
  cpSync(folder, copy, { recursive: true });
  rmSync(join(copy, 'lock'), { force: true });
  return copy;
}

function recoveredMap(folder: string, name: string): Map<string, unknown> {
  const journal = openJournal({ folder });
  const { map } = mapPart(journal, name);
  void journal.close();
  return map;
}

const segments = (folder: string) => readdirSync(folder).filter(name => name.startsWith('segment-'));
const lastSegment = (folder: string) => join(folder, segments(folder).sort().at(-1) ?? '');

describe('journal', () => {
  it('gives back every record that was settled, as it was last, in the order of the first put', async () => {
    const journal = openJournal({ folder: folderOf('data') });
    const part = mapPart(journal, 'a/things');
    part.put('x', { n: 1 });
    part.put('tab\tnew\nline "é"', 'text');
    await journal.settled();
    part.put('z', [1, 2]);
    part.put('x', { n: 2 });
    part.put('gone', 1);
    part.remove('gone');
    await journal.settled();

    const map = recoveredMap(killed(folderOf('data')), 'a/things');

    expect([...map]).toEqual([
      ['x', { n: 2 }],
      ['tab\tnew\nline "é"', 'text'],
      ['z', [1, 2]],
    ]);
    await journal.close();
  });

  it('recovers the changes of one turn together or not at all, over all parts', async () => {
    const journal = openJournal({ folder: folderOf('data') });
    const from = mapPart(journal, 'from');
    const to = mapPart(journal, 'to');
    from.put('m', 'message');
    await journal.settled();
    const before = killed(folderOf('data'));
    from.remove('m');
    await Promise.resolve(); // another engine's answer
    to.put('m', 'message');
    const during = killed(folderOf('data'));
    await journal.settled();
    const after = killed(folderOf('data'));

    for (const folder of [before, during, after]) {
      const found = openJournal({ folder });
      expect(mapPart(found, 'from').map.size + mapPart(found, 'to').map.size).toBe(1);
      await found.close();
    }
    await journal.close();
  });

  it('drops a write that was cut off anywhere, says so, and goes on', async () => {
    const journal = openJournal({ folder: folderOf('data') });
    const part = mapPart(journal, 'p');
    part.put('first', 1);
    await journal.settled();
    const whole = readFileSync(lastSegment(folderOf('data'))).length;
    part.put('second', 2);
    await journal.settled();
    const full = readFileSync(lastSegment(folderOf('data'))).length;
    for (let size = whole + 1; size < full; size++) {
      const copy = killed(folderOf('data'));
      truncateSync(lastSegment(copy), size);
      const found = openJournal({ folder: copy });
      const again = mapPart(found, 'p');
      expect([...again.map.keys()]).toEqual(['first']);
      expect(found.summary.unfinishedBytes).toBe(size - whole);
      again.put('third', 3);
      await found.close();
      expect([...recoveredMap(copy, 'p').keys()]).toEqual(['first', 'third']);
    }
    await journal.close();
  });

  it('refuses to start on any changed byte, and changes nothing', async () => {
    const journal = openJournal({ folder: folderOf('data') });
    const part = mapPart(journal, 'p');
    for (let n = 0; n < 5; n++) {
      part.put(`key-${n}`, { text: 'x'.repeat(20) });
      await journal.settled();
    }
    const size = readFileSync(lastSegment(folderOf('data'))).length;
    fc.assert(
      fc.property(fc.nat(size - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const copy = killed(folderOf('data'));
        const bytes = readFileSync(lastSegment(copy));
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        writeFileSync(lastSegment(copy), bytes);
        expect(() => openJournal({ folder: copy })).toThrow(
          /Cannot recover: .*segment-00000001 is damaged, .*nothing was changed/,
        );
        expect(readFileSync(lastSegment(copy))).toEqual(bytes);
        rmSync(copy, { recursive: true });
      }),
      { numRuns: 200 },
    );
    await journal.close();
  });

  it('refuses to start when a segment is missing or ends too early before another one', async () => {
    const folder = folderOf('data');
    for (let start = 0; start < 3; start++) {
      const journal = openJournal({ folder });
      mapPart(journal, 'p').put(`start-${start}`, start);
      await journal.close();
    }
    const [first, second] = segments(folder).sort();
    const withoutOne = killed(folder);
    rmSync(join(withoutOne, second ?? ''));
    expect(() => openJournal({ folder: withoutOne })).toThrow(/segment-00000002 is damaged, it is missing/);
    const cut = killed(folder);
    truncateSync(join(cut, first ?? ''), readFileSync(join(cut, first ?? '')).length - 3);
    expect(() => openJournal({ folder: cut })).toThrow(/segment-00000001 is damaged, it ends in the middle of a frame/);
    const shorter = killed(folder);
    truncateSync(join(shorter, first ?? ''), 0);
    expect(() => openJournal({ folder: shorter })).toThrow(/segment-00000002 is damaged, frame 0 is missing/);
  });

  it('refuses a folder that holds something else, and one that another process uses', async () => {
    const folder = folderOf('data');
    const journal = openJournal({ folder });
    expect(() => openJournal({ folder })).toThrow(`process ${process.pid} is using it`);
    await journal.close();
    appendFileSync(join(folder, 'holiday.png'), 'x');
    expect(() => openJournal({ folder })).toThrow("it holds 'holiday.png', which is not ours");
  });

  it('takes over the lock of a process that has gone, and of another one that has its number now', async () => {
    const folder = folderOf('data');
    await openJournal({ folder }).close();
    for (const lock of [
      JSON.stringify({ pid: 2 ** 22 + 1 }),
      JSON.stringify({ pid: process.pid, started: '1' }),
      '{"pi',
    ]) {
      writeFileSync(join(folder, 'lock'), lock);
      await openJournal({ folder }).close();
    }
  });

  it('recovers the same after snapshots that were taken while the work went on, whenever it is killed', async () => {
    const journal = openJournal({ folder: folderOf('data'), snapshotAfterBytes: 2_000 });
    const part = mapPart(journal, 'p');
    const other = mapPart(journal, 'q');
    const kills: { folder: string; expected: [string, unknown][] }[] = [];
    for (let n = 0; n < 400; n++) {
      part.put(`key-${n % 37}`, { n, text: 'x'.repeat(n % 50) });
      if (n % 5 === 0) part.remove(`key-${(n * 7) % 37}`);
      other.put('count', n);
      await journal.settled();
      if (n % 20 === 0) kills.push({ folder: killed(folderOf('data')), expected: [...part.map] });
    }
    expect(readdirSync(folderOf('data')).some(name => name.startsWith('snapshot-'))).toBe(true);
    expect(segments(folderOf('data')).length).toBeLessThan(5);
    for (const { folder, expected } of kills) {
      expect(new Map(recoveredMap(folder, 'p'))).toEqual(new Map(expected));
    }
    await journal.close();
    expect(new Map(recoveredMap(folderOf('data'), 'p'))).toEqual(part.map);
  });

  it('acknowledges nothing once it cannot write', async () => {
    const journal = openJournal({ folder: folderOf('data') });
    const part = mapPart(journal, 'p');
    part.put('good', 1);
    await journal.settled();
    const circular: Record<string, unknown> = {};
    part.put(
      'bad',
      new Proxy(circular, {
        get: () => {
          throw new Error('disk full');
        },
      }),
    );
    await expect(journal.settled()).rejects.toThrow(/nothing is acknowledged any more/);
    await expect(journal.settled()).rejects.toThrow(/nothing is acknowledged any more/);
    expect([...recoveredMap(killed(folderOf('data')), 'p').keys()]).toEqual(['good']);
    await journal.close();
  });
});
