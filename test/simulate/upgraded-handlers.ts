/** Handlers as they are after an upgrade of two event types, to run beside those of the template. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RegisteredSchema, SchemaObject } from '../../core/index.ts';
import { registeredSchemas } from '../../domains/registered-schemas.ts';
import type { CompiledBundle } from '../../simulate/host/compiled-bundle.ts';
import { bundlesWith } from '../../simulate/mutations/bundles-with.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const EVENTS = 'domains/behaviour/events';
const FACTS = 'domains/behaviour/processors/behaviour-facts.ts';

export const COMPLETED = 'behaviour.purchase.completed.v1';
export const MADE = 'behaviour.purchase.made.v1';

/** The next minor version of a type: with one field more. */
export function nextMinor(type: string, field: Readonly<Record<string, SchemaObject>>): RegisteredSchema {
  const found = registeredSchemas.find(each => each.type === type);
  if (!found) throw new Error(`Cannot upgrade '${type}': there is no such type`);
  const [major, minor] = found.version.split('.').map(Number);
  const version = `${major}.${Number(minor) + 1}.0`;
  const properties = { ...(found.schema.properties as SchemaObject), ...field }; // every event's schema has some
  return { type, version, schema: { ...found.schema, 'x-version': version, properties } };
}

export const completedNext = nextMinor(COMPLETED, { coupon: { type: 'string', maxLength: 40 } });
const madeNext = nextMinor(MADE, { channel: { enum: ['web', 'app'], default: 'web' } });

/** The next major version of a fact: its amount and its currency belong together. */
const madeV2: SchemaObject = {
  ...madeNext.schema,
  'x-type': 'behaviour.purchase.made.v2',
  'x-version': '2.0.0',
  properties: {
    ...without(madeNext.schema.properties as SchemaObject, ['amountMilli', 'currency']),
    price: {
      type: 'object',
      properties: { amountMilli: { type: 'integer' }, currency: { type: 'string' } },
      required: ['amountMilli', 'currency'],
    },
  },
  required: ['visitorId', 'product', 'quantity', 'price', 'day'],
};

function without(properties: SchemaObject, names: readonly string[]): SchemaObject {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));
}

/** A handler by the version of its code. */
export interface UpgradedHandlers {
  /** Carries both versions of what is upgraded. */
  readonly registrar: CompiledBundle | undefined;
  /** At the next minor version. */
  readonly minor: ReadonlyMap<string, CompiledBundle>;
  /** At the next major version of the fact. */
  readonly major: ReadonlyMap<string, CompiledBundle>;
}

export async function upgradedHandlers(): Promise<UpgradedHandlers> {
  const facts = await readFile(path.join(ROOT, FACTS), 'utf8');
  const sales = await readFile(path.join(ROOT, 'lambdas/sales-projector/project-sales.ts'), 'utf8');
  const minor = new Map([
    [`${EVENTS}/generated/is-purchase-completed.js`, validatorModule('isPurchaseCompleted', completedNext.schema)],
    [`${EVENTS}/generated/is-purchase-made.js`, validatorModule('isPurchaseMade', madeNext.schema)],
    [FACTS, replaced(facts, '      product,\n', "      product,\n      channel: 'app',\n")],
  ]);
  const major = new Map([
    ...minor,
    [FACTS, priced(minor.get(FACTS) ?? '')],
    ['domains/fact-contracts.ts', FACT_CONTRACTS_V2],
    [`${EVENTS}/fact-contracts.ts`, READS_V2],
    ['lambdas/sales-projector/project-sales.ts', salesByV2(sales)],
  ]);
  const registrar = await bundlesWith(['schema-registrar'], new Map([['domains/registered-schemas.ts', REGISTERED]]));
  return {
    registrar: registrar.get('schema-registrar'),
    minor: await bundlesWith(['collector', 'session-profile', 'outbox-publisher', 'sales-projector'], minor),
    major: await bundlesWith(['session-profile', 'outbox-publisher', 'sales-projector'], major),
  };
}

function validatorModule(name: string, schema: SchemaObject): string {
  return `import { dataShapeOf, interpretedValidator } from '../../../../core/index.ts';
const schema = ${JSON.stringify(schema)};
const about = { version: schema['x-version'], shape: dataShapeOf(schema) };
export const ${name} = Object.assign(interpretedValidator(schema), about);`;
}

const REGISTERED = `import { registeredSchema } from '../core/index.ts';
import { schemas as behaviour } from './behaviour/events/generated/schemas.js';
import { schemas as travel } from './travel/events/generated/schemas.js';
const next = ${JSON.stringify([completedNext.schema, madeNext.schema, madeV2])};
export const registeredSchemas = [...behaviour, ...travel, ...next].map(registeredSchema);`;

/** Both major versions of the fact, with the casts between them: what a domain that has two would hold. */
const VERSIONS_BODY = `
const isV2 = (schema => Object.assign(interpretedValidator(schema), { version: '2.0.0', shape: dataShapeOf(schema) }))(
  ${JSON.stringify(madeV2)});
export const made = versionChain(schemaContract('${MADE}', isPurchaseMade)).next(
  schemaContract('behaviour.purchase.made.v2', isV2),
  {
    up: ({ amountMilli, currency, ...data }) => ({ ...data, price: { amountMilli, currency } }),
    down: ({ price, ...data }) => ({ ...data, ...price }),
  },
);`;

const READS_V2 = `import { dataShapeOf, interpretedValidator, schemaContract, versionChain } from '../../../core/index.ts';
import { behaviourEventTypes as types } from './event-types.ts';
import { isCartAbandoned } from './generated/is-cart-abandoned.js';
import { isPurchaseMade } from './generated/is-purchase-made.js';
import { isSessionStarted } from './generated/is-session-started.js';
${VERSIONS_BODY}
export const behaviourFactContracts = [
  schemaContract(types.sessionStarted, isSessionStarted),
  schemaContract(types.cartAbandoned, isCartAbandoned),
  ...made.reads,
];`;

const FACT_CONTRACTS_V2 = `import { behaviourFactContracts, made } from './behaviour/events/fact-contracts.ts';
import { travelFactContracts } from './travel/events/fact-contracts.ts';
export const factContracts = [...behaviourFactContracts, ...travelFactContracts];
export const outgoingCasts = new Map([['behaviour.purchase.made.v2', made.writes('${MADE}')]]);`;

/** Emits the fact in its second major version, under the same id. */
function priced(facts: string): string {
  const typed = replaced(facts, '{ type: types.purchaseMade, id:', "{ type: 'behaviour.purchase.made.v2', id:");
  const amount = 'amountMilli: amountMilli(unitPrice, quantity),\n      currency,';
  return replaced(typed, amount, 'price: { amountMilli: amountMilli(unitPrice, quantity), currency },');
}

/** Reads the fact as its second major version. */
function salesByV2(sales: string): string {
  const typed = replaced(
    sales,
    'event.type !== behaviourEventTypes.purchaseMade',
    "event.type !== 'behaviour.purchase.made.v2'",
  );
  return replaced(
    typed,
    'const purchase = event.data as PurchaseMade;',
    'const { price, ...rest } = event.data as any; const purchase = { ...rest, ...price } as PurchaseMade;',
  );
}

/** @throws when the text does not stand there once: then the code has changed, and this with it */
function replaced(text: string, find: string, replacement: string): string {
  if (text.split(find).length === 2) return text.replace(find, () => replacement);
  throw new Error(`Cannot upgrade: '${find}' must stand in the source once`);
}
