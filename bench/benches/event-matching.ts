import { compilePattern, RuleMatcher } from '../../local/services/events/pattern/event-pattern.ts';
import type { Bench, Contender } from '../bench-definition.ts';
import { FOUND_ALL, mixed, OPERATOR_CLASSES, ruleText } from '../event-matching/operator-classes.ts';
import { orderEvents } from '../event-matching/order-events.ts';

const CLASSES = { ...OPERATOR_CLASSES, mixed };
const RULES = [5, 50, 1_000, 10_000];
const FEW_RULES = [5, 50];
const EVENTS = 20_000;
const TEXTS = 1_000;

/** How many orders a second find their rules, by class of operators and number of rules, the reading of their text included. */
const speeds: readonly Bench[] = Object.keys({ ...CLASSES, ...FOUND_ALL }).flatMap(name =>
  (name in FOUND_ALL ? FEW_RULES : RULES).map(rules => ({
    name: `event-matching-${name}-${rules}`,
    measures: `orders of about 770 bytes against ${rules} rules of a bus (${name}), text in, against JSON.parse of the same texts`,
    unit: 'events/s',
    async open() {
      const texts = orderEvents(TEXTS);
      return {
        subject: perSecond('rule matcher', texts, matching(name, rules)),
        against: perSecond('JSON.parse', texts, text => JSON.parse(text)),
        close: async () => {},
      };
    },
  })),
);

/** How much dearer an event gets when there are 200 times as many rules. */
const growth: readonly Bench[] = Object.keys(CLASSES).map(name => ({
  name: `event-matching-${name}-growth`,
  measures: `orders of about 770 bytes against 10000 rules of a bus (${name}), text in, against the same with 50 rules`,
  unit: 'µs/event',
  async open() {
    const texts = orderEvents(TEXTS);
    return {
      subject: perEvent('10000 rules', texts, matching(name, 10_000)),
      against: perEvent('50 rules', texts, matching(name, 50)),
      close: async () => {},
    };
  },
}));

export const eventMatching: readonly Bench[] = [...speeds, ...growth];

function matching(name: string, rules: number): (text: string) => unknown {
  const ruleOf = Object.entries({ ...CLASSES, ...FOUND_ALL }).find(([other]) => other === name)?.[1] ?? mixed;
  const matcher = new RuleMatcher<number>();
  for (let index = 0; index < rules; index++) matcher.add(index, compilePattern(ruleText(ruleOf, index)));
  return text => matcher.match(text);
}

function perSecond(name: string, texts: readonly string[], visit: (text: string) => unknown): Contender {
  return { name, measure: async () => EVENTS / seconds(texts, visit) };
}

function perEvent(name: string, texts: readonly string[], visit: (text: string) => unknown): Contender {
  return { name, measure: async () => (seconds(texts, visit) * 1e6) / EVENTS };
}

function seconds(texts: readonly string[], visit: (text: string) => unknown): number {
  const startedAtMs = performance.now();
  for (let index = 0; index < EVENTS; index++) visit(texts[index % texts.length] as string); // the index is inside
  return (performance.now() - startedAtMs) / 1000;
}
