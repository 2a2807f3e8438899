import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { catalogueMount } from '../../../../cli/catalogue/catalogue-mount.ts';
import type { CatalogueFiles } from '../../../../cli/catalogue/publish.ts';
import { parseInvocation, UsageError } from '../../../../cli/command.ts';
import { catalogue } from '../../../../cli/commands/catalogue.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-catalogue-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('millrace catalogue', () => {
  test('writes a folder of pages and the AsyncAPI document, and says how many', async () => {
    const out = path.join(folder, 'deep', 'site');
    const asyncapi = path.join(folder, 'contracts', 'asyncapi.json');
    const { code, printed } = await run(
      '--out',
      out,
      '--asyncapi',
      asyncapi,
      '--json',
      '--api',
      'https://api.example/',
    );
    expect(code).toBe(0);
    const written = await readdir(out, { recursive: true });
    const pages = written.filter(name => name.startsWith(`events${path.sep}`));
    expect(JSON.parse(printed)).toMatchObject({ folder: out, events: pages.length, consumers: expect.any(Number) });
    for (const name of ['index.html', 'catalogue.css', 'catalogue.js', 'search-index.js', 'theme.css', 'icon.svg']) {
      expect(written).toContain(name);
    }
    expect(await readFile(asyncapi, 'utf8')).toBe(await readFile(path.join(out, 'asyncapi.json'), 'utf8'));
    expect(await readFile(path.join(out, pages[0] ?? ''), 'utf8')).toContain('https://api.example/events');
  });

  test('says why a place cannot be written to, and which address it cannot use', async () => {
    const file = path.join(folder, 'a-file');
    await writeFile(file, '');
    await expect(run('--out', path.join(file, 'site'))).rejects.toThrow(/^Cannot write to '.*a-file.site': /);
    await expect(run('--api', 'ftp://somewhere')).rejects.toThrow(
      new UsageError("Cannot use --api: an http or https address, received 'ftp://somewhere'"),
    );
    await expect(run('site')).rejects.toThrow(UsageError);
  });

  async function run(...args: readonly string[]): Promise<{ code: number; printed: string }> {
    const print = vi.spyOn(console, 'log').mockImplementation(() => {});
    try {
      const code = await catalogue.run(parseInvocation(catalogue, args));
      return { code, printed: String(print.mock.calls[0]?.[0]) };
    } finally {
      print.mockRestore();
    }
  }
});

describe('catalogueMount', () => {
  const files: CatalogueFiles = new Map([
    ['index.html', '<h1>all</h1>'],
    ['events/a.b.c.v1.html', '<h1>one</h1>'],
  ]);
  const get = (name: string) => ({ method: 'GET', path: `/catalogue/${name}` });

  test('serves the files, made once, and nothing else', async () => {
    const make = vi.fn(async () => files);
    const mount = catalogueMount(make);
    expect(await mount(get(''))).toMatchObject({ status: 200, body: '<h1>all</h1>' });
    const page = await mount(get('events/a.b.c.v1.html'));
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    for (const name of ['events/', '../package.json', 'constructor']) expect((await mount(get(name))).status).toBe(404);
    expect((await mount({ method: 'POST', path: '/catalogue/' })).status).toBe(405);
    expect(make).toHaveBeenCalledTimes(1);
  });

  test('tries again after a failure, and once the platform has started', async () => {
    const make = vi
      .fn<() => Promise<CatalogueFiles | undefined>>()
      .mockResolvedValueOnce(undefined)
      .mockRejectedValueOnce(new Error('no schemas'))
      .mockResolvedValue(files);
    const mount = catalogueMount(make);
    expect((await mount(get(''))).status).toBe(503);
    await expect(mount(get(''))).rejects.toThrow('no schemas');
    expect((await mount(get(''))).status).toBe(200);
  });
});
