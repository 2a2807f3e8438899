import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { parseInvocation } from '../../cli/command.ts';
import { iam } from '../../cli/commands/iam.ts';
import { getJson } from '../../cli/http-client.ts';
import { type Platform, startPlatform } from '../../cli/platform.ts';
import type { CallCount, IamReport } from '../../local/index.ts';
import { textOfElement } from '../support/page-text.ts';

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform({ port: 0, seed: 13, report: () => {} });
});

afterAll(() => platform.close());

test('millrace iam tells which grants of the template no run used, and stops telling once they were', async () => {
  const before = await report();
  expect(before.denied).toEqual([]);
  const readsSales = ({ role, action }: IamReport['unused'][number]) =>
    /SalesQuery/i.test(role) && /dynamodb:(Query|Scan)/.test(action);
  expect(before.unused.some(readsSales), JSON.stringify(before.unused.map(({ role }) => role))).toBe(true);
  expect((await getJson(`${platform.apiUrl}/sales`)).status).toBe(200);
  const after = await report();
  expect(after.denied).toEqual([]);
  expect(after.unused.length).toBeLessThan(before.unused.length);
});

test('the platform counts the calls to each service, for whoever wants to know what a run would have cost', async () => {
  const { status, body } = await getJson(`${platform.endpoint}/_millrace/calls`);
  expect(status).toBe(200);
  const counts = body as readonly CallCount[];
  expect(counts.find(each => each.service === 'kinesis' && each.operation === 'CreateStream')?.calls).toBe(1);
  expect(counts.every(({ calls, refused }) => calls > 0 && refused <= calls)).toBe(true);
});

test('the platform serves its catalogue, with samples that it takes', async () => {
  const page = async (name: string) => {
    const response = await fetch(`${platform.endpoint}/catalogue/${name}`);
    return { status: response.status, text: await response.text() };
  };
  const index = await page('');
  expect(index).toMatchObject({ status: 200, text: expect.stringContaining('sales-projector') });
  expect(index.text).toContain(`${platform.endpoint}/console/`);
  const { text } = await page('events/behaviour.page.viewed.v1.html');
  const address = `${platform.apiUrl}/events`;
  expect(text).toContain(address);
  const body = textOfElement(text, 'sample-0');
  const headers = { 'content-type': 'application/cloudevents+json', 'millrace-backfill': 'true' };
  const answer = await fetch(address, { method: 'POST', headers, body });
  expect(await answer.json()).toMatchObject({ accepted: 1, refused: 0 });
});

async function report(): Promise<IamReport> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    const code = await iam.run(parseInvocation(iam, ['--url', platform.apiUrl, '--json']));
    expect(code).toBe(0);
    return JSON.parse(String(print.mock.calls[0]?.[0])) as IamReport;
  } finally {
    print.mockRestore();
  }
}
