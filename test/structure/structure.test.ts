import { expect, test } from 'vitest';
import { importsOf, LAYERS, type Layer, readSourceFiles, type SourceFile } from './source-files.ts';

/** Which layers a layer may import. `lambdas` has finer rules of its own below. */
const MAY_IMPORT: Readonly<Record<Layer, readonly Layer[]>> = {
  core: ['core'],
  domains: ['domains', 'core'],
  lambdas: ['lambdas', 'core', 'domains'],
  lib: ['lib', 'core', 'domains'],
  bin: ['lib'],
  local: ['local'],
  console: ['console'],
  cli: ['cli', 'local', 'core', 'domains', 'lib'],
  bench: ['bench', 'cli', 'local', 'lambdas', 'core', 'domains', 'lib'],
  simulate: ['simulate', 'cli', 'local', 'core', 'domains'],
};

const BANNED_NAMES = /(^|\/)(utils?|helpers?|common|misc|models?|shared|types|typings)(\/|\.[mc]?[tj]s$)/;
const LONGEST_FILE_LINES = 400;

const files = await readSourceFiles();

test('a layer imports only what the table allows', () => {
  expect(files.flatMap(file => forbiddenImports(file))).toEqual([]);
});

test('core imports no package but a schema library, and local no SDK and no CDK', () => {
  const packages = files.flatMap(file => file.imports.filter(isPackage).map(name => `${file.path}: ${name}`));
  expect(packages.filter(line => /^core\//.test(line) && !/: zod$/.test(line))).toEqual([]);
  expect(packages.filter(line => /^domains\/(?!generate-events)/.test(line) && !/: (zod|ajv.*)$/.test(line))).toEqual(
    [],
  );
  expect(packages.filter(line => /^local\//.test(line) && /: (@aws-sdk|aws-cdk|constructs)/.test(line))).toEqual([]);
});

test('a handler never imports another handler', () => {
  const crossings = files
    .filter(file => file.path.startsWith('lambdas/'))
    .flatMap(file => {
      const own = file.path.split('/')[1];
      const others = file.imports.filter(target => target.startsWith('lambdas/') && target.split('/')[1] !== own);
      return others
        .filter(target => !/^lambdas\/(adapters|runtime)\//.test(target))
        .map(target => `${file.path} → ${target}`);
    });
  expect(crossings).toEqual([]);
});

test('imports run in no circle', () => {
  expect(findCircle(files)).toBeUndefined();
});

test('no file or folder is named for a kind, and none has outgrown its idea', () => {
  const written = files.filter(file => !file.path.includes('/generated/'));
  expect(written.filter(file => BANNED_NAMES.test(file.path)).map(file => file.path)).toEqual([]);
  const long = written.filter(file => file.lines > LONGEST_FILE_LINES);
  expect(long.map(file => `${file.path}: ${file.lines} lines`)).toEqual([]);
});

test('importsOf sees every form of import', () => {
  const text = [
    "import a from './a.ts';",
    "import type { B } from '../b.ts';",
    "import './c.ts';",
    "export { d } from './d.ts';",
    "const e = await import('./e.ts');",
    "import {\n  f,\n} from './f.ts';",
  ].join('\n');
  const found = ['x/a.ts', 'b.ts', 'x/c.ts', 'x/d.ts', 'x/e.ts', 'x/f.ts'];
  expect(importsOf('core/x/y.ts', text)).toEqual(found.map(name => `core/${name}`));
});

function isPackage(specifier: string): boolean {
  return (
    !specifier.startsWith('node:') &&
    !LAYERS.some(layer => specifier.startsWith(`${layer}/`)) &&
    !specifier.includes('.json')
  );
}

function forbiddenImports(file: SourceFile): string[] {
  const layer = file.path.split('/')[0] as Layer; // readSourceFiles reads the layers only
  return file.imports
    .filter(target => LAYERS.some(other => target.startsWith(`${other}/`) && !MAY_IMPORT[layer].includes(other)))
    .map(target => `${file.path} → ${target}`);
}

/** The first ring of imports, as a list of files that ends where it begins. */
function findCircle(all: readonly SourceFile[]): string[] | undefined {
  const imports = new Map(all.map(file => [file.path, file.imports]));
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string[] | undefined => {
    const start = trail.indexOf(file);
    if (start >= 0) return [...trail.slice(start), file];
    if (done.has(file)) return undefined;
    for (const target of imports.get(file) ?? []) {
      const circle = imports.has(target) ? visit(target, [...trail, file]) : undefined;
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}
