import { compilePattern, RuleMatcher } from '../../local/services/events/pattern/event-pattern.ts';
import { mixed, ruleText } from '../event-matching/operator-classes.ts';
import { orderEvents } from '../event-matching/order-events.ts';
import type { Grower } from './world.ts';

const TEXTS = 1000;

export const rules: Grower = {
  name: 'rules',
  says: 'rules of a bus, of all classes of operators, matched with orders',
  base: 50,

  async open() {
    const texts = orderEvents(TEXTS);
    return {
      grow(size) {
        const matcher = new RuleMatcher<number>();
        for (let index = 0; index < size; index++) matcher.add(index, compilePattern(ruleText(mixed, index)));
        const visit = () => {
          for (const text of texts) matcher.match(text);
          return texts.length;
        };
        return { visit };
      },
      close: async () => {},
    };
  },
};
