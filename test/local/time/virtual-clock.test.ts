import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

test('VirtualClock runs timers by time and then by insertion, whatever the order in which they were set', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 30 }), async delays => {
      const clock = new VirtualClock(0);
      const ran: { delay: number; index: number; at: number }[] = [];
      for (const [index, delay] of delays.entries()) {
        clock.schedule(delay, () => ran.push({ delay, index, at: clock.now() }));
      }
      await clock.advance(20);
      const expected = delays.map((delay, index) => ({ delay, index, at: delay }));
      expected.sort((a, b) => a.delay - b.delay || a.index - b.index);
      expect(ran).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('VirtualClock does not move while outside work is held', async () => {
  const clock = new VirtualClock(0);
  const release = clock.hold();
  const seen: number[] = [];
  clock.schedule(10, () => seen.push(clock.now()));
  const advancing = clock.advance(10);
  await new Promise(resolve => setImmediate(resolve));
  expect(seen).toEqual([]);
  release();
  await advancing;
  expect(seen).toEqual([10]);
});

test('VirtualClock lets what a timer set in motion settle before time moves on', async () => {
  const clock = new VirtualClock(0);
  const trace: string[] = [];
  clock.schedule(1, async () => {
    for (let i = 0; i < 5; i++) await Promise.resolve();
    trace.push(`first settled at ${clock.now()}`);
  });
  clock.schedule(2, () => trace.push(`second at ${clock.now()}`));
  await clock.advance(5);
  expect(trace).toEqual(['first settled at 1', 'second at 2']);
});

test('VirtualClock names the reason when a condition can never hold', async () => {
  const clock = new VirtualClock(0);
  await expect(clock.advanceUntil(() => false, 1000)).rejects.toThrow('no timer is left');
  clock.schedule(5000, () => {});
  await expect(clock.advanceUntil(() => false, 1000)).rejects.toThrow('within 1000 ms');
});

test('VirtualClock does not run a cancelled timer', async () => {
  const clock = new VirtualClock(0);
  let ran = false;
  const cancel = clock.schedule(1, () => {
    ran = true;
  });
  cancel();
  await clock.advance(2);
  expect(ran).toBe(false);
});
