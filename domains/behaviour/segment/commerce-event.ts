/**
 * Segment's e-commerce events in our words: those that our types have room for. An event that lacks what our type requires
 * has no counterpart; one whose values are wrong has, and is refused by its contract, with the field and the reason.
 * @see https://segment.com/docs/connections/spec/ecommerce/v2/
 */
import { behaviourEventTypes as types } from '../events/event-types.ts';
import { type Counterpart, given, type PropertyReader, readProperties } from './counterpart.ts';
import { isObject, type JsonObject } from './segment-message.ts';

/** Segment takes amounts without a currency for US dollars. */
const DEFAULT_CURRENCY = 'USD';
const PRODUCT = ['sku', 'product_id', 'productId', 'id'];
const PRICE = ['price'];
const QUANTITY = ['quantity'];
/** Cut here, an id or a code would be another one: our types refuse what is too long for them. */
const UNCUT_CHARS = 1000;
const CATEGORY_CHARS = 100;
const QUERY_CHARS = 500;

type Mapping = (properties: JsonObject) => Counterpart | undefined;

/** By name in small letters without what separates words, both versions of the specification. */
const MAPPINGS: Readonly<Record<string, Mapping>> = {
  productviewed: productViewed,
  viewedproduct: productViewed,
  productadded: productAdded,
  addedproduct: productAdded,
  productssearched: productsSearched,
  searchedproducts: productsSearched,
  ordercompleted: properties => purchase(properties, 1),
  completedorder: properties => purchase(properties, 1),
  orderrefunded: properties => purchase(properties, -1),
  refundedorder: properties => purchase(properties, -1),
};

/** The counterpart of a tracked event; `undefined` when we have none. */
export function commerceEvent(event: string, properties: JsonObject): Counterpart | undefined {
  const name = event.toLowerCase().replace(/[\s_-]+/g, '');
  return Object.hasOwn(MAPPINGS, name) ? MAPPINGS[name]?.(properties) : undefined;
}

function productViewed(properties: JsonObject): Counterpart | undefined {
  const read = readProperties(properties);
  const product = read.text(PRODUCT, UNCUT_CHARS);
  if (product === undefined) return undefined;
  const unitPrice = read.number(PRICE);
  const currency = unitPrice === undefined ? undefined : currencyOf(read);
  const data = given({ product, category: read.text(['category'], CATEGORY_CHARS), unitPrice, currency });
  return { type: types.productViewed, data, taken: read.taken };
}

function productAdded(properties: JsonObject): Counterpart | undefined {
  const read = readProperties(properties);
  const line = productLine(properties, read);
  if (!line) return undefined;
  const currency = currencyOf(read);
  return { type: types.cartItemAdded, data: { ...line, currency }, taken: read.taken };
}

function productsSearched(properties: JsonObject): Counterpart | undefined {
  const read = readProperties(properties);
  const query = read.text(['query'], QUERY_CHARS);
  return query === undefined ? undefined : { type: types.searchPerformed, data: { query }, taken: read.taken };
}

/** @param sign -1 for what is given back */
function purchase(properties: JsonObject, sign: 1 | -1): Counterpart | undefined {
  const { products } = properties;
  if (!Array.isArray(products) || products.length === 0) return undefined;
  const readers = products.map(product => readProperties(isObject(product) ? product : {}));
  const lines = readers.map((read, index) => productLine(products[index], read));
  if (lines.includes(undefined)) return undefined;
  const read = readProperties(properties);
  const invoice = read.text(['order_id', 'orderId'], UNCUT_CHARS);
  const currency = currencyOf(read);
  const signed = lines.map(line => ({ ...line, quantity: withSign(line?.quantity, sign) }));
  const isWhole = readers.every(({ taken }, index) => taken.size === Object.keys(Object(products[index])).length);
  const taken = new Set([...read.taken, ...(isWhole ? ['products'] : [])]);
  return { type: types.purchaseCompleted, data: given({ invoice, lines: signed, currency }), taken };
}

interface Line {
  readonly product: string;
  readonly quantity: unknown;
  readonly unitPrice: unknown;
}

/** One product in a cart or an order; `undefined` when it has no id or no price. */
function productLine(product: unknown, read: PropertyReader): Line | undefined {
  if (!isObject(product)) return undefined;
  const id = read.text(PRODUCT, UNCUT_CHARS);
  const unitPrice = read.number(PRICE);
  if (id === undefined || unitPrice === undefined) return undefined;
  return { product: id, quantity: read.number(QUANTITY) ?? 1, unitPrice };
}

function currencyOf(read: PropertyReader): string {
  return read.text(['currency'], UNCUT_CHARS)?.toUpperCase() ?? DEFAULT_CURRENCY;
}

/** What is given back is negative with us, and one or the other with producers. */
function withSign(quantity: unknown, sign: 1 | -1): unknown {
  return typeof quantity === 'number' && sign < 0 ? -Math.abs(quantity) : quantity;
}
