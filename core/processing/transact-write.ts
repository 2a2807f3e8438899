import { canonicalJson } from '../events/canonical-json.ts';

/** The attributes that name an item. */
export type ItemKey = Readonly<Record<string, string | number>>;
/** An item as it was read. */
export type FoundItem = Readonly<Record<string, unknown>>;

/** What a definition says about a table. */
export interface TableRule {
  /** Names of the attributes that name an item. */
  readonly key: readonly [partition: string, sort?: string];
  /** What is done to its items: no other right is granted, and no other write is made. */
  readonly may: readonly ('read' | TableWrite['write'])[];
}

/** What an item must be like for a write to happen: not there, there, or there with these values. */
export type Expectation = 'absent' | 'present' | Readonly<Record<string, string | number | boolean>>;

interface Target<Table extends string> {
  readonly table: Table;
  readonly key: ItemKey;
  /** One that is not met although the item is what was read is terminal for the event. @default anything */
  readonly expect?: Expectation;
}

/** One write of one item. `put` replaces it, `change` sets values and adds to numbers and makes the item if need be. */
export type TableWrite<Table extends string = string> =
  | (Omit<Target<Table>, 'key'> & { readonly write: 'put'; readonly item: Readonly<Record<string, unknown>> })
  | (Target<Table> & {
      readonly write: 'change';
      readonly set?: Readonly<Record<string, unknown>>;
      readonly add?: Readonly<Record<string, number>>;
    })
  | (Target<Table> & { readonly write: 'remove' })
  | (Target<Table> & { readonly write: 'check'; readonly expect: Expectation });

export type TableRules = Readonly<Record<string, TableRule>>;

/** The key of the item that a write is to. @throws Error when the table, the write or the key does not fit its rule */
export function keyOfWrite(write: TableWrite, rules: TableRules): ItemKey {
  const rule = ruleOf(write.table, rules);
  if (!rule.may.includes(write.write)) {
    throw new Error(
      `Cannot ${write.write} item: table '${write.table}' may be used to [${rule.may}], received ${write.write}`,
    );
  }
  return keyIn(write.write === 'put' ? write.item : write.key, write.table, rule);
}

/** The key of an item that is to be read. @throws Error when the table or the key does not fit its rule */
export function keyOfRead(
  { table, key }: { readonly table: string; readonly key: ItemKey },
  rules: TableRules,
): ItemKey {
  const rule = ruleOf(table, rules);
  if (!rule.may.includes('read')) {
    throw new Error(`Cannot read item: table '${table}' may be used to [${rule.may}], received read`);
  }
  return keyIn(key, table, rule);
}

/** Equal for equal items. */
export function itemName(table: string, key: ItemKey): string {
  return canonicalJson([table, key]);
}

/**
 * Two writes of one item as one that does the same; `undefined` when there is none. Only changes that expect nothing can be
 * joined: what a second write expects is not known before the first is done.
 */
export function joinWrites(first: TableWrite, second: TableWrite): TableWrite | undefined {
  if (first.write !== 'change' || second.write !== 'change' || second.expect !== undefined) return undefined;
  const { set: firstSet = {}, add: firstAdd = {} } = first;
  const { set = {}, add = {} } = second;
  const touchedTwice =
    Object.keys(add).some(name => name in firstSet) || Object.keys(set).some(name => name in firstAdd);
  if (touchedTwice) return undefined;
  const sums = Object.entries(add).map(([name, value]) => [name, (firstAdd[name] ?? 0) + value] as const);
  if (sums.some(([, sum]) => !Number.isSafeInteger(sum))) return undefined; // DynamoDB adds decimals exactly
  return { ...first, set: { ...firstSet, ...set }, add: { ...firstAdd, ...Object.fromEntries(sums) } };
}

/** Whether an item, as it was read, is what a write expects. */
export function meets(item: FoundItem | undefined, expect: Expectation): boolean {
  if (expect === 'absent') return item === undefined;
  if (item === undefined || expect === 'present') return item !== undefined;
  return Object.entries(expect).every(([name, value]) => item[name] === value);
}

function ruleOf(table: string, rules: TableRules): TableRule {
  const rule = Object.hasOwn(rules, table) ? rules[table] : undefined;
  if (rule) return rule;
  throw new Error(`Cannot use table: must be one of [${Object.keys(rules)}], received '${table}'`);
}

function keyIn(item: Readonly<Record<string, unknown>>, table: string, { key }: TableRule): ItemKey {
  const names = key.filter(name => name !== undefined);
  return Object.fromEntries(
    names.map(name => {
      const value = item[name];
      if ((typeof value === 'string' && value !== '') || typeof value === 'number') return [name, value];
      throw new Error(`Cannot name item of '${table}': ${name} must be text or a number, received ${String(value)}`);
    }),
  );
}
