/**
 * Random sequences of requests, put to this engine and to dynoxide: they must answer the same. Where the two are known to
 * differ, dynoxide was found to be wrong, and the request is left out or the difference passed over, with the reason:
 *
 * 1. It looks at expressions only as far as their evaluation gets; AWS refuses literals of a wrong type, empty index keys,
 *    overlapping paths and operands that are the same before anything else.
 * 2. It fills lists up with NULL when an element beyond the end is set, and makes maps of what is NULL or not there when
 *    one of their members is set; AWS appends, and refuses a path through what is no map.
 * 3. It removes elements of a list one after the other; AWS counts them all in the list as it was.
 * 4. It shows whole lists where only an element was updated, and the key of an item that was not there as its old image.
 * 5. It words some validation errors in its own way.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../local/cloud/service.ts';
import { type Answer, dynamodb, type Fixture } from './dynamodb-fixture.ts';
import { type Dynoxide, type Outcome, startDynoxide, whyNot } from './dynoxide.ts';
import { type RandomRequest, randomRequest, TABLES } from './random-requests.ts';

const BEFORE_ANYTHING_ELSE =
  /Incorrect operand type|Two document paths overlap|first operand must be distinct|redundant parentheses|update a secondary index key/;
const LIST_ELEMENT = /\b(l|c\.b)\[(\d)\]/;
const SAME_OPERANDS = /(?<![\w.#[\]])([\w.#[\]]+) (?:=|<>|<|<=|>|>=) \1(?![\w.[])/;

let dynoxide: Dynoxide;

beforeAll(async () => {
  if (whyNot === undefined) dynoxide = await startDynoxide();
});
afterAll(() => dynoxide?.close());

async function emptyTables(): Promise<Fixture> {
  const db = dynamodb();
  for (const table of TABLES) {
    await db.call('CreateTable', table);
    await dynoxide.call('DeleteTable', { TableName: table.TableName });
    await dynoxide.call('CreateTable', table);
  }
  return db;
}

/** Both answers to one request; undefined when it is left out. */
async function bothOutcomes(db: Fixture, request: RandomRequest): Promise<readonly [Outcome, Outcome] | undefined> {
  const { operation, input } = request;
  if (await isLeftOut(db, request)) return undefined;
  const ours = await db.call(operation, input).then(
    (answer: Answer): Outcome => ({ answer }),
    ({ code, message }): Outcome => ({ code, message }),
  );
  if ('code' in ours && BEFORE_ANYTHING_ELSE.test(ours.message)) return undefined; // 1
  return [ours, await dynoxide.call(operation, input)];
}

/** 1, 2 and 3: what the two would do differently to their tables, which would lead them apart for good. */
async function isLeftOut(db: Fixture, { operation, input }: RandomRequest): Promise<boolean> {
  if (SAME_OPERANDS.test(JSON.stringify(input))) return true;
  const items = operation === 'TransactWriteItems' ? (input.TransactItems as Answer[]) : [{ Update: input }];
  for (const { Update } of items) {
    if (!Update?.UpdateExpression) continue;
    const targets = targetsOf(Update.UpdateExpression).filter(target => LIST_ELEMENT.test(target));
    if (targets.length > 1) return true;
    const { Item } = await db.call('GetItem', { TableName: Update.TableName, Key: Update.Key });
    if (targets.some(target => !holdsElement(Item ?? {}, target))) return true;
  }
  return false;
}

/** The paths that an update expression changes. */
function targetsOf(expression: string): string[] {
  const clauses = expression.split(/\b(?:SET|REMOVE|ADD|DELETE) /).flatMap(clause => clause.split(/, (?![^(]*\))/));
  return clauses.flatMap(clause => /^([\w.#[\]]+)/.exec(clause.trim())?.[1] ?? []);
}

function holdsElement(item: Answer, target: string): boolean {
  const [, path, index] = LIST_ELEMENT.exec(target) ?? [];
  const list = path === 'l' ? item.l?.L : item.c?.M?.b?.L;
  const element = list?.[Number(index)];
  return element !== undefined && !('NULL' in element);
}

/** Sets in one order, members in one order, and the items of a scan too. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [
    name,
    ['SS', 'NS', 'BS'].includes(name) && Array.isArray(inner) ? [...inner].sort() : canonical(inner),
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function comparable(outcome: Outcome, { operation, input }: RandomRequest): unknown {
  if ('code' in outcome) return comparableRefusal(outcome);
  const answer = canonical(outcome.answer) as JsonObject;
  const { Attributes, ...rest } = answer;
  if (operation === 'Scan') {
    const items = answer.Items as JsonObject[];
    return { ...answer, Items: items.map(item => JSON.stringify(item)).sort() };
  }
  if (operation !== 'UpdateItem') return answer;
  const showsElements =
    /^UPDATED/.test(String(input.ReturnValues)) && LIST_ELEMENT.test(String(input.UpdateExpression));
  const key = JSON.stringify(canonical(input.Key));
  const showsOnlyKey = input.ReturnValues === 'ALL_OLD' && JSON.stringify(Attributes) === key;
  return showsElements || showsOnlyKey ? rest : answer; // 4
}

/** 5: the messages of validation errors are left to tests that know AWS's own. */
function comparableRefusal({ code, message }: { readonly code: string; readonly message: string }): unknown {
  return code === 'ValidationException' ? { code } : { code, message };
}

const sequence = fc.array(randomRequest, { minLength: 30, maxLength: 60, size: 'max' });

describe.skipIf(whyNot !== undefined)(whyNot ?? 'dynoxide', () => {
  test('answers random sequences of reads and writes as this engine does', async () => {
    let asked = 0;
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(sequence, async requests => {
        const db = await emptyTables();
        for (const request of requests) {
          const outcomes = await bothOutcomes(db, request);
          if (!outcomes) continue;
          const [ours, theirs] = outcomes;
          expect(comparable(ours, request), JSON.stringify(request)).toEqual(comparable(theirs, request));
          asked++;
          if ('answer' in ours) answered++;
        }
      }),
      { numRuns: 20, seed: 20261121 },
    );
    expect(asked).toBeGreaterThan(500); // else the requests that are left out are too many to prove anything
    expect(answered).toBeGreaterThan(300);
  }, 30_000);
});
