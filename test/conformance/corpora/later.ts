import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Corpus } from '../corpus.ts';
import { rowCorpus } from '../json-rows.ts';
import { outOfScope } from '../verdict.ts';

/** Corpora of which the embedded cloud is not the subject: they are counted, and judged where their subject is. */
const SUBJECTS: Readonly<Record<string, string>> = {
  windows: 'later work: windows in event time',
  linearizability: 'later work: the checker of histories',
};

const SOURCE = 'not judged here';

const rowCorpora = Object.entries(SUBJECTS).map(([name, reason]) =>
  rowCorpus({ name, source: SOURCE, judge: () => outOfScope(reason) }),
);

/** One case per answer. */
const nexmark: Corpus = {
  name: 'nexmark',
  source: SOURCE,
  fileName: 'nexmark',
  async open(directory) {
    const folder = path.join(directory, 'nexmark');
    const answers = (await readdir(folder)).filter(file => /^expected-.*\.json$/.test(file)).sort();
    const cases = answers.map(file => ({
      id: path.basename(file, '.json'),
      judge: () => outOfScope('later work: queries over event time'),
    }));
    return { cases };
  },
};

export const laterCorpora: readonly Corpus[] = [...rowCorpora, nexmark];
