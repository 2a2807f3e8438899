import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeOutConstantKeys } from '../../lib/constructs/constant-keys.ts';
import { bundleHandlers } from '../../lib/constructs/handler-bundles.ts';
import { useNativeHashes } from '../../lib/constructs/native-hashes.ts';
import { keepPackageVersions } from '../../lib/constructs/package-versions.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-bundles-'));
  write(
    'lambdas/greeter/handler.ts',
    "import { word } from '../../core/word.ts';\nexport const handler = async (): Promise<string> => word;\n",
  );
  write('lambdas/counter/handler.ts', 'export const handler = async (): Promise<number> => 1;\n');
  write('lambdas/runtime/clock.ts', 'export const now = 0;\n');
  write('core/word.ts', "export const word: string = 'hello';\nexport const unused = 'never deployed';\n");
});

afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
  utimesSync(join(root, path), 0, 0); // long ago: a file that is saved while it is bundled would be bundled again
}

const output = (handler: string, file = 'index.mjs') =>
  readFileSync(join(root, '.build/handlers', handler, file), 'utf8');

describe('bundleHandlers', () => {
  it('makes an ES module of every handler, with what it uses and nothing else', async () => {
    const bundles = bundleHandlers({ root });
    const module = await import(pathToFileURL(join(bundles.folderOf('greeter'), 'index.mjs')).href);
    expect(await module.handler()).toBe('hello');
    expect(output('greeter')).not.toContain('never deployed');
    const { sources } = JSON.parse(output('greeter', 'index.mjs.map'));
    expect(sources.map((source: string) => join(bundles.folderOf('greeter'), source))).toEqual([
      join(root, 'core/word.ts'),
      join(root, 'lambdas/greeter/handler.ts'),
    ]);
    expect(readdirSync(bundles.folderOf('counter')).sort()).toEqual(['index.mjs', 'index.mjs.map']);
  });

  it('bundles folders that hold a handler, and no others', () => {
    expect(() => bundleHandlers({ root }).folderOf('runtime')).toThrow(
      'Cannot bundle handler: lambdas/runtime/handler.ts must exist, there are [counter, greeter]',
    );
  });

  it('builds once, until an input changes', () => {
    expect(bundleHandlers({ root }).built).toBe(true);
    expect(bundleHandlers({ root }).built).toBe(false);
    write('core/word.ts', "export const word: string = 'goodbye';\n");
    expect(bundleHandlers({ root }).built).toBe(true);
    expect(output('greeter')).toContain('goodbye');
  });

  it('builds again when an output was touched, a handler came, or the lock file changed', () => {
    bundleHandlers({ root });
    write('.build/handlers/greeter/index.mjs', 'tampered');
    expect(bundleHandlers({ root }).built).toBe(true);
    write('lambdas/other/handler.ts', 'export const handler = async (): Promise<void> => {};\n');
    expect(bundleHandlers({ root }).built).toBe(true);
    write('package-lock.json', '{}');
    expect(bundleHandlers({ root }).built).toBe(true);
    expect(bundleHandlers({ root }).built).toBe(false);
  });

  it('removes the bundle of a handler that is gone', () => {
    bundleHandlers({ root });
    rmSync(join(root, 'lambdas/counter'), { recursive: true });
    bundleHandlers({ root });
    expect(readdirSync(join(root, '.build/handlers')).sort()).toEqual(['greeter', 'manifest.json']);
  });

  it('gives the same bytes for the same sources', () => {
    bundleHandlers({ root });
    const first = output('greeter');
    rmSync(join(root, '.build'), { recursive: true });
    bundleHandlers({ root });
    expect(output('greeter')).toBe(first);
  });

  it('says where a handler does not compile, and builds again when it does', () => {
    write('lambdas/counter/handler.ts', 'export const handler = (;\n');
    expect(() => bundleHandlers({ root })).toThrow(/lambdas\/counter\/handler\.ts:1/);
    write('lambdas/counter/handler.ts', 'export const handler = (): number => 2;\n');
    expect(bundleHandlers({ root }).built).toBe(true);
  });

  it('trusts no bundle of a file that was saved meanwhile', () => {
    utimesSync(join(root, 'core/word.ts'), Date.now() / 1000 + 60, Date.now() / 1000 + 60);
    expect(bundleHandlers({ root }).built).toBe(true);
    expect(bundleHandlers({ root }).built).toBe(true);
  });
});

describe('writeOutConstantKeys', () => {
  const schemas = '// ../../node_modules/@aws-sdk/client-s3/dist-es/schemas/schemas_0.js';

  it('writes constants out in the schemas of the SDK', () => {
    const text = [schemas, 'var _h = "http";', 'var Put$ = [9, { [_h]: ["PUT", 200] }, _h];'].join('\n');
    expect(writeOutConstantKeys(text).split('\n')[2]).toBe('var Put$ = [9, { ["http"]: ["PUT", 200] }, _h];');
  });

  it('leaves everything else as it is, line by line', () => {
    const text = ['var _h = "http";', 'a({ [_h]: 1 });', schemas, 'b({ [_x]: 1 });', '// core/a.js', 'c({ [_h]: 1 });'];
    expect(writeOutConstantKeys(text.join('\n')).split('\n')).toEqual(text);
  });
});

describe('keepPackageVersions', () => {
  const client = '// ../../node_modules/@aws-sdk/client-s3/package.json';
  const literal = [
    'var package_default = {',
    '  name: "s3",',
    '  version: "3.1.0",',
    '  author: {',
    '    version: "x"',
    '  }',
    '};',
  ];

  it('leaves the version of an SDK package, on its line', () => {
    const kept = ['var package_default = {', '', '  version: "3.1.0",', '', '', '', '};'];
    const text = [client, ...literal, '// core/a.js', 'var a = {', '  name: "a"', '};'];
    expect(keepPackageVersions(text.join('\n')).split('\n')).toEqual([client, ...kept, ...text.slice(8)]);
  });

  it('leaves everything else as it is', () => {
    const text = ['// node_modules/other/package.json', ...literal, '// core/b.js', ...literal].join('\n');
    expect(keepPackageVersions(text)).toBe(text);
  });
});

describe('useNativeHashes', () => {
  const choice = 'var Sha256Node = hasNativeCrypto2 ? buildNativeClass2() : Sha256Js;';

  it("takes Node's hashes for granted in the SDK, and nowhere else", () => {
    const text = ['// ../../node_modules/@smithy/core/dist-es/submodules/checksum/sha256/Sha256Node.js', choice];
    expect(useNativeHashes(text.join('\n'))).toBe(`${text[0]}\nvar Sha256Node = buildNativeClass2();`);
    const other = ['// core/hash.ts', choice].join('\n');
    expect(useNativeHashes(other)).toBe(other);
  });
});

describe('the bundles of this repository', () => {
  it('stay small: every byte is read at every cold start', () => {
    const repository = join(import.meta.dirname, '../..');
    const bundles = bundleHandlers({ root: repository });
    const handlers = readdirSync(join(repository, 'lambdas')).filter(name =>
      existsSync(join(repository, 'lambdas', name, 'handler.ts')),
    );
    const sizes = handlers.map(name => [name, statSync(join(bundles.folderOf(name), 'index.mjs')).size] as const);
    expect(sizes.filter(([, sizeBytes]) => sizeBytes > 400_000)).toEqual([]);
  });
});
