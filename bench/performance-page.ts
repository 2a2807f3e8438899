import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Bench } from './bench-definition.ts';
import type { Result } from './measure.ts';
import { publishedFigures, publishedSection } from './published-figures.ts';

const INTRODUCTION = `# Performance

Written by \`npm run bench\`, from the newest result of each bench. The figures are of one machine on one day and promise
nothing about another; the ratios, taken in the same run against a floor or a rival, are what to look at. \`millrace start
--for 20s --rate N\` measures the whole path on yours.`;

const CURVE = 'whole-path.svg';

type KeptResult = Result & { readonly machine: string };

/** A part of the page: a row for each bench, or, where the names say a row and a column, a matrix. */
interface Section {
  readonly title: string;
  readonly says?: string;
  /** The benches whose names begin so. */
  readonly families: readonly string[];
  readonly matrix?: Matrix;
}

interface Matrix {
  /** Finds `row` and `column` in a bench's name. */
  readonly split: RegExp;
  readonly of: string;
  readonly cell: (result: KeptResult) => string;
}

const SECTIONS: readonly Section[] = [
  { title: 'Whole path', families: ['whole-path'] },
  {
    title: 'Processing',
    says: 'The same events, tables and machine for both sides of each row.',
    families: ['processor', 'pure-pipeline'],
  },
  { title: 'At the edges', families: ['collector', 'schema-validation', 'outbox-publisher', 'saga'] },
  {
    title: 'Event matching',
    says: `Orders of about 770 bytes (nested, with arrays of objects) against so many rules of one class of operators, the reading of
their text included: the share of the speed of \`JSON.parse\` of the same texts alone. The last column is what an event costs with
10,000 rules, as a multiple of what it costs with 50.`,
    families: ['event-matching'],
    matrix: {
      split: /^event-matching-(?<row>.+)-(?<column>\w+)$/,
      of: 'class',
      cell: ({ against }) => `${against?.ratio ?? '–'}`,
    },
  },
  {
    title: 'Embedded cloud',
    families: ['kinesis', 'dynamodb', 'embedded', 'start-time', 'idle-memory'],
  },
  {
    title: 'Handlers',
    says: 'The code of each function as it is deployed, and from nothing to its loaded handler in the embedded Lambda.',
    families: ['bundle-size', 'cold-start'],
    matrix: { split: /^(?<column>bundle-size|cold-start)-(?<row>.+)$/, of: 'function', cell: figure },
  },
  { title: 'Synthesis', families: ['synth-time'] },
  {
    title: 'Growth',
    says: 'What one unit of work takes, and one unit of size, when there is 10 and 100 times as much of it: as a multiple of the smallest.',
    families: ['growth'],
    matrix: {
      split: /^growth-(?<row>\w+)-(?<column>\w+-\w+)$/,
      of: 'what grows',
      cell: result => `${result.against?.ratio ?? '–'} (${figure(result)})`,
    },
  },
];

/** The page, from the results that are there. */
export async function performancePage(results: string, benches: readonly Bench[]): Promise<string> {
  const kept: KeptResult[] = [];
  for (const { name } of benches) {
    const text = await readFile(path.join(results, `${name}.json`), 'utf8').catch(() => undefined);
    if (text) kept.push(JSON.parse(text)); // written by bench.ts alone
  }
  const hasCurve = existsSync(path.join(results, '../../docs', CURVE));
  return [
    INTRODUCTION,
    '',
    `Measured on: ${[...new Set(kept.map(({ machine }) => machine))].join('; ')}.`,
    '',
    ...(hasCurve ? [`![Throughput and latency of the whole path at rising load](${CURVE})`, ''] : []),
    ...SECTIONS.flatMap(section => sectionLines(section, kept)),
    ...publishedSection(publishedFigures),
    '',
  ].join('\n');
}

function sectionLines({ title, says, families, matrix }: Section, kept: readonly KeptResult[]): readonly string[] {
  const own = kept.filter(({ name }) => families.some(family => name === family || name.startsWith(`${family}-`)));
  if (own.length === 0) return [];
  const table = matrix ? matrixLines(matrix, own) : listLines(own);
  return [`## ${title}`, '', ...(says === undefined ? [] : [says, '']), ...table, ''];
}

function listLines(results: readonly KeptResult[]): readonly string[] {
  return [
    '| bench | what | median (lowest to highest) | set against | ratio |',
    '|---|---|---|---|---|',
    ...results.map(result => {
      const { name, measures, against } = result;
      const other = against ? `${against.name}: ${against.median} ${result.unit}` : '–';
      return `| ${name} | ${measures} | ${spread(result)} | ${other} | ${against?.ratio ?? '–'} |`;
    }),
  ];
}

function matrixLines({ split, of, cell }: Matrix, results: readonly KeptResult[]): readonly string[] {
  const rows = new Map<string, Map<string, string>>();
  const columns = new Set<string>();
  for (const result of results) {
    const { row = result.name, column = '' } = split.exec(result.name)?.groups ?? {};
    columns.add(column);
    const cells = rows.get(row) ?? new Map<string, string>();
    rows.set(row, cells.set(column, cell(result)));
  }
  const heads = [...columns];
  return [
    `| ${[of, ...heads].join(' | ')} |`,
    `|${'---|'.repeat(heads.length + 1)}`,
    ...[...rows].map(([row, cells]) => `| ${[row, ...heads.map(head => cells.get(head) ?? '–')].join(' | ')} |`),
  ];
}

function figure({ median, unit }: KeptResult): string {
  return `${median} ${unit}`;
}

function spread({ median, unit, lowest, highest }: KeptResult): string {
  return `${median} ${unit} (${lowest} to ${highest})`;
}
