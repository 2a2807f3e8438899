import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Bench } from './bench-definition.ts';
import type { Result } from './measure.ts';
import { publishedFigures, publishedSection } from './published-figures.ts';

const INTRODUCTION = `# Performance

Written by \`npm run bench\`, from the newest result of each bench. The figures are of one machine on one day and promise
nothing about another; the ratios, taken in the same run against a floor or a rival, are what to look at. \`millrace start
--for 20s --rate N\` measures the whole path on yours.`;

/** The page, from the results that are there. */
export async function performancePage(results: string, benches: readonly Bench[]): Promise<string> {
  const rows: string[] = [];
  for (const { name } of benches) {
    const text = await readFile(path.join(results, `${name}.json`), 'utf8').catch(() => undefined);
    if (text) rows.push(row(JSON.parse(text) as Result & { machine: string })); // written by bench.ts alone
  }
  return [
    INTRODUCTION,
    '',
    '| bench | what | median (lowest to highest) | set against | ratio | machine |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    ...publishedSection(publishedFigures),
    '',
  ].join('\n');
}

function row({
  name,
  measures,
  unit,
  median,
  lowest,
  highest,
  against,
  machine,
}: Result & { machine: string }): string {
  const figure = `${median} ${unit} (${lowest} to ${highest})`;
  const other = against ? `${against.name}: ${against.median} ${unit}` : '–';
  return `| ${name} | ${measures} | ${figure} | ${other} | ${against?.ratio ?? '–'} | ${machine} |`;
}
