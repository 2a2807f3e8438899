/** Orders of a shop as a bus shows them to its rules: nested, with arrays of objects, about 735 to 900 bytes each. */
import { between, pick, seededRandom } from '../../core/index.ts';

type Random = () => number;

const CHANNELS = ['web', 'app', 'store', 'partner'];
const STATUSES = ['placed', 'paid', 'packed', 'shipped', 'delivered'];
const CITIES = ['Lisbon', 'Porto', 'Berlin', 'Köln', 'Paris', 'São Paulo', 'Warsaw', 'New York'];
const PRODUCTS = ['Cotton shirt', 'Walking boots', 'Mug "Harbour"', 'Desk lamp', 'Notebook', 'Wool blanket'];

/** How many different customers, campaigns, networks … there are: rules are about one of them each. */
export const MEMBERS = 10_000;

/** Half of the orders are about one of so many: as many find a rule among 50 as can be told from the corpus. */
const REGULARS = 50;

/** Texts of orders; the same for the same count. */
export function orderEvents(count: number): readonly string[] {
  const random = seededRandom(735);
  return Array.from({ length: count }, (_, index) => JSON.stringify(envelope(order(random, index), random)));
}

/** The member's name as events and rules write it. */
export function numbered(name: string, member: number): string {
  return `${name}-${String(member).padStart(5, '0')}`;
}

/** The network of a member: a /24. */
export function network(member: number): string {
  return `10.${member >> 8}.${member & 255}`;
}

/** The amounts of a member begin here, and end before those of the next: 10 above. */
export function amountOf(member: number): number {
  return member * 10;
}

function envelope(detail: object, random: Random): object {
  return {
    version: '0',
    id: `6a7e8feb-b491-4cf7-a9f1-${String(between(random, 0, 999_999_999_999)).padStart(12, '0')}`,
    'detail-type': 'Order Changed',
    source: 'shop.orders',
    account: '123456789012',
    time: '2026-01-01T00:00:00Z',
    region: 'eu-west-1',
    resources: [],
    detail,
  };
}

function order(random: Random, index: number): object {
  return {
    orderId: `${numbered('order', member(random))}-${numbered('part', index)}`,
    status: pick(random, STATUSES),
    channel: pick(random, CHANNELS),
    landing: `https://shop.example/${pick(random, CHANNELS)}/${numbered('campaign', member(random))}/index.html`,
    customer: customer(random),
    total: { amount: amountOf(member(random)) + between(random, 0, 999) / 100, currency: 'EUR' },
    shipping: { city: pick(random, CITIES), express: random() < 0.2, labels: labels(random) },
    lines: Array.from({ length: between(random, 2, 3) }, () => line(random)),
    ...(random() < 0.5 ? { coupon: `SUMMER${between(random, 10, 50)}` } : {}),
  };
}

function customer(random: Random): object {
  return {
    id: numbered('customer', member(random)),
    email: `${pick(random, CITIES).toLowerCase().replace(' ', '.')}@${numbered('company', member(random))}.example`,
    ip: `${network(member(random))}.${between(random, 1, 254)}`,
    since: between(random, 2005, 2025),
  };
}

function labels(random: Random): object {
  return { [numbered('label', member(random))]: 'printed' };
}

function line(random: Random): object {
  return {
    sku: numbered('sku', member(random)),
    name: pick(random, PRODUCTS),
    quantity: between(random, 1, 9),
    price: between(random, 199, 9999) / 100,
  };
}

function member(random: Random): number {
  return random() < 0.5 ? between(random, 0, REGULARS - 1) : between(random, REGULARS, MEMBERS - 1);
}
