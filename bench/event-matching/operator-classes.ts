/**
 * Rules of each class of operators, over the orders of `order-events.ts`. Rule n is about member n of whatever the class
 * is about, so that an event finds about one rule, among 50 rules as among 10,000: what grows is what is not found.
 */
import { amountOf, network, numbered } from './order-events.ts';

/** What a rule asks of `detail`. */
type RuleOf = (member: number) => object;

export const OPERATOR_CLASSES: Readonly<Record<string, RuleOf>> = {
  exact: member => ({ customer: { id: [numbered('customer', member)] } }),
  prefix: member => ({ orderId: [{ prefix: `${numbered('order', member)}-` }] }),
  suffix: member => ({ customer: { email: [{ suffix: `@${numbered('company', member)}.example` }] } }),
  'ignore-case': member => ({
    orderId: [{ prefix: { 'equals-ignore-case': `${numbered('ORDER', member)}-` } }],
  }),
  wildcard: member => ({ landing: [{ wildcard: `https://*/${numbered('campaign', member)}/*` }] }),
  'wildcard-inside': member => ({ landing: [{ wildcard: `*${numbered('paign', member)}*html` }] }),
  'anything-but': member => ({
    customer: { id: [numbered('customer', member)] },
    status: [{ 'anything-but': ['placed', numbered('held', member)] }],
  }),
  'anything-but-affixes': member => ({
    customer: { id: [numbered('customer', member)] },
    channel: [{ 'anything-but': excluded(member) }],
  }),
  numeric: member => ({ total: { amount: [{ numeric: ['>=', amountOf(member), '<', amountOf(member + 1)] }] } }),
  cidr: member => ({ customer: { ip: [{ cidr: `${network(member)}.0/24` }] } }),
  exists: member => ({ shipping: { labels: { [numbered('label', member)]: [{ exists: true }] } } }),
  'exists-false': member => ({ coupon: [{ exists: false }], customer: { id: [numbered('customer', member)] } }),
  or: member => ({
    $or: [
      { customer: { id: [numbered('customer', member)] } },
      { total: { amount: [{ numeric: ['>=', amountOf(member), '<', amountOf(member + 1)] }] }, channel: ['partner'] },
      { orderId: [{ prefix: numbered('order', member) }], status: ['delivered'] },
    ],
  }),
  'arrays-of-objects': member => ({ lines: { sku: [numbered('sku', member)], quantity: [{ numeric: ['>', 4] }] } }),
};

/** Every event meets all of them: to find them takes as long as there are rules. */
export const FOUND_ALL: Readonly<Record<string, RuleOf>> = {
  'anything-but-alone': member => ({ status: [{ 'anything-but': numbered('held', member) }] }),
};

/** The text of a class's rule. */
export function ruleText(ruleOf: RuleOf, member: number): string {
  return JSON.stringify({ 'detail-type': ['Order Changed'], detail: ruleOf(member) });
}

/** The rules of all classes in turn. */
export const mixed: RuleOf = member => {
  const classes = Object.values(OPERATOR_CLASSES);
  return classes[member % classes.length]?.(member) ?? {};
};

function excluded(member: number): object {
  const kinds = [{ prefix: 'st' }, { suffix: 'ner' }, { wildcard: 'w*b' }, { 'equals-ignore-case': 'APP' }];
  return kinds[member % kinds.length] ?? {};
}
