import { describe, expect, it } from 'vitest';
import { parseInvocation } from '../../../cli/command.ts';
import { verifyState } from '../../../cli/commands/verify-state.ts';
import { describeStates, stateReport, type VerifiedKey } from '../../../cli/verify/state-report.ts';
import type { StreamRecords } from '../../../cli/verify/stream-records.ts';
import { verifyKeys } from '../../../cli/verify/verify-keys.ts';

const verified = (key: string, found: Partial<VerifiedKey> = {}): VerifiedKey => {
  return { key, status: 'same', differences: [], repairable: false, repaired: false, ...found };
};

describe('describeStates', () => {
  it('says what differs field by field, what cannot be verified, and what is left', () => {
    const differences = [
      { path: 'state.seen', stored: 7, rebuilt: 2 },
      { path: 'state.extra', stored: 'x' },
    ];
    const report = stateReport('counting', {
      records: 9,
      verified: [
        verified('a'),
        verified('b', { status: 'different', differences, damage: 'it was changed', repairable: true }),
        verified('c', { status: 'older', events: 3 }),
        verified('d', { status: 'swept', differences: [{ path: 'state.cart' }] }),
        verified('e', { status: 'different', repairable: true, repaired: true }),
      ],
    });
    expect(describeStates(report).split('\n')).toEqual([
      'b: DIFFERENT, can be repaired (it was changed)',
      '  state.seen: stored 7, rebuilt 2',
      '  state.extra: stored "x", rebuilt nothing',
      'e: REPAIRED',
      'c: not verifiable from the stream, 3 events older',
      'd: changed by a sweeper (state.cart)',
      'counting: 5 keys, 9 records; 1 same, 0 on their way, 1 swept, 1 not verifiable, 2 different, 1 repaired',
      '1 difference is left',
    ]);
  });
});

describe('verify-state', () => {
  it('needs a processor, and no argument', async () => {
    const run = (...args: string[]) => verifyState.run(parseInvocation(verifyState, args));
    await expect(run()).rejects.toThrow('Cannot verify states: --processor must name a fold');
    await expect(run('--processor', 'x', 'y')).rejects.toThrow("no argument is needed, received 'y'");
  });
});

describe('verifyKeys', () => {
  it('asks again with newer records about keys that are ahead, and repairs only what can be repaired', async () => {
    const records = new Map([['a', [{ sequence: '1', arrivedAtMs: 0, text: '{}' }]]]);
    let reads = 0;
    const stream: StreamRecords = {
      bySubject: records,
      complete: true,
      async readMore() {
        reads += 1;
        if (reads === 2) records.get('a')?.push({ sequence: '2', arrivedAtMs: 0, text: '{}' });
      },
    };
    const asked: string[] = [];
    const answers: Record<string, VerifiedKey[]> = {
      a: [verified('a', { status: 'ahead' }), verified('a')],
      b: [verified('b', { status: 'different', repairable: true, damage: 'x' }), verified('b', { repaired: true })],
    };
    const found = await verifyKeys({
      async invoke<Answer>(_: string, payload: unknown) {
        const { verify } = payload as { verify: { repair?: boolean; keys: { key: string; records: unknown[] }[] } };
        asked.push(...verify.keys.map(({ key, records: of }) => `${key}${of.length}${verify.repair ? '!' : ''}`));
        return { verified: verify.keys.map(({ key }) => answers[key]?.shift()) } as Answer;
      },
      processor: 'counting',
      stream,
      storedKeys: async () => ['a', 'b'],
      laneEnd: async () => undefined,
      repair: true,
      onProgress: () => {},
    });
    expect(asked).toEqual(['a1', 'b0', 'a2', 'b0!']);
    expect(found).toEqual([verified('a'), verified('b', { repaired: true })]);
  });

  it('cuts requests by size, and refuses a key that does not fit into one', async () => {
    const large = (key: string, chars: number): [string, { sequence: string; arrivedAtMs: number; text: string }[]] => {
      return [key, [{ sequence: '1', arrivedAtMs: 0, text: 'x'.repeat(chars) }]];
    };
    const requests: number[] = [];
    const verify = (...entries: ReturnType<typeof large>[]) =>
      verifyKeys({
        async invoke<Answer>(_: string, payload: unknown) {
          const { keys } = (payload as { verify: { keys: { key: string }[] } }).verify;
          requests.push(keys.length);
          return { verified: keys.map(({ key }) => verified(key)) } as Answer;
        },
        processor: 'counting',
        stream: { bySubject: new Map(entries), complete: true, readMore: async () => {} },
        storedKeys: async () => [],
        laneEnd: async () => undefined,
        repair: false,
        onProgress: () => {},
      });
    await verify(large('a', 2_400_000), large('b', 2_400_000), large('c', 2_400_000));
    expect(requests).toEqual([2, 1]);
    await expect(verify(large('a', 5_000_000))).rejects.toThrow("Cannot verify 'a': its records must be 5000000 bytes");
  });
});
