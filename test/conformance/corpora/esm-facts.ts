import { agrees } from '../agreement.ts';
import type { ConformanceCase, Corpus } from '../corpus.ts';
import type { Fact } from '../esm-facts/fact.ts';
import { openLab } from '../esm-facts/mapping-lab.ts';
import { FACTS } from '../esm-facts/roster.ts';
import { failed, PASSED } from '../verdict.ts';

/**
 * The facts about event source mappings and asynchronous invocation that the page of the oracles states in prose and
 * tables. They are written down again as cases, since prose cannot be run; the page's absence leaves them out.
 */
export const esmFacts: Corpus = {
  name: 'esm-facts',
  source: 'recorded on AWS; the Lambda Developer Guide',
  fileName: 'esm-facts.md',
  open: async () => ({ cases: FACTS.map(factCase) }),
};

function factCase({ id, expected, observe }: Fact): ConformanceCase {
  return {
    id,
    async judge() {
      const lab = openLab();
      try {
        const observed = await observe(lab);
        return agrees(expected, observed) ? PASSED : failed(expected, observed);
      } finally {
        await lab.close();
      }
    },
  };
}
