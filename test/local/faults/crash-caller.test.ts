import { expect, test } from 'vitest';
import { Cloud } from '../../../local/cloud/cloud.ts';
import { seededIds } from '../../../local/cloud/ids.ts';
import { OPERATOR, type Principal } from '../../../local/cloud/principal.ts';
import { faults } from '../../../local/faults/faults.ts';
import { VirtualClock } from '../../../local/time/virtual-clock.ts';

const RUNNING: Principal = { kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/r', session: 'dev-publisher' };
/** Looks the same, and is somebody else: the event source mapping of that function, for example. */
const NAMESAKE: Principal = { ...RUNNING };

function cloudWithCaller(at: 'before' | 'after', options: { readonly known?: boolean } = {}) {
  const cloud = new Cloud({
    region: 'eu-west-1',
    accountId: '000000000000',
    clock: new VirtualClock(),
    ids: seededIds(1),
  });
  const log: string[] = [];
  cloud.register({
    name: 'events',
    wire: { protocol: 'json', targetPrefix: 'AWSEvents', version: '1.1' },
    operations: { PutEvents: () => log.push('carried out') },
  });
  const plan = { rules: [{ match: { operation: 'PutEvents' }, fault: { kind: 'crash-caller', at } as const }] };
  const callers = {
    isRunning: (principal: Principal) => principal === RUNNING,
    crash: () => void log.push('crashed'),
  };
  const { intercept, injected } = faults(cloud, plan, options.known === false ? {} : { callers });
  cloud.intercept(intercept);
  const put = (principal: Principal) =>
    cloud.call({ service: 'events', operation: 'PutEvents', input: {}, principal }).then(
      () => 'answered',
      () => 'not answered',
    );
  return { put, log, injected };
}

test('crash-caller before: the function dies and nothing was carried out', async () => {
  const { put, log, injected } = cloudWithCaller('before');
  expect(await put(RUNNING)).toBe('not answered');
  expect(log).toEqual(['crashed']);
  expect(injected).toMatchObject([{ fault: { kind: 'crash-caller' }, request: { operation: 'PutEvents' } }]);
});

test('crash-caller after: the call was carried out, and the function dies without having heard', async () => {
  const { put, log } = cloudWithCaller('after');
  expect(await put(RUNNING)).toBe('not answered');
  expect(log).toEqual(['carried out', 'crashed']);
});

test('crash-caller strikes nobody who is no running function, and nobody at all where callers are not known', async () => {
  const { put, log, injected } = cloudWithCaller('before');
  expect([await put(OPERATOR), await put(NAMESAKE)]).toEqual(['answered', 'answered']);
  expect([log, injected]).toEqual([['carried out', 'carried out'], []]);
  const unknown = cloudWithCaller('after', { known: false });
  expect(await unknown.put(RUNNING)).toBe('answered');
});
