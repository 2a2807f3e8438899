import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { parseInvocation } from '../../../cli/command.ts';
import { iam } from '../../../cli/commands/iam.ts';
import { iamReportText } from '../../../cli/iam-report-text.ts';
import { inspectionMount, inspectionUrl } from '../../../cli/inspection-mount.ts';
import type { IamReport } from '../../../local/index.ts';

const DENIED = {
  who: 'arn:aws:sts::000000000000:assumed-role/dev-collector/dev-collector',
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::other/x',
  message: 'User: dev-collector is not authorized to perform: s3:PutObject',
  count: 3,
};
const UNUSED = {
  role: 'dev-collector',
  policy: 'Default',
  sid: undefined,
  action: 'sqs:SendMessage',
  resources: ['q'],
};
const NOTHING: IamReport = { denied: [], unused: [] };

afterEach(() => vi.restoreAllMocks());

/** A platform whose report is `report`, for as long as `use` takes. */
async function withPlatform<Result>(report: unknown, use: (url: string) => Promise<Result>): Promise<Result> {
  const mount = inspectionMount({ iam: () => report });
  const server = createServer(async (request, response) => {
    const { status, headers, body } = await mount({ method: request.method ?? '', path: request.url ?? '' });
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

async function run(report: unknown, ...args: string[]): Promise<{ code: number; output: string }> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  const code = await withPlatform(report, url =>
    iam.run(parseInvocation(iam, ['--url', `${url}/execute-api/abc`, ...args])),
  );
  return { code, output: print.mock.calls.flat().join('\n') };
}

test('millrace iam --json prints the report of the platform as one line, and exits 1 when a call was denied', async () => {
  const { code, output } = await run({ denied: [DENIED], unused: [UNUSED] }, '--json');
  expect(code).toBe(1);
  expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify({ denied: [DENIED], unused: [UNUSED] })));
  expect(output).not.toContain('\n');
});

test('millrace iam exits 0 when nothing was denied, whatever was not used', async () => {
  const { code, output } = await run({ denied: [], unused: [UNUSED] });
  expect(code).toBe(0);
  expect(output).toContain('No call was denied.');
});

test('iamReportText says who was denied what and how often, and which grants of which role nothing used', () => {
  const other = { ...UNUSED, action: 'sqs:GetQueueUrl', sid: 'Queue' };
  const text = iamReportText({ denied: [DENIED], unused: [UNUSED, other, { ...UNUSED, role: 'dev-aaa' }] });
  expect(text).toContain('Denied: 3 calls');
  expect(text).toContain('s3:PutObject on arn:aws:s3:::other/x, 3 times');
  expect(text).toContain(DENIED.who);
  expect(text).toContain(DENIED.message);
  expect(text).toContain('3 grants of 2 roles');
  expect(text.indexOf('dev-aaa')).toBeLessThan(text.lastIndexOf('  dev-collector\n'));
  expect(text).toContain('sqs:GetQueueUrl on q   (Default, Queue)');
  expect(iamReportText(NOTHING)).toBe('No call was denied.\n\nEvery grant was used.');
});

test('millrace iam names what it cannot do: nothing there, something else there, not a URL, an argument', async () => {
  const fails = (...args: string[]) => iam.run(parseInvocation(iam, args));
  await expect(fails('--url', 'http://127.0.0.1:1')).rejects.toThrow('nothing answers there');
  await expect(fails('--url', 'somewhere')).rejects.toThrow("received 'somewhere'");
  await expect(fails('everything')).rejects.toThrow("received 'everything'");
  await expect(run('not a report')).rejects.toThrow('not by a platform');
});

test('inspectionMount answers what it has, and is for reading only', async () => {
  const mount = inspectionMount({ iam: () => NOTHING });
  expect(inspectionUrl('http://127.0.0.1:4700/execute-api/x', 'iam')).toBe('http://127.0.0.1:4700/_millrace/iam');
  expect(await mount({ method: 'GET', path: '/_millrace/iam' })).toMatchObject({ status: 200 });
  expect(await mount({ method: 'POST', path: '/_millrace/iam' })).toMatchObject({ status: 405 });
  for (const name of ['', 'nothing', 'constructor', '__proto__'])
    expect(await mount({ method: 'GET', path: `/_millrace/${name}` })).toMatchObject({ status: 404 });
});
