import type { Construct } from 'constructs';
import {
  type AnyExternalDefinition,
  type AnyTransactDefinition,
  callTimes,
  rememberHoursOf,
  type TableRule,
  tableVariable,
} from '../../core/index.ts';
import type { MillraceConfig } from '../config.ts';
import { claimCheckBucket, eventBus } from '../references.ts';
import { EventTable, type ItemAction } from './event-table.ts';
import type { HandlerBundles } from './handler-bundles.ts';
import { HANDLER_TIMEOUT, type HandlerFunction } from './handler-function.ts';
import { OutboxPublisher } from './outbox-publisher.ts';

export interface IdempotencyTablesProps {
  readonly config: MillraceConfig;
  readonly bundles: HandlerBundles;
  readonly definition: AnyTransactDefinition | AnyExternalDefinition;
  readonly handler: HandlerFunction;
  /** The tables that a definition of transactions names. */
  readonly tables: Readonly<Record<string, EventTable>>;
}

/** What each use of a table takes. */
const ACTIONS: Readonly<Record<TableRule['may'][number], ItemAction>> = {
  read: 'BatchGetItem',
  put: 'PutItem',
  change: 'UpdateItem',
  remove: 'DeleteItem',
  check: 'ConditionCheckItem',
};

/** What a function needs after a call to write down what came of it, and to end by itself. */
const AFTER_CALL_MS = 5_000;

/**
 * Gives a processor the table of the events that it remembers, one for its facts, with a publisher, if it has any, and the
 * rights to the tables that it names.
 * @throws Error when events are forgotten while they may still be delivered, or a call outlasts the function
 */
export function rememberEvents(scope: Construct, props: IdempotencyTablesProps): void {
  const { config, definition, handler } = props;
  checkTimes(props);
  const rows = new EventTable(scope, 'Idempotency', {
    config,
    name: `${definition.name}-idempotency`,
    partitionKey: ['id', 'S'],
  });
  handler.function.addEnvironment('IDEMPOTENCY_TABLE', rows.tableName);
  rows.grantItems(handler, 'BatchGetItem', 'PutItem');
  if (definition.guarantee === 'external') rows.grantItems(handler, 'UpdateItem');
  else nameTables(definition, props);
  if (emitsFacts(definition)) addOutbox(scope, props);
}

function nameTables({ name, tables: rules }: AnyTransactDefinition, { handler, tables }: IdempotencyTablesProps): void {
  for (const [table, { may }] of Object.entries(rules)) {
    const given = tables[table];
    if (!given) throw new Error(`Cannot make processor '${name}': a table must be given for '${table}'`);
    handler.function.addEnvironment(tableVariable(table), given.tableName);
    given.grantItems(handler, ...may.map(use => ACTIONS[use]));
  }
}

function emitsFacts(definition: AnyTransactDefinition | AnyExternalDefinition): boolean {
  return definition.guarantee === 'transact' ? definition.emits === true : definition.facts !== undefined;
}

function addOutbox(scope: Construct, { config, bundles, definition, handler }: IdempotencyTablesProps): void {
  const table = new EventTable(scope, 'Outbox', {
    config,
    name: `${definition.name}-outbox`,
    partitionKey: ['key', 'S'],
    sortKey: ['sequence', 'S'],
    outbox: true,
  });
  handler.function.addEnvironment('OUTBOX_TABLE', table.tableName);
  table.grantItems(handler, 'PutItem');
  const bus = eventBus(scope, config);
  const claimChecks = claimCheckBucket(scope, config);
  new OutboxPublisher(scope, 'Publisher', { config, bundles, domain: definition.name, table, bus, claimChecks });
}

function checkTimes({ config, definition }: IdempotencyTablesProps): void {
  const { name } = definition;
  const { maxRecordAgeHours } = config.processor;
  const rememberHours = rememberHoursOf(definition);
  if (rememberHours < maxRecordAgeHours) {
    throw new Error(
      `Cannot make processor '${name}': rememberHours must be at least maxRecordAgeHours (${maxRecordAgeHours}), received ${rememberHours}`,
    );
  }
  if (definition.guarantee !== 'external') return;
  const { timeoutMs } = callTimes(definition);
  const mostMs = HANDLER_TIMEOUT.toMilliseconds() - AFTER_CALL_MS;
  if (timeoutMs > mostMs) {
    throw new Error(`Cannot make processor '${name}': timeoutMs must be at most ${mostMs}, received ${timeoutMs}`);
  }
}
